"""One object as a binary stream, read in ranges, so that slow readers and lost connections do no harm."""

import io
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from shop_assets.object_store.errors import ObjectChangedError, ObjectMissingError, translated_errors

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from mypy_boto3_s3 import S3Client

RANGE_BYTES: Final = 8 * 1024 * 1024
"""The size of one GET. A file of documents is read while its documents are loaded elsewhere: one long GET would be idle
for minutes and be closed by the other side; a range of this size is read at once and can be requested again."""

MISSING: Final = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NotFound"})
"""Codes with which stores say that a key or a bucket does not exist."""

BODY_ATTEMPTS: Final = 4
"""A connection that breaks in the middle of a response is an accident; several in a row are an outage."""


class _BrokenBodyError(Exception):
    """The response broke off after its headers."""


class ObjectStream(io.RawIOBase):
    """The bytes of one version of an object. Holds at most `RANGE_BYTES` of it in memory.

    The first read raises `ObjectMissingError` if there is no such object; any read raises `ObjectChangedError` if the
    object was replaced or removed since the first one, `ObjectStoreUnavailableError` if the store does not respond, and
    `ObjectStoreError` if it refuses to show the object.
    """

    def __init__(self, client: "S3Client", bucket: str, key: str, etag: str | None = None) -> None:
        super().__init__()
        self._client = client
        self._bucket = bucket
        self._key = key
        self._etag = etag
        self._size: int | None = None
        self._window = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        """Always True."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill what it can of the buffer from the current range; 0 at the end of the object."""
        if not self._window and (self._size is None or self._position < self._size):
            with translated_errors(self._client, self._bucket, self._key):
                self._window = memoryview(self._read_range())
            self._position += len(self._window)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._window))
        target[:count] = self._window[:count]
        self._window = self._window[count:]
        return count

    def _read_range(self) -> bytes:
        try:
            return self._next_range()
        except _BrokenBodyError as error:
            raise error.args[0] from error

    # botocore's own retries end with the response's headers: what breaks in the body is requested again here.
    @retry(
        retry=retry_if_exception_type(_BrokenBodyError),
        stop=stop_after_attempt(BODY_ATTEMPTS),
        wait=wait_exponential_jitter(multiplier=0.2, max=5),
        reraise=True,
    )
    def _next_range(self) -> bytes:
        wanted = f"bytes={self._position}-{self._position + RANGE_BYTES - 1}"
        try:
            if self._etag is None:
                response = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=wanted)
            else:
                response = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=wanted, IfMatch=self._etag)
        except ClientError as error:
            return self._no_range(error)
        try:
            body = response["Body"].read()
        except (HTTPClientError, IncompleteReadError) as error:
            raise _BrokenBodyError(error) from error
        self._etag = response["ETag"]
        self._size = int(response.get("ContentRange", f"/{len(body)}").rpartition("/")[2])
        return body

    def _no_range(self, error: ClientError) -> bytes:
        code = error.response["Error"]["Code"]
        if code in {"InvalidRange", "416"} and self._etag is None:
            self._size = 0  # an empty object has no first byte to ask for
            return b""
        if code in MISSING and self._etag is None:
            raise ObjectMissingError(f"s3://{self._bucket}/{self._key} does not exist") from error
        if code in {"PreconditionFailed", "412", "InvalidRange", "416", "NoSuchKey"} and self._etag is not None:
            message = f"s3://{self._bucket}/{self._key} was replaced while it was being read; run this step again"
            raise ObjectChangedError(message) from error
        raise error


def open_object(client: "S3Client", bucket: str, key: str, etag: str | None = None) -> io.BufferedReader:
    """Open an object, or only its version with this ETag, as a buffered binary file that is read forward only."""
    return io.BufferedReader(ObjectStream(client, bucket, key, etag), buffer_size=256 * 1024)
