"""The base of errors that a person can act on: their message says what failed, where, and what to do."""


class ShopError(Exception):
    """An expected failure. The command line prints its message alone; anything else is a defect, with a traceback."""


class TransientError(ShopError):
    """A failure that may be over in a minute: the same work, tried again, can succeed (`retries.py`)."""
