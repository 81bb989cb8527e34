"""RAW and MART under the first key: each message is inserted again at its own place, then the older row is deleted.

The views of MART clean the new row like any other, with the version of the old one, so that readers see each document
once. A slice at a time: what was done stays done when the rotation is killed, and the next one goes on with the rows
that are left. A row that was inserted and whose older one is not deleted yet is recognised by its offset.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.key_rotation.reencryption import Reencryption
from shop_assets.personal_data.cipher import PREFIX
from shop_assets.warehouse.raw.raw_offsets import issue_fencing_token, wait_for_inserts
from shop_assets.warehouse.raw.raw_rows import COLUMNS, arrow_file
from shop_assets.warehouse.raw.raw_slice import RawSlice
from shop_assets.warehouse.statements.queries import load_query, statement_of
from shop_assets.warehouse.statements.query_execution import Row, column
from shop_assets.warehouse.statements.statement_settings import DELETED_EVERYWHERE, INSERTED_AGAIN

SLICE_OFFSETS: Final = 10_000
"""Messages in memory together, and in one block."""

_ARROW_TYPES: Final = {"String": "string", "UInt32": "uint32", "UInt64": "uint64"}
_UNITS: Final = {"DateTime64(3)": "ms", "DateTime64(6)": "us"}


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
    moved = sum(map(move.move_kind, KINDS))
    move.move_removed_ids()
    for kind in KINDS:  # versions of messages that compaction has removed
        move.delete_older(f"mart.{kind.singular}_versions")
    move.delete_older("mart.reject_versions")
    move.delete_older("mart.document_identities")
    return moved


def key_counts(client: Client, unreadable: Iterable[str] = ()) -> list[tuple[str, str, int]]:
    """Count the ciphertexts of the warehouse; reads all of it.

    Args:
        client: A client of the warehouse.
        unreadable: Texts that look like ciphertexts and are none.

    Returns:
        Place, key id and number.
    """
    rows = client.query(statement_of("rotation/key_counts"), {"unreadable": sorted(unreadable)}).result_rows
    return [(str(place), str(key_id), int(count)) for place, key_id, count in rows]


class _Move:
    def __init__(self, client: Client, reencryption: Reencryption, guard: Guard) -> None:
        self._client = client
        self._reencryption = reencryption
        self._guard = guard
        self._older = [f"{PREFIX}{key_id}:" for key_id in sorted(reencryption.older_keys)]
        self._text_columns: dict[str, list[str]] = {}

    def move_kind(self, kind: DocumentKind) -> int:
        if not self._older:
            return 0
        query = statement_of("rotation/older_partitions", kind)
        moved = 0
        for row in list(self._client.query(query, self._parameters()).named_results()):
            end = int(row["end_offset"])
            for begin in range(int(row["first_offset"]), end, SLICE_OFFSETS):
                raw_slice = RawSlice(
                    str(row["kafka_topic_id"]), int(row["kafka_partition"]), begin, min(begin + SLICE_OFFSETS, end)
                )
                moved += self.move_slice(kind, raw_slice)
        return moved

    def move_slice(self, kind: DocumentKind, raw_slice: RawSlice) -> int:
        """Move a slice of RAW, and what MART made of it; returns the number of its messages."""
        query = statement_of("rotation/older_messages", kind)
        rows = list(self._client.query(query, raw_slice.parameters() | self._parameters()).named_results())
        if not rows:
            return 0
        self._guard()
        self._reencryption.learn(pair for row in rows for pair in row["pairs"])
        self._insert_again(kind, [row for row in rows if not row["is_moved"]])
        place = raw_slice.condition()
        self.delete_older(f"mart.{kind.singular}_versions", place)
        self.delete_older("mart.reject_versions", f"kind = '{kind.name}' AND {place}")
        self.delete_older(f"raw.{kind.name}", place)
        return len(rows)

    def _insert_again(self, kind: DocumentKind, rows: Sequence[Row]) -> None:
        """Insert messages again. As an Arrow file, like the ingestion: lists of Python's values stay in memory."""
        if not rows:
            return
        import pyarrow as pa

        columns = {name: [row[name] for row in rows] for name in COLUMNS}
        columns |= {name: list(map(self._reencryption.text, columns[name])) for name in ("id", "payload")}
        table = pa.table(
            {
                name: pa.array(columns[name], _ARROW_TYPES.get(type_name) or pa.timestamp(_UNITS[type_name], tz="UTC"))
                for name, type_name in COLUMNS.items()
            }
        )
        statement = f"INSERT INTO raw.{kind.name} ({', '.join(COLUMNS)}) FORMAT Arrow\n"  # our names
        self._client.raw_insert("", insert_block=statement.encode() + arrow_file(table), settings=INSERTED_AGAIN)

    def move_removed_ids(self) -> None:
        """Move the ids of messages that compaction has removed."""
        own = f"{PREFIX}{self._reencryption.key_id}:"
        found = self._client.query(statement_of("rotation/older_removed_copies"), {"own": own})
        if found.result_rows:
            self._guard()
            moved = [row | {"id": self._reencryption.text(row["id"])} for row in found.named_results()]
            self._client.insert(
                "raw.removed_copies", [list(row.values()) for row in moved], column_names=found.column_names
            )

    def delete_older(self, table: str, condition: str = "1") -> None:
        """Delete the rows of a table with a ciphertext of a key of the ring that is not the first."""
        if not self._older:
            return
        self._guard()
        deletion = load_query(
            "rotation/delete_older",
            table=table,
            condition=condition,
            columns=self._columns_with_text(table),
            older=_literals(self._older),
            unreadable=_literals(self._reencryption.unreadable),
        )
        self._client.command(deletion.statement, settings=DELETED_EVERYWHERE)

    def _parameters(self) -> dict[str, list[str]]:
        """Parameters by which the statements tell ciphertexts of older keys."""
        return {"older": self._older, "unreadable": sorted(self._reencryption.unreadable)}

    def _columns_with_text(self, table: str) -> list[str]:
        if table not in self._text_columns:
            names = column(self._client, statement_of("rotation/text_columns"), {"table": table})
            self._text_columns[table] = list(map(str, names))
        return self._text_columns[table]


def _literals(texts: Iterable[str]) -> list[str]:
    return [format_str(text) for text in sorted(texts)]
