"""The rejects in MART: documents of which a message did not pass the cleaning rules."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets.rejects.reject import Reject, RejectingStage, Selection
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import column, stream_rows

IDS_PER_QUERY: Final = 1000
"""Parameters are part of the request's address, which may have a megabyte."""


def find(client: Client, selection: Selection) -> Iterator[Reject]:
    """The selected rejects, in no order."""
    for row in stream_rows(client, "rejected_documents"):
        reject = Reject(
            reject_id=row["reject_id"],
            stage=RejectingStage.MART,
            kind=row["kind"],
            document_id=row["id"],
            reasons=tuple(row["reasons"]),
            rejected_at=row["rejected_at"].replace(tzinfo=UTC),
            source=f"{row['kafka_topic']}, partition {row['kafka_partition']}",
            position=row["kafka_offset"],
            is_open=bool(row["is_open"]),
        )
        if selection.matches(reject):
            yield reject


def content(client: Client, reject: Reject) -> str:
    """The payload that was rejected, as in RAW: phones and e-mails in their own fields are encrypted."""
    rows = client.query(statement_of("rejects/payload"), {"reject_id": reject.reject_id}).result_rows
    return str(rows[0][0]) if rows else ""


def message_keys(client: Client, rejects: Sequence[Reject]) -> set[str]:
    """The message keys (MongoDB's `_id`, unchanged) of rejects of one kind; blank keys are left out."""
    keys: set[str] = set()
    for part in chunks(rejects, IDS_PER_QUERY):
        statement = statement_of("rejects/message_keys", KIND_BY_NAME[part[0].kind])
        found = column(client, statement, {"reject_ids": [reject.reject_id for reject in part]})
        keys |= {str(key) for key in found if str(key).strip()}
    return keys
