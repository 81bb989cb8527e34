"""The ciphertexts that take the place of older ones while keys are rotated; `sql/mart/35_rotated_values.sql` and the
next file say what they are for. Which key encrypts, and what moves, is decided by `key_rotation`.
"""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.cluster import on_cluster

Pair = tuple[str, str, str]
"""The older ciphertext, the newer one, and what it was encrypted as."""


def save_pairs(client: Client, pairs: Sequence[Pair]) -> None:
    """Store pairs; the views do not know them yet.

    Args:
        client: A client of the migrated warehouse.
        pairs: The pairs.
    """
    client.insert("mart.rotated_values", list(pairs), column_names=["older", "newer", "field"])


def drop_other_pairs(client: Client, prefix: str, cluster: str | None = None) -> None:
    """Forget stored pairs whose newer ciphertext is of another key: of a rotation that was not finished.

    Args:
        client: A client of the migrated warehouse.
        prefix: How the ciphertexts of the first key begin.
        cluster: The cluster of the warehouse; None for a single server.
    """
    condition = "NOT startsWith(newer, {prefix:String})"
    statement = f"SELECT count() FROM mart.rotated_values WHERE {condition}"  # noqa: S608  # ours
    if client.query(statement, {"prefix": prefix}).result_rows[0][0]:
        client.command(f"TRUNCATE TABLE mart.rotated_values{on_cluster(cluster)}")


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
    """Forget all pairs: everything has moved, or the pairs must not be kept.

    Args:
        client: A client of the migrated warehouse.
        cluster: The cluster of the warehouse; None for a single server.
    """
    rows = client.query("SELECT (SELECT count() FROM mart.rotated_values) + (SELECT count() FROM mart.current_values)")
    if rows.result_rows[0][0]:
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
