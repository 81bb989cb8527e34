"""Retries documents that MART rejected for a date in the future, once their moment has come.

Whether a date is in the future depends on when its message came, and a message is judged once. So such a document is
sent again, as `shop rejects retry` does: the new message decides. It costs RAW one message per document, once, because
by then the date is past.
"""

from collections.abc import Mapping
from datetime import datetime

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.writers import Writer
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.topics.change_capture import ChangeCapture, DocumentSource
from shop_assets.warehouse.mart.reconciliation import ingest_and_reconcile
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import column


def retry_due_rejects(client: Client, source: DocumentSource, now: datetime, writer: Writer) -> int:
    """Send the rejected documents again of which no date is in the future any more, and bring them to MART.

    Args:
        client: A client of the warehouse.
        source: MongoDB, Kafka and the key ring.
        now: The moment to judge at; it must not be later than the clock by which the new messages are judged.
        writer: Checked before each write.

    Returns:
        How many documents were due. One that MongoDB no longer has is not sent, and stays rejected.

    Raises:
        ShopError: A service failed; see the stages' functions.
    """
    due = _due_documents(client, now)
    if not due:
        return 0
    ChangeCapture.on(source, writer).resend(due)
    ingest_and_reconcile(client, source.kafka, writer.check)
    return sum(len(keys) for keys in due.values())


def _due_documents(client: Client, now: datetime) -> Mapping[DocumentKind, set[str]]:
    due = {}
    rejected = set(column(client, statement_of("reconciliation/kinds_with_future_dates")))
    for kind in KINDS:
        if kind.name not in rejected:
            continue
        keys = column(client, statement_of("reconciliation/due_rejects", kind), {"now": now})
        if keys:
            due[kind] = set(map(str, keys))
    return due
