"""Cleans again what older rules cleaned: after an upgrade, or when a setting of reading has changed.

Each row of MART says by which rules it was cleaned (`cleaned_by`), so nothing else has to be remembered, and a renewal
that was interrupted goes on where rows of the older rules are left. A slice is inserted before its older rows are
deleted: of two rows of one version ClickHouse takes the later one, and no document is missing in between.
"""

from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import DocumentKind
from shop_assets.warehouse.queries import load_query
from shop_assets.warehouse.raw_slice import RawSlice


def outdated_partitions(client: Client, kind: DocumentKind) -> list[RawSlice]:
    """The topic partitions of which MART has rows that other rules cleaned than today's.

    Args:
        client: A client of the warehouse.
        kind: The kind of document.

    Returns:
        From the first to the last offset of such rows, by partition; normally none.
    """
    rows = client.query(load_query("reconciliation/outdated_offsets", kind).statement).result_rows
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
    versions = f"mart.{kind.singular}_versions"
    place = _place(raw_slice)
    older = f"{place} AND cleaned_by != shop_rules()"
    (count,) = client.query(f"SELECT count() FROM {versions} WHERE {older}").result_rows[0]  # noqa: S608  # our names
    if not count:
        return 0
    _delete(client, "mart.reject_versions", f"kind = '{kind.name}' AND {place}")
    columns = ", ".join(str(row[0]) for row in client.query(f"DESCRIBE TABLE {versions}").result_rows)
    query = load_query("reconciliation/cleaned_again", kind, columns=columns, cleaning=cleaning)
    client.command(
        f"INSERT INTO {versions} ({columns})\n{query.statement}",
        parameters=raw_slice.parameters(),
        settings={
            "insert_deduplicate": 0,
            "deduplicate_blocks_in_dependent_materialized_views": 0,
            "async_insert": 0,
        },
    )
    _delete(client, versions, older)
    return int(count)


def _place(raw_slice: RawSlice) -> str:
    """Values as literals, for the reason that compaction/delete_duplicates gives."""
    return (
        f"kafka_topic_id = {format_str(raw_slice.topic_id)} AND kafka_partition = {raw_slice.partition} "
        f"AND kafka_offset >= {raw_slice.first} AND kafka_offset < {raw_slice.end}"
    )


def _delete(client: Client, table: str, condition: str) -> None:
    client.command(f"DELETE FROM {table} WHERE {condition}", settings={"lightweight_deletes_sync": 2})  # noqa: S608
