"""Rejects for the terminal: tables, and the details of one. Ids and keys are masked like texts."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shop_assets.personal_data.masking import masked_identifier
from shop_assets.rejects.reject import Reject, RejectingStage
from shop_assets.rejects.search import ReasonCounts
from shop_assets.warehouse.statements.query_execution import Row
from shop_assets.wrapping import print_wrapped

WIDTH_OF_TABLES = 120
"""Columns of a terminal that a table of rejects needs."""

WIDTH_OF_FILES = 240
"""Columns of a table in a file or another program, where nothing is wrapped."""


def print_rejects(rejects: Sequence[Reject]) -> None:
    """Print one row per reject; on a narrow terminal, a few lines."""
    console = Console(highlight=False)
    if console.is_terminal and console.width < WIDTH_OF_TABLES:
        for reject in rejects:
            for line in _lines(reject):
                print_wrapped(console, line, hanging=2)
        return
    table = Table()
    table.add_column("id", no_wrap=True)
    for heading in ("rejected by", "kind", "document", "reasons", "when", "source"):
        table.add_column(heading, overflow="fold")
    for reject in rejects:
        when = f"{reject.rejected_at:%Y-%m-%d %H:%M} UTC"
        _add(
            table,
            reject.short_id,
            reject.stage,
            reject.kind,
            masked_identifier(reject.document_id),
            "; ".join(reject.reasons) + ("" if reject.is_open else " (superseded)"),
            when,
            source(reject),
        )
    _print(table)


def as_row(reject: Reject) -> dict[str, object]:
    """A reject for programs."""
    return {
        "id": reject.reject_id,
        "rejected_by": str(reject.stage),
        "kind": reject.kind,
        "document": masked_identifier(reject.document_id),
        "reasons": list(reject.reasons),
        "rejected_at": reject.rejected_at.isoformat(),
        "source": source(reject),
        "is_open": reject.is_open,
    }


def _lines(reject: Reject) -> Iterator[str]:
    document = masked_identifier(reject.document_id) or "(its id cannot be read)"
    yield f"{reject.short_id}  {reject.rejected_at:%Y-%m-%d %H:%M} UTC  {reject.stage}  {reject.kind}  {document}"
    yield f"    {'; '.join(reject.reasons)}{'' if reject.is_open else ' (superseded)'}"
    yield f"    {source(reject)}"


def print_totals(totals: ReasonCounts) -> None:
    """Print how many rejects there are for each reason, the most frequent first."""
    table = Table("rejected by", "kind", "reason", title="By reason", title_justify="left")
    table.add_column("documents", justify="right")
    for (stage, kind, reason), count in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        _add(table, stage, kind, reason, f"{count:,}")
    _print(table)


def print_unread(rows: Sequence[Row]) -> None:
    """Print how many values of each field could not be read, and why, with the shape of one and its document."""
    table = Table(
        "kind", "field", "reason", "example", "in document", title="Values that could not be read", title_justify="left"
    )
    for heading in ("values", "share of the field"):
        table.add_column(heading, justify="right")
    for row in rows:
        count, share = f"{int(row['unread_count']):,}", f"{float(row['unread_share']):.1%}"
        _add(
            table,
            row["kind"],
            row["field"],
            row["reason"],
            row["example"],
            masked_identifier(row["document"]),
            count,
            share,
        )
    _print(table)


def print_excluded(rows: Sequence[Row]) -> None:
    """Print how many documents do not count, and what says so."""
    table = Table("kind", "because of", "document", title="Documents that do not count", title_justify="left")
    table.add_column("documents in all", justify="right")
    for row in rows:
        _add(table, row["kind"], row["excluded"], masked_identifier(row["document"]), f"{int(row['documents']):,}")
    _print(table)


def details(reject: Reject) -> Iterator[tuple[str, str]]:
    """Everything about one reject except its content."""
    yield "id", reject.reject_id
    yield "rejected by", reject.stage
    yield "kind", reject.kind
    yield "document", masked_identifier(reject.document_id) or "(its id cannot be read)"
    yield from (("reason", reason) for reason in reject.reasons)
    if reject.detail:
        yield "detail", reject.detail
    yield "when", f"{reject.rejected_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "source", source(reject)
    yield "open", "yes" if reject.is_open else "no, superseded by a newer version"


def source(reject: Reject) -> str:
    """Where the rejected document came from."""
    match reject.stage:
        case RejectingStage.MONGODB:
            return f"{masked_identifier(reject.source)}, position {reject.position}"
        case RejectingStage.KAFKA:
            return reject.source
        case RejectingStage.MART:
            return f"{reject.source}, offset {reject.position}"


def _add(table: Table, *cells: str) -> None:
    table.add_row(*map(Text, cells))  # so that [brackets] are not taken for markup


def _print(table: Table) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH_OF_FILES)
    console.print(table)
