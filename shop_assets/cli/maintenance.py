"""`shop reconcile`, `shop raw compact`, `shop ids accept` and `merge`: maintenance between runs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.cli.leases import command_lease
from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import AsJson, complete_kinds, keep_name_of_only_command, require_kind
from shop_assets.cli.terminal.output import say, working
from shop_assets.language.counts import counted
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from pymongo.database import Database

    from shop_assets.coordination.lease import Lease
    from shop_assets.documents.kinds import Document


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("reconcile")(reconcile)
    commands = typer.Typer(help="Maintain RAW: remove duplicates.", no_args_is_help=True)
    commands.command("compact")(compact)
    keep_name_of_only_command(commands)
    app.add_typer(commands, name="raw")
    ids = typer.Typer(help="Decide about ids that were used twice or are spelled in two ways.", no_args_is_help=True)
    ids.command("accept")(accept)
    ids.command("merge")(merge)
    app.add_typer(ids, name="ids")


def reconcile(
    full: Annotated[
        bool, typer.Option("--full", help="Compare all of RAW and read every document of MongoDB.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare MART with RAW and RAW with MongoDB, and repair what differs.

    MART: insert what it lacks, remove rows with a forged time. RAW: publish again what MongoDB holds and RAW lacks, and
    tombstones for what MongoDB no longer holds. Waits while another run holds the ingestion lease.
    """
    with working("comparing MongoDB, RAW and MART"):
        from shop_assets.personal_data.resource import personal_data_resource
        from shop_assets.topics.change_capture import DocumentSource
        from shop_assets.topics.resource import kafka_resource
        from shop_assets.warehouse.comparison.document_repair import repair_documents
        from shop_assets.warehouse.mart.reconciliation import reconcile as reconcile_mart

        settings = running_services()
        with _warehouse_writer(settings, "shop reconcile") as (database, client, lease):
            results = reconcile_mart(client, full=full, guard=lease.check)
            source = DocumentSource(database, kafka_resource(settings), personal_data_resource(settings).cipher())
            repair = repair_documents(client, source, datetime.now(UTC), lease, full=full)
    if as_json:
        views = {f"mart.{kind.name}": asdict(result) for kind, result in results.items()}
        typer.echo(json.dumps({"views": views, "published_again": repair.published}, indent=2, default=str))
        return
    table = Table()
    table.add_column("view", no_wrap=True)
    for heading in ("compared", "removed", "cleaned again", "repaired", "rejects repaired"):
        table.add_column(heading, justify="right")
    for kind, result in results.items():
        cleaned = (result.removed_rows, result.renewed_rows)
        counts = (result.compared, *cleaned, result.repaired_rows, result.repaired_rejects)
        table.add_row(f"mart.{kind.name}", *(f"{count:,}" for count in counts))
    Console().print(table)
    differed = ("document differed from MongoDB and was", "documents differed from MongoDB and were")
    say(f"{counted(repair.published, *differed)} published again")


def compact(as_json: AsJson = False) -> None:
    """Remove duplicates (same id, same payload) from RAW and keep the newest.

    MART and reports stay the same. Waits while another run holds the ingestion lease.
    """
    with working("removing duplicates from RAW"):
        from shop_assets.warehouse.raw.compaction import compact as compact_raw

        with _warehouse_writer(running_services(), "shop raw compact") as (_, client, lease):
            results = compact_raw(client, guard=lease.check)
    if as_json:
        tables = {f"raw.{kind.name}": asdict(result) for kind, result in results.items()}
        typer.echo(json.dumps(tables, indent=2, default=str))
        return
    table = Table("table")
    for heading in ("rows", "removed", "duplicates before", "duplicates after"):
        table.add_column(heading, justify="right")
    for kind, result in results.items():
        shares = (f"{result.ratio_before:.2%}", f"{result.ratio_after:.2%}")
        table.add_row(f"raw.{kind.name}", f"{result.rows:,}", f"{result.removed:,}", *shares)
    Console().print(table)


def accept(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", autocompletion=complete_kinds, help="stores, customers or purchases.")
    ],
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids that a check reports as used twice.")],
    as_json: AsJson = False,
) -> None:
    """Accept that documents were corrected: their ids are no longer reported as used twice."""
    chosen = require_kind(kind)
    with working("accepting the ids"):
        from shop_assets.warehouse.mart.reused_ids import accept_reused_ids

        settings = running_services()
        with _warehouse_writer(settings, "shop ids accept") as (_, client, lease):
            lease.check()
            accept_reused_ids(client, chosen, ids, settings.clickhouse_cluster)
    if as_json:
        typer.echo(json.dumps({"accepted": len(ids)}))
    else:
        say(f"{counted(len(ids), 'id')} accepted.")


def merge(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", autocompletion=complete_kinds, help="stores, products, customers or purchases."),
    ],
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of documents rejected for their spelling.")],
    as_json: AsJson = False,
) -> None:
    """Treat all spellings of an id as one document; its newest version counts.

    `shop rejects retry` then loads the documents that were rejected for the spelling of their id.
    """
    chosen = require_kind(kind)
    with working("merging the ids"):
        from shop_assets.document_store.collection_setup import ensure_collections
        from shop_assets.document_store.loads.spellings import accept_ids
        from shop_assets.document_store.resource import mongo_resource

        with (
            mongo_resource(running_services()).connect() as database,
            command_lease(database, "shop ids merge") as lease,
        ):
            ensure_collections(database)
            lease.transact(lambda session: accept_ids(database, chosen, ids, session))
    if as_json:
        typer.echo(json.dumps({"merged": len(ids)}))
    else:
        say(f"{counted(len(ids), 'id')} merged. Load the rejected documents: shop rejects retry")


@contextmanager
def _warehouse_writer(settings: Settings, command: str) -> "Iterator[tuple[Database[Document], Client, Lease]]":
    """MongoDB's database, a client of the migrated warehouse, and the lease of this command.

    Raises LeaseHeldError.
    """
    from shop_assets.document_store.resource import mongo_resource
    from shop_assets.warehouse.mart.reading_rules import reading_rules
    from shop_assets.warehouse.resource import clickhouse_resource
    from shop_assets.warehouse.statements.migrations import apply_migrations

    with (
        mongo_resource(settings).connect() as database,
        command_lease(database, command) as lease,
        clickhouse_resource(settings).client() as client,
    ):
        apply_migrations(client, settings.clickhouse_cluster, reading_rules(settings))
        yield database, client, lease
