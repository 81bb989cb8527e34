"""Errors of object storage, with advice on what to do.

botocore's errors and their codes stay inside this package: callers see one of these, or a `ClientError` for a refusal
that nobody expects (a missing permission, a wrong key).
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
def translated_errors(client: "S3Client") -> Iterator[None]:
    """Translate botocore's failures of the block; refusals (a missing key, a failed condition) stay `ClientError`.

    Args:
        client: The client that the block uses; its endpoint is named in the message.

    Yields:
        Nothing.

    Raises:
        ObjectStoreUnavailableError: The client has stopped retrying: no response, or only status 429 or 5xx.
    """
    try:
        yield
    except (BotoCoreError, Boto3Error) as error:
        raise _gave_up(client, error) from error
    except ClientError as error:
        if not is_unavailable(error):
            raise
        raise _gave_up(client, error) from error


def is_unavailable(error: ClientError) -> bool:
    """Whether a response says that the store cannot at the moment (status 429 or 5xx)."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR


def _gave_up(client: "S3Client", error: Exception) -> ObjectStoreUnavailableError:
    return ObjectStoreUnavailableError(
        f"Object storage at {client.meta.endpoint_url} does not respond ({error}). Is it running (`shop status`), and "
        "is SHOP_S3_ENDPOINT right? Completed writes are safe: run this step again when it is back."
    )
