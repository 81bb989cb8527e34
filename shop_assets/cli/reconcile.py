"""`shop reconcile`: MART held against RAW and mended, without a whole run."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command("reconcile")(reconcile)


def reconcile(
    full: Annotated[
        bool, typer.Option("--full", help="Compare all of RAW, not only what came since last time.")
    ] = False,
) -> None:
    """Compares MART with RAW and inserts what is missing in MART. Waits while a run writes."""
    from shop_assets.cli.warehouse_writer import warehouse_writer
    from shop_assets.warehouse.reconciliation import reconcile as reconcile_mart

    with warehouse_writer(Settings.load(), "shop reconcile") as (client, guard):
        reports = reconcile_mart(client, full=full, guard=guard)
    table = Table("view")
    for heading in ("compared with RAW", "repaired", "rejects repaired"):
        table.add_column(heading, justify="right")
    for kind, report in reports.items():
        counts = (report.compared, report.repaired_rows, report.repaired_rejects)
        table.add_row(f"mart.{kind.name}", *(f"{count:,}" for count in counts))
    Console().print(table)
