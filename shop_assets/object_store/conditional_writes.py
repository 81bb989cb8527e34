"""Writes that the store makes only if the object is still the version that the writer has read (S3's `If-Match`).

boto3's own transfers cannot pass the condition on, so large files are sent in parts here.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from shop_assets.object_store.errors import ObjectChangedError, ObjectStoreError
from shop_assets.object_store.object_stream import MISSING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

    from shop_assets.object_store.bucket import ObjectSummary

CONDITION_FAILED: Final = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
"""Codes with which stores say that a condition does not hold."""

_UNKNOWN_CONDITION: Final = "NotImplemented"


@contextmanager
def changes_noticed(bucket: str, key: str) -> Iterator[None]:
    """Raise `ObjectChangedError` for a write whose condition does not hold.

    Args:
        bucket: The name of the bucket.
        key: The object's key.

    Yields:
        Nothing.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in CONDITION_FAILED | MISSING:
            message = f"s3://{bucket}/{key} was replaced by another program; run this step again"
            raise ObjectChangedError(message) from error
        if code == _UNKNOWN_CONDITION:  # its status, 501, would stand for a store that is down
            raise ObjectStoreError(f"The store of s3://{bucket}/{key} has no conditional writes") from error
        raise


def replace_object(
    client: "S3Client",
    bucket: str,
    before: "ObjectSummary",
    content: IO[bytes],
    content_type: str,
    metadata: Mapping[str, str],
    part_bytes: int,
) -> None:
    """Replace an object only if it is still the version that was read.

    Args:
        client: A client of the store.
        bucket: The name of the bucket.
        before: The version that is replaced.
        content: The new bytes, read from the beginning.
        content_type: The media type.
        metadata: What is noted beside the object.
        part_bytes: A larger file is sent in parts of this size, one in memory.
    """
    key = before.key
    condition = f'"{before.etag}"'
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if size <= part_bytes:
        client.put_object(
            Bucket=bucket, Key=key, Body=content.read(), ContentType=content_type, Metadata=metadata, IfMatch=condition
        )
        return
    upload = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType=content_type, Metadata=metadata)
    upload_id = upload["UploadId"]
    try:
        parts = _sent_parts(client, (bucket, key), upload_id, content, part_bytes)
        client.complete_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}, IfMatch=condition
        )
    except BaseException:
        client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
        raise


def _sent_parts(
    client: "S3Client", target: tuple[str, str], upload_id: str, content: IO[bytes], part_bytes: int
) -> "list[CompletedPartTypeDef]":
    bucket, key = target
    parts: list[CompletedPartTypeDef] = []
    while part := content.read(part_bytes):
        number = len(parts) + 1
        sent = client.upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=part)
        parts.append({"ETag": sent["ETag"], "PartNumber": number})
    return parts
