"""The `shop` command: the embedded stack, a whole run, and commands to inspect the results.

This package handles arguments and output; the stages and `embedded` do the work.
"""

from typing import NoReturn

from shop_assets.cli.terminal import interruption


def main() -> NoReturn:
    """The entry point of the `shop` command."""
    interruption.handle_signals()
    from shop_assets.cli.application import run_command  # takes a second

    interruption.leave(interruption.run(run_command))
