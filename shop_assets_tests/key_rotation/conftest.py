"""A shop whose messages are all under one key, and what rotates it."""

import base64
import secrets
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.erasure.erasing import erase
from shop_assets.key_rotation.key_usage import key_uses
from shop_assets.key_rotation.rotating import RotationResult, move_stored_data
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.services import Services
from shop_assets.settings import Settings
from shop_assets.warehouse.comparison.document_repair import open_differences
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.erasure.conftest import fill, run_pipeline
from shop_assets_tests.erasure.conftest import services as shop_services
from shop_assets_tests.writers import SoleWriter

services = shop_services
EQUAL = (
    "SELECT (SELECT count() FROM mart.customers AS c INNER JOIN mart.purchases AS p ON c.phone = p.customer_phone), "
    "(SELECT count() FROM mart.customers), (SELECT count() FROM mart.purchases), "
    "(SELECT count() FROM mart.open_rejects), (SELECT count() FROM mart.unread_values)"
)


def new_key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(64)).decode()}"


def ring_of(settings: Settings, *keys: str) -> Settings:
    ring = ",".join([*keys, settings.pii_keys.get_secret_value()])
    return settings.model_copy(update={"pii_keys": SecretStr(ring), "personal_ids": "encrypt"})


def with_ring(services: Services, settings: Settings) -> Services:
    return replace(services, pii=personal_data_resource(settings))


@pytest.fixture
def older(services: Services, settings: Settings) -> Services:
    """A shop whose ids may be phones, all under one key, and an erased customer."""
    services = with_ring(services, ring_of(settings))
    fill(services)
    phones = {"customer_id": "+79005550011", "phone": "+7 900 555-00-11", "registration_date": "2026-01-01"}
    services.database.customers.insert_one({"_id": "+79005550011", **phones})
    services.database.customers.insert_one({"_id": "x" * 40, "customer_id": "x", "registration_date": "2999-01-01",
                                            "email": "later@example.ru"})  # fmt: skip
    run_pipeline(services)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        erase(services, lease, "cus-1", "request")
    services.database.customers.insert_one({"_id": "+79005550013", **phones, "customer_id": "+79005550013"})
    run_pipeline(services)  # the last message that RAW has of its topic partition is that of an encrypted id
    return services


def rotate(services: Services) -> RotationResult:
    with ingestion_lease(services.database, "shop pii rotate", "of a test") as lease:
        return move_stored_data(services, lease)


def in_use(services: Services) -> dict[str, int]:
    return {use.key_id: sum(use.ciphertexts.values()) for use in key_uses(services)}


def assert_moved(services: Services, before: tuple[Any, ...], ratios: list[tuple[Any, ...]], older_key: str) -> None:
    assert in_use(services)[older_key] == 0
    assert tuple(services.client.query(EQUAL).result_rows[0]) == before
    assert duplicate_ratios(services) == ratios
    assert fetch_rows(services.client, "mart_differs_from_raw") == []
    assert fetch_rows(services.client, "reused_ids") == []
    assert [row for row in fetch_rows(services.client, "raw_offsets") if row["duplicated"] or row["unaccounted"]] == []
    assert (
        list(
            open_differences(
                services.client, services.database, services.kafka, writer=SoleWriter(services.database.client)
            )
        )
        == []
    )


def duplicate_ratios(services: Services) -> list[tuple[Any, ...]]:
    return [
        (row["kind"], row["row_count"], row["duplicate_ratio"])
        for row in fetch_rows(services.client, "duplicate_ratio")
    ]
