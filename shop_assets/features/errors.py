"""Errors of the features, with advice on what to do; transient ones are marked."""

from shop_assets.errors import ShopError, TransientError


class PublicationError(ShopError):
    """A day is not published, or its publication is not what its manifest says."""


class UnreadableManifestError(PublicationError):
    """The object at a manifest's key is not a manifest, or one of another version of this program."""


class MartChangedError(TransientError):
    """MART changed during each attempt to read it, or is between two keys; nothing was published."""


class UnknownCustomerError(ShopError):
    """MART has no such customer as of the day."""


class SparkJobError(ShopError):
    """Spark did not finish its work."""


class SparkServiceError(SparkJobError, TransientError):
    """Spark lost a service that it needs; the message says which one does not respond now."""


class JavaLostError(SparkJobError, TransientError):
    """Spark's Java ended while it worked; a retry starts another one."""
