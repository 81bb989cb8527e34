"""Errors of landing that users see, with advice on what to do."""

from shop_assets.errors import InputError, ShopError


class FillingError(ShopError):
    """The request cannot be met without spoiling the data; the message says what to do instead."""


class InvalidShopError(ShopError):
    """There can be no such shop; the message says why."""


class SourceFolderError(InputError):
    """The folder cannot be imported at all; the message says what is expected."""


class ManifestError(ShopError):
    """A landing manifest cannot be read; the message says which, and what to do."""


class MappingError(InputError):
    """The mapping cannot be used; the message names the file, the line and the field."""
