"""Before anything moves: what takes the place of each stored ciphertext, so that equal values stay equal meanwhile.

A value that has moved and one that has not have different ciphertexts. So all pairs are stored first; the views take
them at once, and show the newer ciphertext from then on, whichever of the two a row has.
"""

from collections.abc import Iterator
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.key_rotation.reencryption import Reencryption
from shop_assets.personal_data.cipher import PREFIX
from shop_assets.warehouse.mart import current_values
from shop_assets.warehouse.mart.current_values import RotatedValue
from shop_assets.warehouse.statements.queries import load_query

BATCH_SIZE: Final = 10_000
"""Pairs in one insert; a rotation that is killed here has to decrypt no more than so many again."""


def show_newer_values(client: Client, reencryption: Reencryption, guard: Guard, cluster: str | None = None) -> None:
    """Store the pairs of all ciphertexts of older keys, and show the newer ones.

    Args:
        client: A client of the migrated warehouse.
        reencryption: Encrypts again.
        guard: Called before each statement; what it raises ends the rotation.
        cluster: The cluster of the warehouse; None for a single server.
    """
    prefix = f"{PREFIX}{reencryption.key_id}:"
    pairs: list[RotatedValue] = []
    for text in _older_values(client, reencryption, prefix):
        pair = reencryption.pair(text)
        if pair is not None:
            pairs.append(pair)
        if len(pairs) >= BATCH_SIZE:
            guard()
            current_values.save_pairs(client, pairs)
            pairs.clear()
    guard()
    if pairs:
        current_values.save_pairs(client, pairs)
    current_values.forget_other_pairs(client, prefix, cluster)
    current_values.show_newer(client, cluster)


def _older_values(client: Client, reencryption: Reencryption, newer: str) -> Iterator[str]:
    """As a column of Arrow, which takes a third of the memory of Python's texts."""
    older = [f"{PREFIX}{key_id}:" for key_id in sorted(reencryption.older_keys)]
    if not older:
        return
    statement = load_query("rotation/older_values").statement
    found = client.query_arrow(statement, {"older": older, "newer": newer}, use_strings=True)
    for chunk in found.column("value").chunks:
        for value in chunk:
            yield str(value.as_py())
