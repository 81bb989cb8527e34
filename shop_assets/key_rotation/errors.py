"""Errors of a key rotation."""

from shop_assets.errors import ShopError


class RotationError(ShopError):
    """Keys cannot be rotated, or retired; the message says why, and what to do."""
