"""The base of errors that a person can act on: their message says what failed, where, and what to do."""


class ShopError(Exception):
    """An expected failure. The command line prints its message alone; anything else is a defect, with a traceback."""
