"""Options and arguments that several commands share, and the checks of them."""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from shop_assets.errors import InputError, ShopError
from shop_assets.settings import BusinessSettings, Settings

if TYPE_CHECKING:
    from shop_assets.documents.kinds import DocumentKind

Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Also print what Dagster logs, and what Spark and libraries print.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print no progress: only warnings, the result and the checks.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs, on standard output.")]


def typed_id(text: str) -> str:
    """An id that was given as an option; `-` reads it from the input, so that other users do not see a phone in the
    list of processes.

    Args:
        text: The option's value.

    Returns:
        The id, without what is around it.
    """
    return (sys.stdin.readline() if text == "-" else text).strip()


def complete_kinds(incomplete: str) -> list[str]:
    """The kinds that begin so, for the shell."""
    from shop_assets.documents.kinds import KIND_BY_NAME

    return [name for name in KIND_BY_NAME if name.startswith(incomplete)]


def complete_days(incomplete: str) -> list[str]:
    """The days with a report that begin so, for the shell; none while no stack runs."""
    from shop_assets.cli.services import running_services
    from shop_assets.object_store.resource import object_store_resource
    from shop_assets.report.csv_report import list_reports

    try:
        reports = list_reports(object_store_resource(running_services()).reports())
    except ShopError:
        return []
    return [str(one.day) for one in reports if str(one.day).startswith(incomplete)]


def parse_day(text: str) -> datetime:
    """The midnight of a day, written as 2026-01-31. Raises BadParameter, which names the option, for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  # a day, in no zone yet
    except ValueError:
        raise typer.BadParameter(f"{text!r}: no such day; write it as 2026-01-31") from None


Day = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_day,
        metavar="DAY",
        help="Day of the report, for example 2026-01-31.",
        autocompletion=complete_days,
    ),
]


class _Days(BusinessSettings):
    """What decides which days there are; the services' settings need not be known yet."""

    model_config = SettingsConfigDict(extra="ignore")

    first_day: date = Settings.model_fields["first_day"].default


def last_complete_day(settings: BusinessSettings) -> date:
    """Yesterday, in the business time zone."""
    from shop_assets.orchestration.partitions import yesterday

    return yesterday(datetime.now(tz=UTC), ZoneInfo(settings.timezone))


def require_complete_day(day: date, option: str = "--day") -> date:
    """The day itself, if there is a partition for it. Raises InputError, which names the option, if there is none."""
    try:
        settings = _Days()
    except ValidationError:
        Settings.refuse_invalid()
        raise
    last = last_complete_day(settings)
    if not settings.first_day <= day <= last:
        raise InputError(
            f"{option} {day} must be between {settings.first_day} (SHOP_FIRST_DAY) and {last}, the last complete day"
        )
    return day


def require_writable(path: Path, option: str = "--output") -> None:
    """Refuse a file that could not be written when the work is done. Raises InputError, which names the option."""
    if path.is_dir():
        raise InputError(f"{option} {path} is a folder: name a file in it.")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InputError(f"{option} {path} cannot be written: there is no folder {folder}.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise InputError(f"{option} {path} cannot be written: permission denied.")


def keep_name_of_only_command(group: typer.Typer) -> None:
    """Make Typer ask for the name of a command though it is the only one of its group."""

    @group.callback()
    def _group() -> None:
        pass


def require_kind(name: str) -> "DocumentKind":
    """The kind of that name. Raises InputError, which names the kinds there are."""
    from shop_assets.documents.kinds import KIND_BY_NAME

    if name not in KIND_BY_NAME:
        raise InputError(f"No kind is called {name}: the kinds are {', '.join(KIND_BY_NAME)}.")
    return KIND_BY_NAME[name]
