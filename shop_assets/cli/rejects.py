"""`shop rejects`: documents that MongoDB, Kafka or MART rejected: listed, shown, retried.

This module handles arguments; `reject_tables.py` prints, `shop_assets.rejects` does the work.
"""

import json
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shop_assets.cli.leases import command_lease
from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import AsJson, complete_kinds, require_kind
from shop_assets.cli.terminal.output import say, working
from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets.errors import InputError, ShopError
from shop_assets.language.counts import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shop_assets.rejects.reject import Reject
    from shop_assets.services import Services
    from shop_assets.warehouse.statements.query_execution import Row

SHOWN_INDENT: Final = 12
"""Columns before what `shop rejects show` says of a reject."""

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # typer's options know no time zone


def _kind(name: str) -> str:
    return require_kind(name).name if name else ""


Kind = Annotated[
    str,
    typer.Option(parser=_kind, metavar="|".join(KIND_BY_NAME), help="Only this kind.", autocompletion=complete_kinds),
]
Reason = Annotated[str, typer.Option(help="Only rejects with this text in a reason; upper and lower case are equal.")]
Since = Annotated[
    datetime,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only documents rejected since this day or time (UTC)."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    commands = typer.Typer(help="List, show and retry rejected documents.", no_args_is_help=True)
    commands.command("list")(list_rejects)
    commands.command("show")(show)
    commands.command("retry")(retry)
    app.add_typer(commands, name="rejects")


def list_rejects(
    kind: Kind = "",
    reason: Reason = "",
    since: Since = EPOCH,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of rejects to list; the newest come first.")] = 50,
    superseded: Annotated[bool, typer.Option("--all", help="Include superseded rejects.")] = False,
    values: Annotated[
        bool, typer.Option("--values", help="List the values that could not be read, and excluded documents, instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the rejected documents of all stages, the newest first, with totals by reason."""
    if values:
        if reason or since != EPOCH or superseded:
            raise InputError("--values counts what MART has now: --reason, --since and --all do not go with it.")
        _list_values(kind, limit, as_json=as_json)
        return
    with working("reading the rejects"):
        from shop_assets.cli.reject_tables import as_row, print_rejects, print_totals
        from shop_assets.rejects.reject import Selection
        from shop_assets.rejects.search import newest

        selection = Selection(kind=kind, reason=reason, since=since.replace(tzinfo=UTC), include_superseded=superseded)
        with _services() as services:
            listing = newest(services.database, services.client, selection, limit)
    if as_json:
        typer.echo(json.dumps([as_row(reject) for reject in listing.newest], ensure_ascii=False, indent=2))
        return
    if not listing.count:
        say("No rejected documents.")
        return
    print_rejects(listing.newest)
    if listing.count > limit:
        say(f"The newest {limit:,} of {counted(listing.count, 'reject')}; a higher --limit shows more.")
    print_totals(listing.totals)
    if listing.totals.total() > listing.count:
        rejected = counted(listing.count, "document is", "documents are")
        say(f"A document counts for each of its reasons: {rejected} rejected.")


def _list_values(kind: str, limit: int, *, as_json: bool) -> None:
    """The values of MART that could not be read, by field and reason, and the documents that do not count."""
    with working("counting the values"):
        from shop_assets.cli.reject_tables import print_excluded, print_unread
        from shop_assets.warehouse.statements.query_execution import fetch_rows

        with _services() as services:
            unread, excluded = (
                [row for row in fetch_rows(services.client, query) if kind in ("", row["kind"])]
                for query in ("unread_shares", "excluded_counts")
            )
    if as_json:
        shown = {"unread": unread[:limit], "excluded": excluded[:limit]}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        return
    if not unread:
        say("Every value was read.")
    else:
        print_unread(unread[:limit])
        _say_how_many(unread, limit)
        say("mart.unread_values has the documents.")
    if excluded:
        print_excluded(excluded[:limit])
        _say_how_many(excluded, limit)
        say("mart.excluded_documents has the documents.")


def _say_how_many(rows: "Sequence[Row]", limit: int) -> None:
    if len(rows) > limit:
        say(f"The first {limit:,} of {counted(len(rows), 'line')}; a higher --limit shows more.")


def show(
    reject_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id of a reject (its first characters are enough) or of its document; `shop rejects list` shows both.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show everything about one rejected document, the fault first; its phones and e-mails are encrypted or masked."""
    with working("looking for the reject"):
        from shop_assets.cli.reject_tables import as_row, details
        from shop_assets.personal_data.masking import masked_for_display
        from shop_assets.rejects.faults import faults
        from shop_assets.rejects.search import content, find_by_id

        with _services() as services:
            reject = find_by_id(services.database, services.client, reject_id)
            text = content(services, reject)
            places = _places(services, reject)
    found = dict(faults(reject.reasons, text))
    if as_json:
        shown = {"faults": found, "landing": places, "document_text": masked_for_display(text)}
        typer.echo(json.dumps({**as_row(reject), **shown}, ensure_ascii=False, indent=2))
        return
    for field, value in found.items():
        say(f"{'fault':<11} {field} = {value}", hanging=SHOWN_INDENT)
    for name, value in details(reject):
        say(f"{name:<11} {value}", hanging=SHOWN_INDENT)
    for place in places:
        say(f"{'landing':<11} {place}", hanging=SHOWN_INDENT)
    typer.echo(f"\n{masked_for_display(text)}" if text else "\nThe document itself was not stored.")


def _places(services: "Services", reject: "Reject") -> list[str]:
    """Where the document of a reject of MART lies in landing; that of MongoDB names its object itself."""
    from shop_assets.landing.inventory.contents import places_of
    from shop_assets.personal_data.masking import masked_identifier
    from shop_assets.rejects.reject import RejectingStage

    if reject.stage is not RejectingStage.MART or not reject.document_id:
        return []
    try:
        places = places_of(services.object_store.landing(), KIND_BY_NAME[reject.kind], reject.document_id)
    except ShopError:  # S3 is not needed for the rest
        return []
    return [f"{masked_identifier(key)}, position {position}" for key, position in places]


def retry(
    reject_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Ids from `shop rejects list`.")
    ] = None,
    kind: Kind = "",
    reason: Reason = "",
    everything: Annotated[bool, typer.Option("--all", help="Retry every open reject.")] = False,
    as_json: AsJson = False,
) -> None:
    """Process rejected documents through all stages again; exit code 1 if one is still open."""
    if sum((bool(reject_ids), bool(kind or reason), everything)) != 1:
        raise InputError("Choose what to retry: ids, --kind/--reason, or --all.")

    with working("processing the documents again"):
        from shop_assets.cli.reject_tables import as_row, print_rejects
        from shop_assets.rejects.reject import Selection
        from shop_assets.rejects.retrying import retry as retry_rejects
        from shop_assets.rejects.search import find, find_by_id

        with _services() as services:
            if reject_ids:
                rejects = [find_by_id(services.database, services.client, reject_id) for reject_id in reject_ids]
            else:
                rejects = list(find(services.database, services.client, Selection(kind=kind, reason=reason)))
            with command_lease(services.database, "shop rejects retry") as lease:
                result = retry_rejects(services, rejects, writer=lease)
    superseded = len(rejects) - result.retried
    if as_json:
        counts = {"retried": result.retried, "resolved": result.resolved, "superseded": superseded}
        still_open = [as_row(reject) for reject in result.still_open]
        counts |= {"not_in_mongodb": result.not_retried}
        typer.echo(json.dumps({**counts, "still_open": still_open}, ensure_ascii=False, indent=2))
    else:
        say(f"{result.resolved:,} of {counted(result.retried, 'reject')} resolved.")
        if superseded:
            say(f"{superseded} not retried: already superseded.")
        if result.not_retried:
            say(f"{result.not_retried} not retried: MongoDB has no document with that id.")
        if result.still_open:
            say("Still open:")
            print_rejects(result.still_open)
            say("Correct each document and deliver it: shop run --source DIR")
    if result.still_open:
        raise typer.Exit(1)


def _services() -> "AbstractContextManager[Services]":
    from shop_assets.services import connect

    return connect(running_services())
