"""The definitions of the features, held against the specification."""

import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import starmap
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from shop_assets.features import code_version
from shop_assets.features.code_version import MODULES, feature_code_version
from shop_assets.features.computation import measures
from shop_assets.features.definitions import (
    COLUMN_SOURCES,
    EXCLUSIVE,
    FEATURE_NAMES,
    FEATURES,
    MEASURES,
    OTHER_INPUTS,
    ColumnType,
)
from shop_assets.warehouse.statements.sql_templates import sql_folder
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY, LONG_AGO, T
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.random_shops import GROUPS, random_shop

CHANGES: dict[str, Callable[[Purchase, random.Random], Purchase]] = {
    "purchases.purchase_datetime": lambda p, chance: replace(p, at=T - timedelta(hours=chance.randrange(1, 24 * 100))),
    "purchases.total_amount": lambda p, chance: replace(p, amount=Decimal(chance.randrange(5000))),
    "purchases.store_id": lambda p, chance: replace(p, store=f"store-{chance.randrange(3)}"),
    "purchases.store_city": lambda p, chance: replace(p, city=chance.choice(["москва", "тверь"])),
    "purchases.payment_method": lambda p, chance: replace(p, payment=chance.choice(["card", "cash"])),
    "purchases.is_delivery": lambda p, chance: replace(p, delivered=chance.random() < 0.5),
    "purchases.line_count": lambda p, chance: replace(p, lines=chance.randrange(1, 9)),
    "purchase_items.product_group": lambda p, chance: replace(
        p, groups=frozenset(chance.sample(GROUPS, chance.randrange(len(GROUPS))))
    ),
    "products.is_organic": lambda p, chance: replace(p, organic=chance.random() < 0.5),
}
CUSTOMER_CHANGES: dict[str, Callable[[Customer, random.Random], Customer]] = {
    "customers.registration_date": lambda c, chance: replace(c, registered=T - timedelta(days=chance.randrange(1, 90))),
    "customers.is_loyalty_member": lambda c, chance: replace(c, is_member=chance.random() < 0.5),
    "customers.loyalty_card_number": lambda c, chance: replace(c, card_number=chance.choice([None, "loyal-1"])),
}


def test_the_features_are_the_thirty_of_the_specification_in_their_order() -> None:
    assert len(FEATURE_NAMES) == 30
    assert FEATURE_NAMES == plain_reading.NAMES
    assert all(feature.description for feature in FEATURES)


def test_titles_are_russian_and_unique() -> None:
    titles = [feature.title for feature in FEATURES]
    assert len(set(titles)) == len(titles)
    assert all(re.search("[а-яё]", title) for title in titles)


def test_conditions_are_about_the_documented_measures_and_every_measure_is_used() -> None:
    words = {word for feature in FEATURES for word in re.findall(r"[a-z]\w*", feature.condition)}
    assert words - {"coalesce", "int", "length", "trim"} <= {*MEASURES, *OTHER_INPUTS}
    assert set(MEASURES) <= words


def test_the_measures_are_those_that_spark_computes(spark: SparkSession) -> None:
    assert set(measures(DAY, "UTC")) == set(MEASURES)


@pytest.fixture(scope="module")
def shop() -> tuple[list[Customer], list[Purchase]]:
    customers, purchases = random_shop(3, DAY, "UTC", size=400)
    return [replace(customer, registered=min(customer.registered, T - timedelta(days=1))) for customer in customers], [
        replace(purchase, at=min(purchase.at, T - timedelta(days=1))) for purchase in purchases
    ]


@pytest.mark.parametrize("source", [*CHANGES, *CUSTOMER_CHANGES])
def test_a_column_of_the_mart_decides_just_the_features_that_name_it_as_their_source(shop, source) -> None:
    customers, purchases = shop
    chance = random.Random(1)
    changed_customers, changed_purchases = customers, purchases
    if source in CHANGES:
        changed_purchases = [CHANGES[source](purchase, chance) for purchase in purchases]
    else:
        changed_customers = [CUSTOMER_CHANGES[source](customer, chance) for customer in customers]
    before = plain_reading.matrix(customers, purchases, DAY, "UTC")
    after = plain_reading.matrix(changed_customers, changed_purchases, DAY, "UTC")
    moved = {name for key, row in before.items() for name, value in row.items() if after[key][name] != value}
    assert moved == {name for name, sources in COLUMN_SOURCES.items() if source in sources}


def test_every_feature_has_a_source_and_every_source_but_the_ids_was_tried() -> None:
    sources = {source for feature in FEATURES for source in feature.sources}
    assert all(feature.sources for feature in FEATURES)
    assert sources == {*CHANGES, *CUSTOMER_CHANGES, "purchases.purchase_id", "purchase_items.product_id"}


def test_who_never_bought_has_no_feature_that_needs_a_purchase() -> None:
    old, new = Customer("old", LONG_AGO, True, "loyal-1"), Customer("new", T - timedelta(days=1))
    matrix = plain_reading.matrix([old, new], [], DAY, "UTC")
    ones = {name for row in matrix.values() for name, value in row.items() if value}
    assert ones == {feature.name for feature in FEATURES if not feature.needs_purchase}


def test_no_customer_of_any_shop_has_two_features_that_exclude_each_other() -> None:
    customers, purchases = random_shop(random.randrange(2**32), DAY, "UTC", size=1000)
    rows = plain_reading.matrix(customers, purchases, DAY, "UTC").values()
    assert [pair for pair in EXCLUSIVE if any(row[pair[0]] and row[pair[1]] for row in rows)] == []
    assert len(set(starmap(lambda one, other: frozenset((one, other)), EXCLUSIVE))) == len(EXCLUSIVE)
    assert {name for pair in EXCLUSIVE for name in pair} <= set(FEATURE_NAMES)


def test_the_code_version_changes_with_what_decides_the_values_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = feature_code_version()
    assert re.fullmatch(r"[0-9a-f]{12}", before)
    assert feature_code_version() == before
    assert "computation.py" in MODULES
    first, *rest = FEATURES
    monkeypatch.setattr(code_version, "FEATURES", (replace(first, title="Другое", description="other"), *rest))
    assert feature_code_version() == before
    for changed in ({"condition": "dairy_30 > 1"}, {"name": "bought_milk"}, {"type": ColumnType("int", "UInt32")}):
        monkeypatch.setattr(code_version, "FEATURES", (replace(first, **changed), *rest))
        assert feature_code_version() != before


def test_the_code_version_changes_with_the_queries_that_read_mart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = feature_code_version()
    copies = shutil.copytree(sql_folder() / "features", tmp_path / "features")
    monkeypatch.setattr(code_version, "sql_folder", lambda: tmp_path)
    assert feature_code_version() == before
    for query in ("customers.sql", "baskets.sql"):
        text = (copies / query).read_text(encoding="utf-8")
        (copies / query).write_text(
            text.replace("customer_id", "upper(customer_id) AS customer_id", 1), encoding="utf-8"
        )
        assert feature_code_version() != before
        (copies / query).write_text(text, encoding="utf-8")
        assert feature_code_version() == before
