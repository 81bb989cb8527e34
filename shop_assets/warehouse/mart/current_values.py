"""The ciphertexts that take the place of older ones while keys are rotated; `sql/mart/35_rotated_values.sql` and the
next file say what they are for. Which key encrypts, and what moves, is decided by `key_rotation`.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from shop_assets.documents.chunks import chunks
from shop_assets.warehouse.statements.cluster import on_cluster
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import QUERY_SETTINGS, column, scalar


class RotatedValue(NamedTuple):
    """An older ciphertext, the newer one that takes its place, and what it was encrypted as."""

    older: str
    newer: str
    field: str


TABLES: Final = ("mart.rotated_values", "mart.current_values")
"""Where pairs are: the stored ones, and those that the views show."""

BATCH_SIZE: Final = 200
"""Ciphertexts in one statement: they are in the address of a request. A customer has some ten."""


def save_pairs(client: Client, pairs: Sequence[RotatedValue]) -> None:
    """Store pairs; the views do not know them yet.

    Args:
        client: A client of the migrated warehouse.
        pairs: The pairs.
    """
    client.insert(
        "mart.rotated_values",
        list(pairs),
        column_names=list(RotatedValue._fields),
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
    given = {"prefix": prefix}
    if scalar(client, statement_of("rotation/other_pairs"), given):
        client.command(statement_of("rotation/forget_other_pairs", cluster=cluster), given)


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
    older = column(client, statement_of("rotation/unneeded_pairs"), settings=QUERY_SETTINGS)
    for batch in chunks(older, BATCH_SIZE):
        given = {"older": batch}
        client.command(statement_of("rotation/forget_rotated_values", cluster=cluster), given)
        client.command(statement_of("rotation/forget_current_values", cluster=cluster), given)


def show_newer(client: Client, cluster: str | None = None) -> None:
    """From now on the views show the newer ciphertext of each stored pair for the older one, of all at once.

    Args:
        client: A client of the migrated warehouse.
        cluster: The cluster of the warehouse; None for a single server.
    """
    if cluster is not None:  # each replica makes the table of its own pairs: it must have all of them
        client.command(f"SYSTEM SYNC REPLICA{on_cluster(cluster)} mart.rotated_values")
    client.command(statement_of("rotation/show_pairs", cluster=cluster))


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
    """Whether a rotation that is not finished moves ids: until then one customer has two of them.

    Args:
        client: A client of the migrated warehouse.
        field: What ids are encrypted as.
    """
    return bool(scalar(client, statement_of("rotation/pairs_of_field"), {"field": field}))


def _has_pairs(client: Client) -> bool:
    return bool(scalar(client, statement_of("rotation/pair_count")))
