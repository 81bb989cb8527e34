"""Cleans again what older rules cleaned: after an upgrade, or when a setting of reading has changed.

Each row of MART says by which rules it was cleaned (`cleaned_by`), so nothing else has to be remembered, and a renewal
that was interrupted goes on where rows of the older rules are left. A slice is inserted before its older rows are
deleted: of two rows of one version ClickHouse takes the later one, and no document is missing in between.
"""

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import DocumentKind
from shop_assets.warehouse.raw.raw_slice import RawSlice
from shop_assets.warehouse.statements.queries import load_query, statement_of
from shop_assets.warehouse.statements.query_execution import scalar
from shop_assets.warehouse.statements.statement_settings import DELETED_EVERYWHERE, INSERTED_AGAIN


def outdated_partitions(client: Client, kind: DocumentKind) -> list[RawSlice]:
    """The topic partitions of which MART has rows that other rules cleaned than today's.

    Args:
        client: A client of the warehouse.
        kind: The kind of document.

    Returns:
        From the first to the last offset of such rows, by partition; normally none.
    """
    rows = client.query(statement_of("reconciliation/outdated_offsets", kind)).result_rows
    return [RawSlice(str(topic_id), int(partition), int(first), int(end)) for topic_id, partition, first, end in rows]


def clean_again(client: Client, kind: DocumentKind, raw_slice: RawSlice, cleaning: str) -> int:
    """Clean a slice of RAW again, and delete what older rules made of it.

    Args:
        client: A client of the warehouse.
        kind: The kind of document.
        raw_slice: The slice.
        cleaning: The SELECT of the view that cleans the kind.

    Returns:
        How many rows were replaced.
    """
    outdated = statement_of("reconciliation/outdated_rows", kind)
    count = int(scalar(client, outdated, raw_slice.parameters()))
    if not count:
        return 0
    place = raw_slice.condition()
    rejects = load_query("reconciliation/delete_rejects", kind, slice=place)
    client.command(rejects.statement, settings=DELETED_EVERYWHERE)
    described = client.query(f"DESCRIBE TABLE mart.{kind.singular}_versions").result_rows
    columns = [str(row[0]) for row in described]
    again = load_query("reconciliation/clean_again", kind, columns=columns, cleaning=cleaning)
    client.command(again.statement, parameters=raw_slice.parameters(), settings=INSERTED_AGAIN)
    older = load_query("reconciliation/delete_outdated", kind, slice=place)
    client.command(older.statement, settings=DELETED_EVERYWHERE)
    return count
