"""Whoever changes documents in MongoDB, past this project's loader: MART shows what the collections hold."""

import secrets
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.database import Database

from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS, KINDS, PURCHASES, DocumentKind
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, Mode, capture_changes
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.warehouse.random_histories import MARKER_FIELD, random_body
from shop_assets_tests.warehouse.shown_state import assert_mart_shows, rows
from shop_assets_tests.writers import SoleWriter, unguarded

Documents = Database[dict[str, Any]]

OPERATIONS_A_STEP = 25
IDS_OF_A_KIND = 12
"""Few, so that a step often meets the same document several times."""


@pytest.fixture
def client(warehouse_settings: Settings) -> Iterator[Client]:
    with clickhouse_resource(warehouse_settings).client() as client:
        apply_migrations(client)
        yield client


@pytest.fixture
def database(warehouse_settings: Settings) -> Iterator[Documents]:
    with mongo_resource(warehouse_settings).connect() as database:
        ensure_collections(database)
        yield database
        database.client.drop_database(database.name)


def bring_to_mart(settings: Settings, database: Documents, client: Client, mode: Mode = "incremental") -> None:
    kafka = kafka_resource(settings)
    capture_changes(
        DocumentSource(database, kafka, personal_data_resource(settings).cipher()), mode, SoleWriter(database.client)
    )
    ingest_topics(client, kafka, guard=unguarded)


def state(database: Documents) -> dict[str, dict[str, dict[str, Any]]]:
    return {kind.name: {document["_id"]: document for document in database[kind.name].find()} for kind in KINDS}


def change_anything(random: Random, database: Documents, kind: DocumentKind, turn: int) -> None:
    """One write of pymongo's, of any sort, to a document that may be there or not."""
    collection = database[kind.name]
    name = f"{kind.singular}-{random.randrange(IDS_OF_A_KIND)}"
    document = random_body(random, kind, name, turn)
    marking = {"$set": {MARKER_FIELD[kind.name]: f"turn {turn}"}}
    match random.choice(["replace", "replace", "update", "update", "delete", "bulk", "lines", "equal"]):
        case "replace":
            collection.replace_one({"_id": name}, document, upsert=True)
        case "update":
            collection.update_one({"_id": name}, marking)
        case "delete":
            collection.delete_one({"_id": name})
        case "bulk":
            other = f"{kind.singular}-{IDS_OF_A_KIND + turn}"
            collection.bulk_write(
                [
                    InsertOne({"_id": other} | random_body(random, kind, other, turn)),
                    ReplaceOne({"_id": name}, document, upsert=True),
                    UpdateOne({"_id": other}, marking),
                    DeleteOne({"_id": random.choice([name, other])}),
                ]
            )
        case "lines":
            database[PURCHASES.name].update_many({"items.1": {"$exists": True}}, {"$pop": {"items": 1}})
        case "equal":
            if (found := collection.find_one({"_id": name})) is not None:
                collection.replace_one({"_id": name}, found)


def assert_random_changes_reach_mart(settings: Settings, database: Documents, client: Client, steps: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # pytest shows it with a failure
    random = Random(seed)
    for step in range(steps):
        for number in range(random.randint(0, OPERATIONS_A_STEP)):
            change_anything(random, database, random.choice(KINDS), step * OPERATIONS_A_STEP + number)
        bring_to_mart(settings, database, client, "replay" if random.random() < 0.2 else "incremental")
        assert_mart_shows(client, state(database))
        assert fetch_rows(client, "mart_differs_from_raw") == []


def test_random_changes_reach_mart(warehouse_settings: Settings, database: Documents, client: Client) -> None:
    assert_random_changes_reach_mart(warehouse_settings, database, client, steps=4)


@pytest.mark.slow
def test_many_random_changes_reach_mart(warehouse_settings: Settings, database: Documents, client: Client) -> None:
    assert_random_changes_reach_mart(warehouse_settings, database, client, steps=100)


def test_a_purchase_that_lost_lines_has_no_stale_ones_and_a_deleted_document_stays_in_raw_alone(
    warehouse_settings: Settings, database: Documents, client: Client
) -> None:
    random = Random(1)
    for kind in (CUSTOMERS, PURCHASES):
        bodies = [random_body(random, kind, f"{kind.singular}-{number}", number) for number in range(30)]
        database[kind.name].insert_many([{"_id": body[kind.id_field]} | body for body in bodies])
    line = {"product_id": "prd-1", "category": "Мясо"}
    database.purchases.update_one({"_id": "purchase-1"}, {"$set": {"items": [line] * 3, "total_amount": 1}})
    bring_to_mart(warehouse_settings, database, client)
    lines = "SELECT line_number FROM mart.purchase_items WHERE purchase_id = 'purchase-1'"
    assert rows(client, lines) == {(1,), (2,), (3,)}

    database.purchases.update_one({"_id": "purchase-1"}, {"$set": {"items": [line]}})
    database.customers.delete_one({"_id": "customer-7"})
    bring_to_mart(warehouse_settings, database, client)

    assert rows(client, lines) == {(1,)}
    assert rows(client, "SELECT line_count FROM mart.baskets WHERE purchase_id = 'purchase-1'") == {(1,)}
    assert rows(client, "SELECT customer_id FROM mart.customers WHERE customer_id = 'customer-7'") == set()
    history = "SELECT operation, payload = '' FROM raw.customers WHERE id = 'customer-7'"
    assert rows(client, history) == {("snapshot", False), ("delete", True)}
    assert_mart_shows(client, state(database))
