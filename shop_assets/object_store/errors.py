"""What can go wrong with object storage, in words that a person can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from shop_assets.errors import ShopError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SERVERS_FAULT: Final = 500


class ObjectStoreError(ShopError):
    """Object storage did not do what was asked; the message says where and what to look at."""


class ObjectChangedError(ShopError):
    """The object was replaced or removed between two ranges of one reading: read it again from its beginning."""


@contextmanager
def translated_errors(client: "S3Client") -> Iterator[None]:
    """Raises ObjectStoreError where the client has given up: no answer, or none but that the store cannot.

    Refusals (a missing key, a condition that does not hold) are answers, and stay botocore's ClientError.
    """
    try:
        yield
    except (BotoCoreError, Boto3Error) as error:
        raise _gave_up(client, error) from error
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] < _SERVERS_FAULT:
            raise
        raise _gave_up(client, error) from error


def _gave_up(client: "S3Client", error: Exception) -> ObjectStoreError:
    return ObjectStoreError(
        f"Object storage at {client.meta.endpoint_url} does not answer ({error}). Is it running (`shop status`), and "
        "is SHOP_S3_ENDPOINT right? What was written is whole: run this step again when it is back."
    )
