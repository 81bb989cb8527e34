"""Errors of an erasure."""

from pymongo.errors import OperationFailure

from shop_assets.errors import InputError, ShopError


class ErasureError(ShopError):
    """A customer cannot be erased, or not wholly; the message says why, and what to do."""


class NoCustomerError(InputError):
    """An id that no customer can have, or has."""


def reason_of(error: ShopError | OperationFailure) -> str:
    """Say why an erasure cannot end now.

    Args:
        error: What it raised.

    Returns:
        The message of an expected error. MongoDB's own may quote a document: of that only the name and the code.
    """
    if isinstance(error, OperationFailure):
        return f"MongoDB refuses ({type(error).__name__}, code {error.code}); its log says more."
    return str(error)
