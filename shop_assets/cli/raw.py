"""`shop raw`: the upkeep of RAW."""

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    commands = typer.Typer(help="RAW, the messages as they came: remove duplicates.", no_args_is_help=True)
    commands.command("compact")(compact)
    commands.callback()(_group)  # with one command alone Typer would leave out its name
    app.add_typer(commands, name="raw")


def _group() -> None:
    pass


def compact() -> None:
    """Remove duplicates (same id, same payload) that replays left in RAW; the newest of them stays.

    MART and reports stay the same. Waits while a run writes.
    """
    from shop_assets.cli.warehouse_writer import warehouse_writer
    from shop_assets.warehouse.compaction import compact as compact_raw

    with warehouse_writer(Settings.load(), "shop raw compact") as (client, guard):
        reports = compact_raw(client, guard=guard)
    table = Table("table")
    for heading in ("rows", "removed", "duplicates before", "duplicates after"):
        table.add_column(heading, justify="right")
    for kind, report in reports.items():
        shares = (f"{report.ratio_before:.2%}", f"{report.ratio_after:.2%}")
        table.add_row(f"raw.{kind.name}", f"{report.rows:,}", f"{report.removed:,}", *shares)
    Console().print(table)
