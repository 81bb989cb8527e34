"""The ciphertexts that take the place of older ones while keys are rotated; `sql/mart/35_rotated_values.sql` and the
next file say what they are for. Which key encrypts, and what moves, is decided by `key_rotation`.
"""

from collections.abc import Sequence
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.cluster import on_cluster
from shop_assets.warehouse.queries import load_query
from shop_assets.warehouse.query_execution import QUERY_SETTINGS

Pair = tuple[str, str, str]
"""The older ciphertext, the newer one, and what it was encrypted as."""

TABLES: Final = ("mart.rotated_values", "mart.current_values")
"""Where pairs are: the stored ones, and those that the views show."""

BATCH_SIZE: Final = 200
"""Ciphertexts in one statement: they are in the address of a request. A customer has some ten."""


def save_pairs(client: Client, pairs: Sequence[Pair]) -> None:
    """Store pairs; the views do not know them yet.

    Args:
        client: A client of the migrated warehouse.
        pairs: The pairs.
    """
    client.insert(
        "mart.rotated_values",
        list(pairs),
        column_names=["older", "newer", "field"],
        settings={"insert_deduplicate": 0},  # equal pairs may have been stored and forgotten before
    )


def forget_other_pairs(client: Client, prefix: str, cluster: str | None = None) -> None:
    """Forget stored pairs whose newer ciphertext is of another key: of a rotation that was not finished.

    The pairs of this key are stored before, so that `moves_ids` never misses ids that an earlier rotation moved.

    Args:
        client: A client of the migrated warehouse.
        prefix: How the ciphertexts of the first key begin.
        cluster: The cluster of the warehouse; None for a single server.
    """
    condition = "NOT startsWith(newer, {prefix:String})"
    statement = f"SELECT count() FROM mart.rotated_values WHERE {condition}"  # noqa: S608  # ours
    if client.query(statement, {"prefix": prefix}).result_rows[0][0]:
        _delete(client, "mart.rotated_values", condition, cluster, prefix=prefix)


def forget_erased(client: Client, cluster: str | None = None) -> None:
    """Forget the pairs of which no row has either ciphertext any more: of a customer who was erased.

    The others stay, so that equal values stay equal until the rotation goes on. Reads all of RAW and MART if there are
    pairs, and nothing otherwise.

    Args:
        client: A client of the migrated warehouse.
        cluster: The cluster of the warehouse; None for a single server.
    """
    if not _has_pairs(client):
        return
    statement = load_query("rotation/unneeded_pairs").statement
    older = [str(row[0]) for row in client.query(statement, settings=QUERY_SETTINGS).result_rows]
    for first in range(0, len(older), BATCH_SIZE):
        for table in TABLES:
            batch = older[first : first + BATCH_SIZE]
            _delete(client, table, "older IN {older:Array(String)}", cluster, older=batch)


def show_newer(client: Client, cluster: str | None = None) -> None:
    """From now on the views show the newer ciphertext of each stored pair for the older one, of all at once.

    Args:
        client: A client of the migrated warehouse.
        cluster: The cluster of the warehouse; None for a single server.
    """
    if cluster is not None:  # each replica makes the table of its own pairs: it must have all of them
        client.command(f"SYSTEM SYNC REPLICA{on_cluster(cluster)} mart.rotated_values")
    client.command(
        f"CREATE OR REPLACE TABLE mart.current_values{on_cluster(cluster)} (older String, newer String) "  # noqa: S608
        "ENGINE = Join(ANY, LEFT, older) AS SELECT older, newer FROM mart.rotated_values FINAL"
    )


def clear(client: Client, cluster: str | None = None) -> None:
    """Forget all pairs: everything has moved.

    Args:
        client: A client of the migrated warehouse.
        cluster: The cluster of the warehouse; None for a single server.
    """
    if _has_pairs(client):
        client.command(f"TRUNCATE TABLE mart.rotated_values{on_cluster(cluster)}")
        show_newer(client, cluster)


def moves_ids(client: Client, field: str) -> bool:
    """Find out whether a rotation that is not finished moves ids: until then one customer has two of them.

    Args:
        client: A client of the migrated warehouse.
        field: What ids are encrypted as.

    Returns:
        Whether it does.
    """
    found = client.query("SELECT count() FROM mart.rotated_values WHERE field = {field:String}", {"field": field})
    return bool(found.result_rows[0][0])


def _has_pairs(client: Client) -> bool:
    rows = client.query("SELECT (SELECT count() FROM mart.rotated_values) + (SELECT count() FROM mart.current_values)")
    return bool(rows.result_rows[0][0])


def _delete(client: Client, table: str, condition: str, cluster: str | None, **parameters: Any) -> None:
    client.command(
        f"ALTER TABLE {table}{on_cluster(cluster)} DELETE WHERE {condition} SETTINGS mutations_sync = 2",
        parameters=parameters,
    )
