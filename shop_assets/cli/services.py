"""Which services a command uses: those that the environment names, else the embedded stack.

`eval "$(shop env)"` copies the stack's settings into a shell. The next `shop` command removes these copies. While they
are valid, `stack.env` has the same ones. Once they are stale, the shell's copies would name closed ports, or encrypt
with a key that was rotated out.
"""

import hashlib
import os
import shlex
from collections.abc import Mapping, MutableMapping
from typing import Final

from shop_assets.cli.terminal import interruption
from shop_assets.cli.terminal.output import working
from shop_assets.settings import Settings, StackDownError, environment_names_services, variable

MARKER: Final = "EXPORTED_BY_SHOP_ENV"
"""Digests of what was exported. Not a SHOP_ variable: unknown settings are refused."""


def ensure_services() -> Settings:
    """The settings of services that can be used now; starts the embedded stack when the environment names none.

    Raises ShopError when a setting or DAGSTER_HOME is invalid, Java does not know the time zone, or the stack does not
    start.
    """
    if folder := os.environ.get("DAGSTER_HOME"):  # before anything is started
        from shop_assets.orchestration.dagster_home import require_usable

        require_usable(folder)
    if not environment_names_services():
        Settings.refuse_invalid()  # before anything is started
        with working("looking for the stack"):
            from shop_assets.embedded.home import Home
            from shop_assets.embedded.stack import up
            from shop_assets.embedded.supervision.stack_processes import stack_processes

            home = Home.from_environment()
            home.refuse_sudo()
            is_up = bool(stack_processes(home.root))
        before = interruption.doing("the check of the services" if is_up else "the start of the stack")
        up()
        interruption.doing(before)
        return Settings.load()
    settings = Settings.load()
    require_time_zone(settings)
    return settings


def require_time_zone(settings: Settings) -> None:
    """Refuse a time zone that Spark's Java does not know, before an hour's work.

    Args:
        settings: Of services of one's own; with the embedded stack, `shop up` does this.

    Raises:
        JavaTimeZoneError: The Java that Spark will start on lacks the zone.
    """
    from shop_assets.java import java_candidates, refuse_unknown_time_zone

    home = settings.java_home
    javas = [home / "bin" / "java"] if home is not None else [java for _, java in java_candidates()]
    if javas:
        refuse_unknown_time_zone(javas[0], settings.timezone, variable("timezone"))


def running_services() -> Settings:
    """The settings of services that run.

    Returns:
        The settings.

    Raises:
        StackDownError: The environment names no services, and the embedded stack is down or was killed.
        StackError: It belongs to the account that called `sudo`.
        SettingsError: A setting is invalid.
    """
    settings = Settings.load()
    if not environment_names_services():
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.supervision.stack_processes import is_displaced, stack_processes

        home = Home.from_environment()
        home.refuse_sudo()
        if not stack_processes(home.root) or is_displaced(home.root):  # the machine was restarted, for example
            raise StackDownError(home.root)
    return settings


def export_lines(settings: Mapping[str, str], dagster_folder: str) -> list[str]:
    """Shell commands that export the settings, and what Dagster and Spark read besides."""
    stack_variables = {name: value for name, value in settings.items() if name != variable("home")}
    stack_variables["DAGSTER_HOME"] = dagster_folder
    stable_variables = {variable("home"): settings[variable("home")], "JAVA_HOME": settings[variable("java_home")]}
    marker = {MARKER: " ".join(_digest(*pair) for pair in stack_variables.items())}
    return [
        f"export {name}={shlex.quote(value)}"
        for name, value in {**stable_variables, **stack_variables, **marker}.items()
    ]


def remove_exported(environment: MutableMapping[str, str]) -> None:
    """Remove what was exported, except the stack's folder; variables that the user has set since then stay."""
    digests = set(environment.get(MARKER, "").split())
    for name, value in [*environment.items()]:
        if _digest(name, value) in digests:
            del environment[name]


def _digest(name: str, value: str) -> str:
    return hashlib.sha256(os.fsencode(f"{name}={value}")).hexdigest()  # a value may not be text
