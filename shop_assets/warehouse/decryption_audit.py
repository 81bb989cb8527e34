"""The record of decryptions: written before a value is shown, so that none is shown without one."""

import hashlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from shop_assets.coordination.processes import current_account
from shop_assets.personal_data.cipher import ENCRYPTED, PREFIX
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import Row, fetch_rows, scalar
from shop_assets.warehouse.statements.sql_templates import read_folder


@dataclass(frozen=True)
class Decryption:
    """A value to decrypt: its ciphertext, the field, and the record that has it if it is known."""

    ciphertext: str
    field: str
    kind: str = ""
    record_id: str = ""


def record_decryptions(
    client: Client, decryptions: Sequence[Decryption], reason: str, cluster: str | None = None
) -> None:
    """Append who decrypts what, and why, to `audit.decryptions`.

    Args:
        client: A client of the warehouse.
        decryptions: What is decrypted next.
        reason: Why; phones and e-mails in it are masked.
        cluster: The cluster of the warehouse; None for a single server.

    Raises:
        WarehouseError: It could not be recorded: then nothing may be decrypted.
    """
    rows = [
        (
            current_account(),
            socket.gethostname(),
            without_contacts(reason),
            one.kind,
            one.record_id,
            one.field,
            _key_id(one.ciphertext),
            hashlib.sha256(one.ciphertext.strip().lower().encode()).hexdigest(),
        )
        for one in decryptions
    ]
    try:
        for file in read_folder("audit"):
            client.command(file.statement_on(cluster))
        client.insert(
            "audit.decryptions",
            rows,
            column_names=["decrypted_by", "host", "reason", "kind", "id", "field", "key_id", "digest"],
        )
    except ClickHouseError as error:
        raise WarehouseError(
            f"ClickHouse did not record the decryption ({type(error).__name__}), so nothing was decrypted. May "
            "SHOP_CLICKHOUSE_USER create and fill audit.decryptions?"
        ) from error


def recorded_decryptions(client: Client) -> list[Row]:
    """What was decrypted for people.

    Args:
        client: A client of the warehouse.

    Returns:
        The rows of `audit.decryptions` without their digests, the latest first; none before the first decryption.

    Raises:
        clickhouse_connect.driver.exceptions.Error: ClickHouse does not respond, or its user may not read them.
    """
    if not client.command("EXISTS TABLE audit.decryptions"):
        return []
    return fetch_rows(client, "decryptions")


def records_under_key(client: Client, key_id: str) -> int:
    """Count the entries of the audit that name a customer by an encrypted id.

    Args:
        client: A client of the warehouse.
        key_id: The key of the ids.

    Returns:
        The entries; only this key shows whose they are.
    """
    if not client.command("EXISTS TABLE audit.decryptions"):
        return 0
    return int(scalar(client, statement_of("personal_data/audited_ids"), {"prefix": f"{PREFIX}{key_id}:"}))


def personal_values(client: Client, customer_id: str) -> list[Decryption]:
    """The ciphertexts of a customer in MART.

    Args:
        client: A client of the warehouse.
        customer_id: The id, in any spelling.

    Returns:
        Phone and e-mail, as far as there are some.
    """
    rows = client.query(statement_of("personal_data/customer_values"), {"id": customer_id}).result_rows
    return [
        Decryption(str(value), field, "customers", str(found))
        for found, *values in rows
        for field, value in zip(("phone", "email"), values, strict=True)
        if value
    ]


def _key_id(ciphertext: str) -> str:
    match = ENCRYPTED.fullmatch(ciphertext.strip().lower())
    return match["key_id"] if match else ""
