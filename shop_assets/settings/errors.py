"""What can be wrong with the settings of a process."""

from pathlib import Path

from shop_assets.errors import InputError


class SettingsError(InputError):
    """A setting is missing, unknown or invalid; the message names each of them and says what to do."""


class StackDownError(SettingsError):
    """The environment names no services, and the embedded stack is down."""

    exit_code = 1

    def __init__(self, home: Path) -> None:
        """Say so, and what to do.

        Args:
            home: The folder of the stack.
        """
        super().__init__(f"No stack runs in {home}: start one with `shop up`.")
