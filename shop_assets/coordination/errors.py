"""Errors of the lease."""

from shop_assets.errors import ShopError, TransientError


class LeaseError(ShopError):
    """The lease does not allow this run to write."""


class LeaseHeldError(LeaseError, TransientError):
    """Another run held the lease for longer than this run waits."""


class LeaseLostError(LeaseError):
    """Another run took the lease over while this one was paused."""


class LeaseUnverifiedError(LeaseError, TransientError):
    """MongoDB does not respond, so this run cannot know whether it still holds the lease."""
