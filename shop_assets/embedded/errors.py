"""Errors of the embedded stack."""

from shop_assets.errors import InputError, ShopError


class StackError(ShopError):
    """The embedded stack cannot do what was requested; the message says what to do."""


class StackInputError(StackError, InputError):
    """The user named a folder that cannot be used for this."""


class NotReadyError(Exception):
    """A service does not pass its probe yet; the message says how it responded."""
