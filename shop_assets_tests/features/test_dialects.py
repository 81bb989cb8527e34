"""Thousands of documents in dialects, from RAW to the CSV, against the plain readings of rules and features."""

import json
from collections import Counter
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from random import Random
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from pyspark.sql import SparkSession

from shop_assets.documents.kinds import KINDS, natural_id
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.report.csv_report import report_key, write_report
from shop_assets.settings import Settings
from shop_assets_tests.features.own_buckets import Buckets, empty
from shop_assets_tests.plain_report import expected_csv
from shop_assets_tests.warehouse.dirty_documents import CLEAN, ID_FIELD, spoil
from shop_assets_tests.warehouse.raw_messages import RawMessage, insert_raw

SIZES = {"stores": 20, "products": 80, "customers": 400, "purchases": 4500}
TIMES = (
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.250+03:00", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d",
    "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%d/%m/%Y", "%s", "%s000",
)  # fmt: skip
YES = (True, "да", "Yes", 1, "1.0", "+", "Истина")
NO = (False, "нет", "No", 0, "0.0", "выкл", "", None, "может быть")
PAYMENTS = (
    "cash", "card", "Наличные", "нал.", "Банковская карта", "VISA", "СБП", "безналичный", "подарочный сертификат", None,
)  # fmt: skip
AMOUNTS = ("{:.2f}", "{:.2f} ₽", "{:.0f}", "руб. {:.2f}", "{:.1f}", "{:.4f}")
CATEGORIES = (
    "🥛 Молочные продукты", "мясо", "Мясо, рыба, яйца и бобовые", "овощи", "Фрукты и ягоды", "хлеб", "dairy", "снеки",
    "-", None,
)  # fmt: skip
CITIES = ("Псков", "г. Псков", "город Омск", "Омск", "орёл", "Орел", "-", None)
CARDS = ("L-1", "-", "нет", 0, "None", None, "есть карта")
NOTES: tuple[dict[str, Any], ...] = (
    *({},) * 6, {"status": "wc-refunded"}, {"status": "Оплачен"}, {"type": "PAYBACK"}, {"__deleted": "true"},
    {"Проведен": False}, {"comment": "возврат"},
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_documents_in_all_dialects_give_the_csv_of_the_plain_readings(
    settings: Settings, client: Client, kept_buckets: Buckets, spark: SparkSession, seed: int
) -> None:
    random, now = Random(seed), datetime.now(UTC)
    day = now.date() - timedelta(days=1)
    documents = {kind.name: [_document(kind.name, n, random, now) for n in range(SIZES[kind.name])] for kind in KINDS}
    for kind in KINDS:
        messages = [
            RawMessage(
                (natural_id(kind, document) or "").encode(),
                json.dumps(document, ensure_ascii=False).encode(),
                ingested_at=now,
            )
            for document in documents[kind.name]
        ]
        insert_raw(client, kind.name, messages, kafka_timestamp=now)
    source = MatrixSource.from_settings(settings.model_copy(update={"timezone": "UTC"}))
    features, reports = empty(kept_buckets)
    manifest = MatrixPublisher(source, client, features, lambda: spark, "run-1").publish(day).manifest
    write_report(features, reports, manifest)
    found, expected = reports.get(report_key(day)), expected_csv(documents, day)
    assert _first_difference(found.decode(), expected.decode()) is None
    assert found == expected
    ones = Counter(name for name, count in manifest.ones.items() if count)
    assert len(ones) >= len(manifest.ones) - 5, "the documents are too alike to prove much"
    for kind in KINDS:
        client.command(f"TRUNCATE TABLE raw.{kind.name} SYNC")


def _first_difference(found: str, expected: str) -> tuple[str, list[str]] | None:
    """The customer and the features of the first line that differs: pytest takes minutes to compare whole reports."""
    names = expected.partition("\n")[0].split(",")
    for line, wanted in zip_longest(found.splitlines(), expected.splitlines(), fillvalue=""):
        if line != wanted:
            pairs = zip_longest(names, line.split(","), wanted.split(","))
            return wanted or line, [str(name) for name, one, other in pairs if one != other]
    return None


def _document(kind: str, number: int, random: Random, now: datetime) -> dict[str, Any]:
    document = deepcopy(CLEAN[kind])
    if kind == "stores":
        document["location"]["city"] = random.choice(CITIES)
    elif kind == "products":
        document |= {"group": random.choice(CATEGORIES), "is_organic": random.choice((*YES, *NO))}
    elif kind == "customers":
        recent = random.random() < 0.3
        document |= {
            "registration_date": _time(random, now, 40 if recent else 700),
            "is_loyalty_member": random.choice((*YES, *NO)),
            "loyalty_card_number": random.choice(CARDS),
        }
    else:
        document |= _purchase(number, random, now) | random.choice(NOTES)
    for _ in range(random.choice((0, 0, 0, 0, 1, 2))):
        spoil(document, random)
    document[ID_FIELD[kind]] = _id(kind, number)
    return document


def _purchase(number: int, random: Random, now: datetime) -> dict[str, Any]:
    # A customer has habits, so that shares of their purchases come near what the features ask for.
    customer = number % (SIZES["customers"] + 5)
    habits = Random(customer)
    payments, stores = habits.sample(PAYMENTS, 3), habits.choice((1, 1, 3))
    store = (customer + random.randrange(stores)) % SIZES["stores"]
    amount = random.choice((200, 999.9, 1000, 1500.55, 5000))
    return {
        "customer": {"customer_id": random.choice(("{}", " {} ")).format(_id("customers", customer).upper())},
        "store": {"store_id": _id("stores", store), "location": {"city": random.choice(CITIES)}},
        "items": [_line(random) for _ in range(random.choice((1, 1, 2, 4, 6)))],
        "total_amount": random.choice((amount, random.choice(AMOUNTS).format(amount))),
        "payment_method": random.choice(payments),
        "is_delivery": random.choice(YES if habits.random() < 0.3 else NO),
        "purchase_datetime": _time(random, now, habits.choice((5, 20, 60, 120, 400))),
    }


def _line(random: Random) -> dict[str, Any]:
    return {
        "product_id": _id("products", random.randrange(SIZES["products"] + 5)),
        "category": random.choice(CATEGORIES),
        "quantity": random.choice((1, "2", "0,35", -1, "1 шт", 0.1)),
        "price_per_unit": random.choice((100, "99,90 ₽", None)),
        "total_price": random.choice((100, "1 200,50", "-5", "12 $")),
    } | random.choice(({}, {}, {}, {"voided": "да"}, {"note": "x"}))


def _time(random: Random, now: datetime, days: int) -> str:
    moment = now - timedelta(seconds=random.randrange(86_400, 86_400 * days))
    return moment.strftime(random.choice(TIMES))


def _id(kind: str, number: int) -> str:
    return f"{kind}-{number:05d}"
