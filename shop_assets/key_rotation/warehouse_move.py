"""RAW and MART under the first key: each message is inserted again at its own place, then the older row is deleted.

The views of MART clean the new row like any other, with the version of the old one, so that readers see each document
once. A slice at a time: what was done stays done when the rotation is killed, and the next one goes on with the rows
that are left. A row that was inserted and whose older one is not deleted yet is recognised by its offset.
"""

from collections.abc import Sequence
from typing import Any, Final

from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.key_rotation.reencryption import Reencryption
from shop_assets.personal_data.cipher import PREFIX
from shop_assets.warehouse.queries import load_query
from shop_assets.warehouse.raw_offsets import issue_fencing_token, wait_for_inserts
from shop_assets.warehouse.raw_rows import COLUMNS, arrow_file
from shop_assets.warehouse.raw_slice import RawSlice

SLICE_OFFSETS: Final = 10_000
"""Messages in memory together, and in one block."""

MOVE_SETTINGS: Final = {
    # The rows are new, though a block of the same offsets was inserted before.
    "insert_deduplicate": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 0,
    "async_insert": 0,
}
_ARROW_TYPES: Final = {"String": "string", "UInt32": "uint32", "UInt64": "uint64"}
_UNITS: Final = {"DateTime64(3)": "ms", "DateTime64(6)": "us"}

DELETE_SETTINGS: Final = {"lightweight_deletes_sync": 2}


def move_warehouse(client: Client, reencryption: Reencryption, guard: Guard) -> int:
    """Move RAW and MART to the first key.

    Args:
        client: A client of the migrated warehouse.
        reencryption: Encrypts again, and counts.
        guard: Called before each statement; what it raises ends the rotation.

    Returns:
        The messages that were moved.

    Raises:
        WarehouseError: An insert into RAW is running and does not end.
    """
    issue_fencing_token(client)  # so that nothing is inserted meanwhile
    wait_for_inserts(client)
    move = _Move(client, reencryption, guard)
    moved = sum(map(move.kind, KINDS))
    move.removed_copies()
    for kind in KINDS:  # versions of messages that compaction has removed
        move.delete_older(f"mart.{kind.singular}_versions")
    move.delete_older("mart.reject_versions")
    move.delete_older("mart.document_identities")
    return moved


def key_counts(client: Client) -> list[tuple[str, str, int]]:
    """Count the ciphertexts of the warehouse; reads all of it.

    Args:
        client: A client of the warehouse.

    Returns:
        Place, key id and number.
    """
    rows = client.query(load_query("rotation/key_counts").statement).result_rows
    return [(str(place), str(key_id), int(count)) for place, key_id, count in rows]


class _Move:
    def __init__(self, client: Client, reencryption: Reencryption, guard: Guard) -> None:
        self._client = client
        self._reencryption = reencryption
        self._guard = guard
        self._older = [f"{PREFIX}{key_id}:" for key_id in sorted(reencryption.older_keys)]
        self._texts: dict[str, str] = {}

    def kind(self, kind: DocumentKind) -> int:
        if not self._older:
            return 0
        query = load_query("rotation/older_partitions", kind).statement
        partitions = self._client.query(query, {"older": self._older}).result_rows
        moved = 0
        for topic_id, partition, first, end in partitions:
            for begin in range(int(first), int(end), SLICE_OFFSETS):
                raw_slice = RawSlice(str(topic_id), int(partition), begin, min(begin + SLICE_OFFSETS, int(end)))
                moved += self.slice(kind, raw_slice)
        return moved

    def slice(self, kind: DocumentKind, raw_slice: RawSlice) -> int:
        """Move a slice of RAW, and what MART made of it; returns its messages."""
        query = load_query("rotation/older_messages", kind).statement
        rows = self._client.query(query, raw_slice.parameters() | {"older": self._older}).result_rows
        if not rows:
            return 0
        self._guard()
        self._reencryption.learn(pair for row in rows for pair in row[-2])
        self._insert_again(kind, [row[:-2] for row in rows if not row[-1]])
        place = (
            f"kafka_topic_id = {format_str(raw_slice.topic_id)} AND kafka_partition = {raw_slice.partition} "
            f"AND kafka_offset >= {raw_slice.first} AND kafka_offset < {raw_slice.end}"
        )
        self.delete_older(f"mart.{kind.singular}_versions", place)
        self.delete_older("mart.reject_versions", f"kind = '{kind.name}' AND {place}")
        self.delete_older(f"raw.{kind.name}", place)
        return len(rows)

    def _insert_again(self, kind: DocumentKind, rows: Sequence[Any]) -> None:
        """Insert messages again. As an Arrow file, like the ingestion: lists of Python's values stay in memory."""
        if not rows:
            return
        import pyarrow as pa

        again = self._reencryption.text
        columns = list(zip(*((again(row[0]), again(row[1]), *row[2:]) for row in rows), strict=True))
        table = pa.table(
            {
                name: pa.array(values, _ARROW_TYPES.get(type_name) or pa.timestamp(_UNITS[type_name], tz="UTC"))
                for (name, type_name), values in zip(COLUMNS.items(), columns, strict=True)
            }
        )
        statement = f"INSERT INTO raw.{kind.name} ({', '.join(COLUMNS)}) FORMAT Arrow\n"  # our names
        self._client.raw_insert("", insert_block=statement.encode() + arrow_file(table), settings=MOVE_SETTINGS)

    def removed_copies(self) -> None:
        """The ids of messages that compaction has removed."""
        columns = ["kafka_topic", "kafka_topic_id", "kafka_partition", "kafka_offset", "kind", "id", "ingested_at"]
        rows = self._client.query(
            f"SELECT {', '.join(columns)} FROM raw.removed_copies FINAL "  # noqa: S608  # our names
            "WHERE startsWith(id, 'enc:v1:') AND NOT startsWith(id, {own:String})",
            {"own": f"{PREFIX}{self._reencryption.key_id}:"},
        ).result_rows
        if rows:
            self._guard()
            moved = [(*row[:5], self._reencryption.text(row[5]), row[6]) for row in rows]
            self._client.insert("raw.removed_copies", moved, column_names=columns)

    def delete_older(self, table: str, condition: str = "1") -> None:
        """Delete the rows of a table with a ciphertext of a key of the ring that is not the first."""
        if not self._older:
            return
        self._guard()
        keys = ", ".join(map(format_str, self._older))
        self._client.command(
            f"DELETE FROM {table} WHERE {condition} AND multiSearchAny({self._text(table)}, [{keys}])",  # noqa: S608
            settings=DELETE_SETTINGS,
        )

    def _text(self, table: str) -> str:
        """All texts of a row as one."""
        if table not in self._texts:
            database, _, name = table.partition(".")
            columns = self._client.query(
                "SELECT name FROM system.columns WHERE database = {database:String} AND table = {name:String} "
                "AND type LIKE '%String%' AND default_kind IN ('', 'DEFAULT')",
                {"database": database, "name": name},
            ).result_rows
            texts = ", ".join(f"ifNull(toString(`{column}`), '')" for (column,) in columns)
            self._texts[table] = f"arrayStringConcat([{texts}], ' ')"
        return self._texts[table]
