"""Errors of an erasure."""

from shop_assets.errors import InputError, ShopError


class ErasureError(ShopError):
    """A customer cannot be erased, or not wholly; the message says why, and what to do."""


class NoCustomerError(InputError):
    """An id that no customer can have."""
