"""What can go wrong with the embedded stack."""

from shop_assets.errors import ShopError


class StackError(ShopError):
    """The embedded stack cannot do what was asked; the message says what to do."""


class NotReadyError(Exception):
    """A service does not answer a write and a read yet; the message says what it answered instead."""
