"""Errors of object storage, with advice on what to do.

botocore's errors and their codes stay inside this package: callers see one of these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from shop_assets.errors import ShopError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500


class ObjectStoreError(ShopError):
    """Object storage refused a request; the message says where, and what to check."""


class ObjectStoreUnavailableError(ObjectStoreError, TransientError):
    """The store does not respond, or reports that it is temporarily unavailable."""


class ObjectMissingError(ObjectStoreError):
    """There is no object under this key."""


class ObjectChangedError(ObjectStoreError, TransientError):
    """The object was replaced or removed between two ranges of one read: read it again from its beginning."""


@contextmanager
def translated_errors(client: "S3Client", bucket: str, key: str = "") -> Iterator[None]:
    """Translate botocore's failures of the block. A refusal that the block expects is handled within it.

    Args:
        client: The client that the block uses; its endpoint is named in the message.
        bucket: The name of the bucket that the block uses.
        key: The object's key, or the prefix of a listing; empty if the block uses several.

    Yields:
        Nothing.

    Raises:
        ObjectStoreUnavailableError: The client has stopped retrying: no response, or only status 429 or 5xx.
        ObjectStoreError: The store refused the request, for example because the credentials do not permit it.
    """
    try:
        yield
    except (BotoCoreError, Boto3Error) as error:
        raise _gave_up(client, error) from error
    except ClientError as error:
        if is_unavailable(error):
            raise _gave_up(client, error) from error
        raise _refused(client, f"s3://{bucket}/{key}", error) from error


def is_unavailable(error: ClientError) -> bool:
    """Whether a response says that the store cannot at the moment (status 429 or 5xx)."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR


def _gave_up(client: "S3Client", error: Exception) -> ObjectStoreUnavailableError:
    return ObjectStoreUnavailableError(
        f"Object storage at {client.meta.endpoint_url} does not respond ({error}). Is it running (`shop status`), and "
        "is SHOP_S3_ENDPOINT right? Completed writes are safe: run this step again when it is back."
    )


def _refused(client: "S3Client", place: str, error: ClientError) -> ObjectStoreError:
    code = error.response.get("Error", {}).get("Code", "no code")
    return ObjectStoreError(
        f"Object storage at {client.meta.endpoint_url} refused {error.operation_name} of {place}: {code} ({error}). "
        "Are SHOP_S3_ACCESS_KEY and SHOP_S3_SECRET_KEY right, and do they permit this?"
    )
