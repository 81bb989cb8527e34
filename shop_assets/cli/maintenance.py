"""`shop reconcile` and `shop raw compact`: maintenance of the warehouse between runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.settings import Settings

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from shop_assets.coordination.lease import Guard


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("reconcile")(reconcile)
    commands = typer.Typer(help="Maintain RAW: remove duplicates.", no_args_is_help=True)
    commands.command("compact")(compact)
    commands.callback()(_group)  # with one command alone Typer would leave out its name
    app.add_typer(commands, name="raw")


def _group() -> None:
    pass


def reconcile(
    full: Annotated[
        bool, typer.Option("--full", help="Compare all of RAW, not only rows since the last reconciliation.")
    ] = False,
) -> None:
    """Compare MART with RAW and repair MART: insert what it lacks, remove rows with a forged time.

    Waits while another run holds the ingestion lease.
    """
    from shop_assets.warehouse.reconciliation import reconcile as reconcile_mart

    with _warehouse_writer(Settings.load(), "shop reconcile") as (client, guard):
        reports = reconcile_mart(client, full=full, guard=guard)
    table = Table("view")
    for heading in ("compared with RAW", "removed", "repaired", "rejects repaired"):
        table.add_column(heading, justify="right")
    for kind, report in reports.items():
        counts = (report.compared, report.removed_rows, report.repaired_rows, report.repaired_rejects)
        table.add_row(f"mart.{kind.name}", *(f"{count:,}" for count in counts))
    Console().print(table)


def compact() -> None:
    """Remove duplicates (same id, same payload) from RAW and keep the newest.

    MART and reports stay the same. Waits while another run holds the ingestion lease.
    """
    from shop_assets.warehouse.compaction import compact as compact_raw

    with _warehouse_writer(Settings.load(), "shop raw compact") as (client, guard):
        reports = compact_raw(client, guard=guard)
    table = Table("table")
    for heading in ("rows", "removed", "duplicates before", "duplicates after"):
        table.add_column(heading, justify="right")
    for kind, report in reports.items():
        shares = (f"{report.ratio_before:.2%}", f"{report.ratio_after:.2%}")
        table.add_row(f"raw.{kind.name}", f"{report.rows:,}", f"{report.removed:,}", *shares)
    Console().print(table)


@contextmanager
def _warehouse_writer(settings: Settings, command: str) -> "Iterator[tuple[Client, Guard]]":
    """A client of the migrated warehouse, and the guard to call before each write. Raises LeaseHeldError."""
    from shop_assets.coordination.lease import ingestion_lease
    from shop_assets.document_store.resource import mongo_resource
    from shop_assets.warehouse.migrations import apply_migrations
    from shop_assets.warehouse.resource import clickhouse_resource

    def notify(message: str) -> None:
        typer.echo(message, err=True)

    with (
        mongo_resource(settings).connect() as database,
        ingestion_lease(database, command, "from the command line", notify) as lease,
        clickhouse_resource(settings).client() as client,
    ):
        apply_migrations(client, settings.clickhouse_cluster, settings.clock_slack_seconds)
        yield client, lease.check
