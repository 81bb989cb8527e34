"""A shop with a customer in every place where one can be, through all stages to MART."""

import gzip
import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

import pytest

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.documents.kinds import KINDS
from shop_assets.erasure.certificate import Certificate
from shop_assets.erasure.erasing import erase
from shop_assets.landing.inventory.contents import count_inventory
from shop_assets.object_store.bucket import Bucket
from shop_assets.services import Services, connect
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.warehouse.comparison.document_repair import open_differences, repair_documents
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.erasure.stored_bytes import stored_bytes
from shop_assets_tests.isolation import clear_warehouse
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.writers import SoleWriter

IVAN: dict[str, Any] = {
    "customer_id": "cus-1", "first_name": "Афанасий", "last_name": "Рожковский", "phone": "+7 900 123-45-67",
    "email": "afanasij@example.ru", "loyalty_card_number": "LOYAL-777", "birth_date": "1961-04-12",
    "registration_date": "2026-01-01T00:00:00Z", "delivery_address": {"street": "Заречная", "house": "1"},
}  # fmt: skip
ANNA: dict[str, Any] = {
    "customer_id": "cus-12", "first_name": "Анна", "phone": "+7 900 123-45-68", "email": "anna@example.ru",
    "registration_date": "2026-01-02T00:00:00Z",
}  # fmt: skip
WORDS = ("Афанас", "Рожковск", "afanasij", "LOYAL-777", "LOYAL-778", "1961-04-12", "Заречн", "123-45-67", "9001234567")
"""What of the customer must be nowhere afterwards."""


def purchase(number: int | str, customer: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "purchase_id": f"ord-{number}",
        "customer": {name: customer[name] for name in ("customer_id", "first_name", "phone", "email")},
        "store": {"store_id": "store-1", "store_name": "Пикча"},
        "items": [{"product_id": "prd-1", "name": "Молоко", "category": "Молочные", "quantity": 1, "total_price": 90}],
        "total_amount": 90,
        "is_delivery": True,
        "delivery_address": customer.get("delivery_address"),
        "purchase_datetime": "2026-02-01T10:00:00Z",
    } | more


FILES: dict[str, bytes] = {
    "stores/a.json": json.dumps({"store_id": "store-1", "store_name": "Пикча", "store_network": "Большая Пикча"}),
    "customers/old.jsonl": "\n".join(
        [json.dumps(ANNA), json.dumps(IVAN | {"loyalty_card_number": "LOYAL-778"}), f'{{"phone": "{IVAN["phone"]}']
    ),
    "customers/cus-1.json": json.dumps(IVAN, indent=2, ensure_ascii=False),
    "customers/ЗАПАС.json": json.dumps([ANNA, IVAN | {"customer_id": " CUS-1 "}]),
    "purchases/a.json": json.dumps({"data": [purchase(1, IVAN), purchase(2, ANNA)]}),
    "purchases/shape.json": json.dumps(purchase(3, IVAN, items="Афанасию")),
    "purchases/rejected.json": json.dumps(purchase(4, IVAN, total_amount=-1)),
}  # fmt: skip
PACKED = "purchases/b.jsonl.gz"


def deliver(bucket: Bucket, files: dict[str, Any]) -> None:
    for key, content in files.items():
        bucket.put(key, content if isinstance(content, bytes) else content.encode(), "application/json")


def count_landing(services: Services) -> None:
    """What a run does first: it makes the inventories, which have ids and names of objects."""
    for kind in KINDS:
        count_inventory(services.object_store.landing(), kind)


def run_pipeline(services: Services) -> None:
    """What a run does between landing and MART."""
    database, landing = services.database, services.object_store.landing()
    count_landing(services)
    with ingestion_lease(database, "a run", "of a test") as lease:
        load_landing(database, landing, writer=lease, cipher=services.pii.cipher())
        capture_changes(DocumentSource(database, services.kafka, services.pii.cipher()), "incremental", lease)
        ingest_topics(services.client, services.kafka, guard=lease.check)
        reconcile(services.client, guard=lease.check)
        source = DocumentSource(database, services.kafka, services.pii.cipher())
        assert repair_documents(services.client, source, datetime.now(UTC), lease).published == 0


def fill(services: Services) -> None:
    """Deliver the files and run; then a correction, so that RAW and MART have older versions too."""
    landing = services.object_store.landing()
    landing.ensure()
    services.object_store.reports().ensure()
    deliver(landing, FILES)
    lines = [purchase(5, IVAN), purchase(6, ANNA), purchase(7, IVAN | {"customer_id": "CUS-1"})]
    landing.put(PACKED, gzip.compress("\n".join(map(json.dumps, lines)).encode()), "application/gzip")
    run_pipeline(services)
    deliver(landing, {"customers/cus-1.json": json.dumps(IVAN | {"gender": "male"})})
    deliver(landing, {"purchases/shape.json": json.dumps(purchase(3, IVAN))})
    run_pipeline(services)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    clear_warehouse(settings)
    with connect(settings) as services:
        yield services
        for bucket in (services.object_store.landing(), services.object_store.reports()):
            bucket.ensure()
            bucket.delete([summary.key for summary in bucket.list()])
            bucket.client.delete_bucket(Bucket=bucket.name)
        services.database.client.drop_database(services.database.name)
    delete_topics(settings, *KINDS)


def erase_ivan(services: Services, reason: str = "request 17") -> Certificate:
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        return erase(services, lease, " Cus-1", reason)


def found_in(content: bytes) -> list[str]:
    text = content.decode("utf-8", "replace")
    return [word for word in WORDS if word in text or json.dumps(word)[1:-1] in text]


def remains(services: Services) -> list[str]:
    """Where something of the customer is, as text or as a ciphertext of the phone or the e-mail."""
    cipher = services.pii.cipher()
    ciphertexts = [cipher.encrypt("phone", "+79001234567"), cipher.encrypt("email", "afanasij@example.ru")]
    return [
        f"{place}: {found}"
        for place, content in stored_bytes(services)
        if (found := found_in(content) + [text for text in ciphertexts if text.encode() in content])
    ]


def assert_consistent(services: Services, more: AbstractSet[str] = frozenset()) -> None:
    """MART is what MongoDB has, RAW accounts for each offset, and the customer is a pseudonym."""
    client = services.client
    assert fetch_rows(client, "mart_differs_from_raw") == []
    assert (
        list(open_differences(client, services.database, services.kafka, writer=SoleWriter(services.database.client)))
        == []
    )
    assert [row for row in fetch_rows(client, "raw_offsets") if row["duplicated"] or row["unaccounted"]] == []
    assert fetch_rows(client, "reused_ids") == []
    assert client.query("SELECT customer_id FROM mart.customers").result_rows == [("cus-12",)]
    bought = dict(client.query("SELECT purchase_id, customer_id FROM mart.purchases").result_rows)
    assert {name for name, customer in bought.items() if customer.startswith("erased-")} == {
        "ord-1", "ord-3", "ord-5", "ord-7", *more
    }  # fmt: skip
    assert len({bought[name] for name in ("ord-1", "ord-3", "ord-5", "ord-7")}) == 1
    assert (bought["ord-2"], bought["ord-6"]) == ("cus-12", "cus-12")
