"""The names of the features, wherever they stand once more, and what the catalogue says of them."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import starmap
from pathlib import Path

import pytest

from shop_assets.features.catalogue import COLUMN_SOURCES, EXCLUSIVE, FEATURE_NAMES, FEATURES
from shop_assets.features.code_version import MODULES, feature_code_version
from shop_assets.warehouse.sql_files import read_folder
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY, LONG_AGO, T
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.random_shops import GROUPS, random_shop

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "features.md"

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


def test_the_catalogue_has_the_thirty_features_in_the_order_of_the_specification() -> None:
    assert len(FEATURE_NAMES) == 30
    assert FEATURE_NAMES == plain_reading.NAMES
    assert all(feature.description for feature in FEATURES)


def test_the_documentation_says_of_every_feature_what_the_catalogue_says() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.*) \|$", DOCUMENTATION.read_text(encoding="utf-8"), re.MULTILINE)
    told = [(int(number), name, said.replace("`", "")) for number, name, said in rows]
    assert told == [(number, feature.name, feature.description) for number, feature in enumerate(FEATURES, start=1)]


def test_the_table_in_clickhouse_has_the_features_of_the_catalogue_in_their_order() -> None:
    (table,) = (file for file in read_folder("mart") if file.name == "mart/90_customer_features")
    columns = re.findall(r"^    (\w+) UInt8 COMMENT '(.*)',$", table.statement, re.MULTILINE)
    assert columns == [(feature.name, feature.description) for feature in FEATURES]


def test_the_shares_that_are_compared_are_those_of_the_catalogue() -> None:
    (question,) = (file for file in read_folder("quality") if file.name == "quality/feature_shares")
    assert re.findall(r"\('(\w+)', avg\((\w+)\)\)", question.statement) == [(name, name) for name in FEATURE_NAMES]


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


def test_the_code_version_is_stable_and_short() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", feature_code_version())
    assert feature_code_version() == feature_code_version()
    assert "computation.py" in MODULES
