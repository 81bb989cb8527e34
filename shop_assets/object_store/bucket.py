"""A bucket: what the stages do with objects, without knowing what is in them."""

import io
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from shop_assets.documents.chunks import chunks
from shop_assets.object_store.conditional_writes import CONDITION_FAILED, changes_noticed, replace_object
from shop_assets.object_store.errors import (
    ObjectChangedError,
    ObjectMissingError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
    is_unavailable,
    translated_errors,
)
from shop_assets.object_store.object_stream import MISSING, open_object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_BYTES: Final = 64 * 1024 * 1024
"""Larger files are uploaded in parts of this size: a lost connection costs one part, and `entity_tag` can predict the
ETag. 10,000 parts (the protocol's limit) make 640 GB."""

_PARTS_AT_ONCE: Final = 2
"""Parts that are sent at once. They are in memory together with the one being read: 192 MiB. s3transfer's own limit is
ten, however few are sent."""

_DELETE_BATCH: Final = 1000  # the protocol's limit for one DeleteObjects


class ObjectExistsError(RuntimeError):
    """`put_new` found an object under its key: another writer was first."""


class ConditionalWrites(NamedTuple):
    """Whether a store replaces and removes an object only if it is still the version that was read."""

    replace: bool
    remove: bool


@dataclass(frozen=True)
class ObjectSummary:
    """An object as a listing shows it.

    Attributes:
        key: The object's key.
        etag: The ETag, without quotes.
        size: In bytes.
        modified: When it was written, in UTC; the store may show whole seconds.
        metadata: What its writer noted beside it; a listing does not show it.
    """

    key: str
    etag: str
    size: int
    modified: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bucket:
    """One bucket of an S3 store. The client retries transient failures (see `restarts.py`).

    Every method raises `ObjectStoreUnavailableError` when the store does not respond, and `ObjectStoreError` for a
    refusal that nobody expects, such as a missing permission.
    """

    client: "S3Client"
    name: str

    @property
    def endpoint(self) -> str:
        """The URL of the store."""
        return self.client.meta.endpoint_url

    def ensure(self) -> None:
        """Create the bucket if it is missing.

        Raises:
            ObjectStoreUnavailableError: The store does not respond.
            ObjectStoreError: The store refuses the credentials or the name.
        """
        try:
            if self._is_missing():
                self._create()
        except (BotoCoreError, ClientError) as error:
            message = (
                f"Object storage at {self.endpoint} cannot serve bucket {self.name!r} ({error}). "
                "Is it running (`shop status`)? Are SHOP_S3_ENDPOINT, SHOP_S3_ACCESS_KEY and SHOP_S3_SECRET_KEY right?"
            )
            if isinstance(error, BotoCoreError) or is_unavailable(error):
                raise ObjectStoreUnavailableError(message) from error
            raise ObjectStoreError(message) from error

    def responds(self, timeout_seconds: float) -> bool:
        """Whether the store responds to a request, even with an error.

        One attempt without credentials: the client's own attempts would take minutes, and the question is only which
        service is down.

        Args:
            timeout_seconds: How long to wait for a connection, and then for the response.

        Returns:
            False if no response came in time, or only one that the store is temporarily unavailable.
        """
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config

        single_attempt = Config(
            signature_version=UNSIGNED,
            connect_timeout=timeout_seconds,
            read_timeout=timeout_seconds,
            retries={"total_max_attempts": 1},
        )
        meta = self.client.meta
        client = boto3.session.Session().client(
            "s3",
            region_name=meta.region_name,
            endpoint_url=self.endpoint,
            config=meta.config.merge(single_attempt),
        )
        try:
            client.head_bucket(Bucket=self.name)
        except BotoCoreError:
            return False
        except ClientError as error:
            return not is_unavailable(error)
        return True

    def put(
        self, key: str, content: bytes | IO[bytes], content_type: str, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Write an object, completely or not at all.

        Args:
            key: The object's key.
            content: Its bytes, or a binary file, which is read to its end. A file of more than `PART_BYTES` is sent in
                parts, of which three are in memory.
            content_type: Its media type.
            metadata: Notes to keep beside it, in ASCII (`x-amz-meta-…`).
        """
        noted = dict(metadata or {})
        if isinstance(content, bytes):
            with translated_errors(self.client, self.name, key):
                self.client.put_object(
                    Bucket=self.name, Key=key, Body=content, ContentType=content_type, Metadata=noted
                )
            return
        from boto3.s3.transfer import TransferConfig

        transfer = TransferConfig(
            multipart_threshold=PART_BYTES + 1, multipart_chunksize=PART_BYTES, max_concurrency=_PARTS_AT_ONCE
        )
        transfer.max_in_memory_upload_chunks = _PARTS_AT_ONCE  # boto3's own constructor does not know it
        with translated_errors(self.client, self.name, key):
            self.client.upload_fileobj(
                content, self.name, key, ExtraArgs={"ContentType": content_type, "Metadata": noted}, Config=transfer
            )

    def put_new(self, key: str, content: bytes, content_type: str) -> None:
        """Write an object only if there is none: the first writer wins (S3's conditional write, `If-None-Match: *`).

        Args:
            key: The object's key.
            content: Its bytes.
            content_type: Its media type.

        Raises:
            ObjectExistsError: There is an object under this key.
        """
        with translated_errors(self.client, self.name, key):
            try:
                self.client.put_object(
                    Bucket=self.name, Key=key, Body=content, ContentType=content_type, IfNoneMatch="*"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in CONDITION_FAILED:
                    raise ObjectExistsError(f"s3://{self.name}/{key} is there already") from error
                raise

    def replace(
        self, before: ObjectSummary, content: IO[bytes], content_type: str, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Replace an object only if it is still the version that was read (S3's conditional write, `If-Match`).

        Args:
            before: The version.
            content: A binary file, which is read from its beginning to its end.
            content_type: Its media type.
            metadata: Notes to keep beside it, in ASCII.

        Raises:
            ObjectChangedError: The object is another version, or is gone.
        """
        with translated_errors(self.client, self.name, before.key), changes_noticed(self.name, before.key):
            replace_object(self.client, self.name, before, content, content_type, metadata or {}, PART_BYTES)

    def remove(self, before: ObjectSummary) -> None:
        """Delete an object only if it is still the version that was read (`If-Match`).

        Args:
            before: The version.

        Raises:
            ObjectChangedError: The object is another version, or is gone.
        """
        with translated_errors(self.client, self.name, before.key), changes_noticed(self.name, before.key):
            self.client.delete_object(Bucket=self.name, Key=before.key, IfMatch=f'"{before.etag}"')

    def conditional_writes(self, probe_key: str) -> ConditionalWrites:
        """Find out which writes heed `If-Match`: a store that does not know it writes all the same, or refuses.

        MinIO, for example, heeds it for PUT and ignores it for DELETE.

        Args:
            probe_key: A key that nobody uses. An object is written under it, and deleted.

        Returns:
            Which writes can lose no other program's.
        """
        # An object that is there, and is another version: without one, a store may refuse because there is none.
        self.put(probe_key, b"probe", "text/plain")
        another = ObjectSummary(probe_key, "0" * 32, 0, datetime.now(UTC))
        replaces = _is_refused(lambda: self.replace(another, io.BytesIO(b""), "text/plain"))
        removes = _is_refused(lambda: self.remove(another))
        self.delete([probe_key])
        self.delete_older_versions(probe_key)
        return ConditionalWrites(replaces, removes)

    def get(self, key: str) -> bytes:
        """Read an object that is known to be small.

        Args:
            key: The object's key.

        Returns:
            All of its bytes.

        Raises:
            KeyError: There is no such object.
            ObjectChangedError: The object was replaced while it was read.
        """
        with self.open(key) as stream:
            try:
                return stream.read()
            except ObjectMissingError as error:
                raise KeyError(key) from error

    def open(self, key: str, etag: str | None = None) -> io.BufferedReader:
        """Open an object as a binary stream that is read forward only.

        Args:
            key: The object's key.
            etag: Of the only version that is read; with it, an object that is gone is one that changed. Not for an
                empty object.

        Returns:
            A buffered reader. Its first read raises `ObjectMissingError` if there is no such object; see
            `object_stream.py`.
        """
        return open_object(self.client, self.name, key, etag)

    def download(self, key: str, target: Path) -> None:
        """Write an object to a file.

        boto3's own download would repeat all of the client's attempts five times.

        Args:
            key: The object's key.
            target: The file, which is replaced.

        Raises:
            ObjectMissingError: There is no such object.
            ObjectChangedError: The object was replaced while it was read.
        """
        with self.open(key) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)

    def find(self, key: str) -> ObjectSummary | None:
        """Look an object up without reading it.

        Args:
            key: The object's key.

        Returns:
            Its ETag, size, time of writing and metadata, or None if there is no such object.
        """
        with translated_errors(self.client, self.name, key):
            try:
                head = self.client.head_object(Bucket=self.name, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in MISSING:
                    return None
                raise
        return ObjectSummary(
            key, head["ETag"].strip('"'), head["ContentLength"], head["LastModified"], head.get("Metadata", {})
        )

    def exists(self, key: str) -> bool:
        """Whether there is an object under a key.

        Args:
            key: The object's key.
        """
        return self.find(key) is not None

    def list(self, prefix: str = "") -> Iterator[ObjectSummary]:
        """List objects, a page of 1,000 at a time.

        Args:
            prefix: Only keys that begin with this.

        Yields:
            The objects in the order of this S3 implementation.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        with translated_errors(self.client, self.name, prefix):
            for page in pages:
                for entry in page.get("Contents", ()):
                    yield ObjectSummary(entry["Key"], entry["ETag"].strip('"'), entry["Size"], entry["LastModified"])

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; a key without an object is not an error.

        Args:
            keys: Their keys; 1,000 go into one request.

        Raises:
            ObjectStoreError: The store refused to delete one of them.
        """
        for batch in chunks(keys, _DELETE_BATCH):
            with translated_errors(self.client, self.name):
                response = self.client.delete_objects(
                    Bucket=self.name, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
                )
            for problem in response.get("Errors", ()):
                message = f"s3://{self.name}/{problem.get('Key')} was not deleted: {problem.get('Code')}"
                raise ObjectStoreError(message)

    def keeps_versions(self) -> bool:
        """Whether the bucket has versioning, or had it.

        Returns:
            True if older versions of objects may be there.
        """
        with translated_errors(self.client, self.name):
            return self.client.get_bucket_versioning(Bucket=self.name).get("Status") is not None

    def delete_older_versions(self, key: str) -> int:
        """Delete the older versions of an object, which a bucket with versioning keeps; deletion markers too.

        Args:
            key: The object's key.

        Returns:
            How many were deleted; 0 for a bucket without versioning.
        """
        with translated_errors(self.client, self.name, key):
            if not self.keeps_versions():
                return 0
            older, markers = [], []
            pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key)
            for page in pages:
                # An id is of one key: "null" is that of every version from before there was versioning.
                versions = [entry for entry in page.get("Versions", ()) if entry["Key"] == key]
                older += [entry["VersionId"] for entry in versions if not entry["IsLatest"]]
                markers += [entry["VersionId"] for entry in page.get("DeleteMarkers", ()) if entry["Key"] == key]
            for version in [*older, *markers]:  # without its marker, an older version would be the current one
                self.client.delete_object(Bucket=self.name, Key=key, VersionId=version)
        return len(older) + len(markers)

    def _is_missing(self) -> bool:
        try:
            self.client.head_bucket(Bucket=self.name)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return True
            raise
        return False

    def _create(self) -> None:
        region = self.client.meta.region_name
        try:
            if region == "us-east-1":  # the protocol refuses this region as a constraint: it is the default
                self.client.create_bucket(Bucket=self.name)
            else:
                self.client.create_bucket(
                    Bucket=self.name,
                    CreateBucketConfiguration={"LocationConstraint": region},  # type: ignore[typeddict-item]  # any region
                )
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":  # another step created it first
                raise


def _is_refused(write: Callable[[], None]) -> bool:
    """Whether a store refuses a write for its condition, which does not hold."""
    try:
        write()
    except ObjectChangedError:
        return True
    except ObjectStoreUnavailableError:
        raise
    except ObjectStoreError:  # a request that the store does not know
        return False
    return False
