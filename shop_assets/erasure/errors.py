"""Errors of an erasure."""

from shop_assets.errors import ShopError


class ErasureError(ShopError):
    """A customer cannot be erased, or not wholly; the message says why, and what to do."""
