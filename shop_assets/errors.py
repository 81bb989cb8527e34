"""The bases of expected errors: their message says what failed, where, and what to do."""

from typing import ClassVar


class ShopError(Exception):
    """An expected failure: the command line prints its message alone, any other exception with a traceback."""

    exit_code: ClassVar[int] = 1
    """Of a command that ends with this error."""


class InputError(ShopError):
    """Wrong input of a person: an argument, a file or a setting. Nothing was started."""

    exit_code = 2


class TransientError(ShopError):
    """A failure that may be over in a minute, so that a retry can succeed (see `orchestration/retries.py`)."""
