"""The bases of expected errors: their message says what failed, where, and what to do."""


class ShopError(Exception):
    """An expected failure: the command line prints its message alone, any other exception with a traceback."""


class TransientError(ShopError):
    """A failure that may be over in a minute, so that a retry can succeed (see `orchestration/retries.py`)."""
