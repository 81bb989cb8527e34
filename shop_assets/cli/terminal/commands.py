"""How commands present themselves in their help."""

from typing import Any

from typer.core import TyperCommand


class Command(TyperCommand):
    """A command whose help shows no type beside options that take no value: `--json <bool>` invites one."""

    def get_params(self, ctx: Any) -> Any:
        """The options and arguments."""
        return without_types_of_flags(super().get_params(ctx))


def without_types_of_flags(parameters: list[Any]) -> list[Any]:
    """Let the help show nothing in the place of a flag's type.

    Args:
        parameters: The options and arguments of a command; changed.

    Returns:
        The same.
    """
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters
