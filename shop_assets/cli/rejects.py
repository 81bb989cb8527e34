"""`shop rejects`: what MongoDB, Kafka or MART rejected, looked at and tried again.

Here belongs what is read from the arguments; `reject_tables.py` prints, `shop_assets.rejects` does the work.
"""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets.errors import ShopError
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from shop_assets.rejects.stages import Stages

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # typer's options know no time zone


def _kind(name: str) -> str:
    if name and name not in KIND_BY_NAME:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(KIND_BY_NAME)}")
    return name


Kind = Annotated[str, typer.Option(parser=_kind, metavar="|".join(KIND_BY_NAME), help="Only of this kind.")]
Reason = Annotated[str, typer.Option(help="Only with this in a reason, in any letter case.")]
Since = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only rejected since then, UTC.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    commands = typer.Typer(help="Rejected documents: list them, show one, try again.", no_args_is_help=True)
    commands.command("list")(list_rejects)
    commands.command("show")(show)
    commands.command("retry")(retry)
    app.add_typer(commands, name="rejects")


def list_rejects(
    kind: Kind = "",
    reason: Reason = "",
    since: Since = EPOCH,
    limit: Annotated[int, typer.Option(min=1, help="How many to show, the newest first.")] = 50,
    superseded: Annotated[bool, typer.Option("--all", help="Those too that no longer stand.")] = False,
) -> None:
    """The rejected documents of all stages, the newest first, and how many there are for each reason."""
    from shop_assets.cli.reject_tables import print_rejects, print_totals
    from shop_assets.rejects.finding import newest
    from shop_assets.rejects.rejected import Selection

    selection = Selection(kind=kind, reason=reason, since=since.replace(tzinfo=UTC), superseded=superseded)
    with _stages() as stages:
        listing = newest(stages.database, stages.client, selection, limit)
    if not listing.count:
        typer.echo("No rejected document.")
        return
    print_rejects(listing.newest)
    if listing.count > limit:
        typer.echo(f"The newest {limit} of {listing.count}; --limit shows more.")
    print_totals(listing.totals)


def show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="As the list shows it, or its beginning.")],
) -> None:
    """Everything about one rejected document, its phones and e-mails encrypted or masked."""
    from shop_assets.cli.reject_tables import facts
    from shop_assets.personal_data.masking import presentable
    from shop_assets.rejects.finding import content, find_by_id

    with _stages() as stages:
        reject = find_by_id(stages.database, stages.client, identity)
        text = content(stages.database, stages.client, reject)
    for name, value in facts(reject):
        typer.echo(f"{name:<11} {value}")
    typer.echo(f"\n{presentable(text)}" if text else "\nNothing of its content was kept.")


def retry(
    identities: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="As the list shows them.")] = None,
    kind: Kind = "",
    reason: Reason = "",
    everything: Annotated[bool, typer.Option("--all", help="Every reject that stands.")] = False,
) -> None:
    """Takes rejected documents from their source to MART once more; exit code 1 if some are still rejected."""
    from shop_assets.cli.reject_tables import print_rejects
    from shop_assets.coordination.lease import hold
    from shop_assets.rejects.finding import find, find_by_id
    from shop_assets.rejects.rejected import Selection
    from shop_assets.rejects.retrying import retry as retry_rejects

    if sum((bool(identities), bool(kind or reason), everything)) != 1:
        raise ShopError("Name what to retry: ids, or --kind and --reason, or --all.")
    with _stages() as stages:
        if identities:
            rejects = [find_by_id(stages.database, stages.client, identity) for identity in identities]
        else:
            rejects = list(find(stages.database, stages.client, Selection(kind=kind, reason=reason)))
        with hold(stages.database, "shop rejects retry", "of the command line", _tell) as lease:
            report = retry_rejects(stages, rejects, guard=lease.check)
    typer.echo(f"{report.mended} of {report.tried} mended.")
    if superseded := len(rejects) - report.tried:
        typer.echo(f"{superseded} did not stand any more.")
    if report.untouched:
        typer.echo(f"{report.untouched} could not be tried: MongoDB has no document of that id.")
    if report.remaining:
        typer.echo("Still rejected:")
        print_rejects(report.remaining)
        raise typer.Exit(1)


def _tell(message: str) -> None:
    typer.echo(message, err=True)


def _stages() -> "AbstractContextManager[Stages]":
    from shop_assets.rejects.stages import connected

    return connected(Settings.load())
