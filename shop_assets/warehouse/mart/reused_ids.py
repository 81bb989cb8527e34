"""Ids that stand for something else than before, which an operator may accept: the document was corrected."""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import DocumentKind
from shop_assets.errors import InputError
from shop_assets.warehouse.statements.queries import statement_of


def accept_reused_ids(client: Client, kind: DocumentKind, ids: Sequence[str], cluster: str | None = None) -> None:
    """Forget what some ids stood for, except for what they stand for now.

    Args:
        client: A client of the warehouse.
        kind: The documents' kind.
        ids: Ids as the check `ids_are_used_once` shows them.
        cluster: The cluster of the warehouse; None for a single server.

    Raises:
        InputError: One of the ids is not known; nothing was changed.
    """
    rows = client.query(statement_of("identities/current_identities", kind), {"ids": list(ids)}).result_rows
    current = {str(document_id): str(identity) for document_id, identity, _ in rows}
    if unknown := set(ids) - current.keys():
        raise InputError(
            f"MART knows no {kind.singular} with {len(unknown):,} of the ids given: copy them from the check, in lower "
            "case."
        )
    # Other rules may read the older versions again: what they stood for must stay forgotten.
    client.insert(
        "mart.document_identities",
        [(kind.name, document_id, "", source_time) for document_id, _, source_time in rows],
        column_names=["kind", "id", "identity", "source_time"],
    )
    forgetting = statement_of("identities/forget_identities", kind, cluster=cluster)
    for document_id, identity in current.items():
        client.command(forgetting, {"id": document_id, "identity": identity})
