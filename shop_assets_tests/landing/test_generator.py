"""What the documentation promises of generated documents, for the default shop and for random ones."""

import hashlib
import os
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import orjson
import phonenumbers
import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shop_assets.documents.kinds import CUSTOMERS, KINDS, PRODUCTS, PURCHASES, STORES
from shop_assets.documents.product_groups import PRODUCT_GROUPS
from shop_assets.landing.filling.generator.cities import CITY_BY_NAME
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets_tests.warehouse.plain_values import product_group

DEFAULT = Shop(seed=42, stores=45, products=100, customers=90, purchases=200, as_of=date(2026, 5, 1))
SHOPS = st.builds(
    Shop,
    seed=st.integers(),
    stores=st.integers(1, 8),
    products=st.integers(1, 120),
    customers=st.integers(1, 12),
    purchases=st.integers(0, 40),
    as_of=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)


def read_back(shop: Shop) -> dict[str, list[dict]]:
    """The documents as another program reads them; decimals keep what the text says."""
    import json

    return {
        kind.name: [json.loads(orjson.dumps(document), parse_float=Decimal) for _, document in generate(shop, kind)]
        for kind in KINDS
    }


def moment(text: str) -> datetime:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text)
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def documents() -> dict[str, list[dict]]:
    return read_back(DEFAULT)


def test_the_default_shop_has_the_numbers_and_ids_that_are_promised(documents):
    assert {name: len(found) for name, found in documents.items()} == {
        "stores": 45,
        "products": 100,
        "customers": 90,
        "purchases": 200,
    }
    assert [store["store_id"] for store in documents["stores"]] == [f"store-{number:03d}" for number in range(1, 46)]
    assert [item["id"] for item in documents["products"]] == [f"prd-{number:04d}" for number in range(1, 101)]
    assert [who["customer_id"] for who in documents["customers"]] == [f"cus-{100_000 + n}" for n in range(1, 91)]
    assert all(re.fullmatch(r"ord-\d{8}-\d{3}", purchase["purchase_id"]) for purchase in documents["purchases"])


def test_two_of_three_stores_are_large_and_several_share_a_city(documents):
    networks = Counter(store["store_network"] for store in documents["stores"])
    assert networks == {"Большая Пикча": 30, "Маленькая Пикча": 15}
    for store in documents["stores"]:
        (area,) = re.findall(r"\((\d+) м²\)", store["store_type_description"])
        assert int(area) > 200 if store["store_network"] == "Большая Пикча" else int(area) < 100
    cities = Counter(store["location"]["city"] for store in documents["stores"])
    assert len(cities) > 5
    assert max(cities.values()) > 1


def test_addresses_postal_codes_and_coordinates_fit_their_city(documents):
    places = [store["location"] for store in documents["stores"]]
    places += [who[field] for who in documents["customers"] for field in ("purchase_location", "delivery_address")]
    for place in places:
        city = CITY_BY_NAME[place["city"]]
        assert place["street"] in city.streets
        assert re.fullmatch(r"\d{6}", place["postal_code"])
        assert place["postal_code"][:3] in city.postal_prefixes
        if "coordinates" in place:
            assert abs(float(place["coordinates"]["latitude"]) - city.latitude) < 0.05
            assert abs(float(place["coordinates"]["longitude"]) - city.longitude) < 0.08


def test_products_have_valid_barcodes_taxpayer_numbers_and_whole_compositions(documents):
    assert Counter(product_group(item["group"]) for item in documents["products"]) == {
        group.code: 20 for group in PRODUCT_GROUPS
    }
    assert len({item["name"] for item in documents["products"]}) == 100
    for item in documents["products"]:
        digits = [int(digit) for digit in item["barcode"]]
        assert len(digits) == 13
        assert item["barcode"][:2] == "46"
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
        inn = [int(digit) for digit in item["manufacturer"]["inn"]]
        assert len(inn) == 10
        assert sum(map(int.__mul__, (2, 4, 10, 3, 5, 9, 4, 6, 8), inn[:9])) % 11 % 10 == inn[9]
        assert item["price"] > 0
        assert item["expiry_days"] > 0
        assert sum(item["kbju"][part] for part in ("protein", "fat", "carbohydrates")) <= 100
        assert item["kbju"]["calories"] < 900
        assert not item["manufacturer"]["name"].startswith("ИП ")


def test_people_can_be_written_to_and_do_not_exist(documents):
    people = [*documents["customers"], *(store["manager"] for store in documents["stores"])]
    for person in people:
        number = phonenumbers.parse(person["phone"], "RU")
        assert phonenumbers.is_valid_number(number)
        email = validate_email(person["email"], check_deliverability=False)
        assert email.domain in {"example.com", "example.org", "example.net"}
    assert len({person["email"] for person in people}) == len(people)


def test_every_store_has_a_customer_and_customers_are_of_age(documents):
    assert {who["purchase_location"]["store_id"] for who in documents["customers"]} == {
        store["store_id"] for store in documents["stores"]
    }
    for who in documents["customers"]:
        registered = moment(who["registration_date"])
        assert date.fromisoformat(who["birth_date"]) + timedelta(days=18 * 365) < registered.date()
        assert bool(who["loyalty_card_number"]) == who["is_loyalty_member"]
        assert re.fullmatch(r"(LOYAL-\d{8})?", who["loyalty_card_number"])


def test_purchases_vary_as_the_features_need_it(documents):
    made = documents["purchases"]
    customers = Counter(purchase["customer"]["customer_id"] for purchase in made)
    assert 45 < len(customers) < 90
    assert len({purchase["store"]["store_id"] for purchase in made}) > 30
    hours = {moment(purchase["purchase_datetime"]).hour for purchase in made}
    assert {9, 12, 20} <= hours
    assert {moment(purchase["purchase_datetime"]).weekday() for purchase in made} == set(range(7))
    assert {len(purchase["items"]) for purchase in made} >= {1, 2, 3, 4, 5, 6}
    assert max(len(purchase["items"]) for purchase in made) <= 8
    totals = [purchase["total_amount"] for purchase in made]
    assert min(totals) < 200
    assert max(totals) > 1_000
    for field in ("payment_method", "is_delivery"):
        assert min(Counter(purchase[field] for purchase in made).values()) > 10
    cities = {
        who: {p["store"]["location"]["city"] for p in made if p["customer"]["customer_id"] == who} for who in customers
    }
    assert any(len(found) > 1 for found in cities.values())


def test_purchases_are_made_while_the_store_is_open_and_brought_only_by_stores_that_deliver(documents):
    stores = {store["store_id"]: store for store in documents["stores"]}
    for purchase in documents["purchases"]:
        store = stores[purchase["store"]["store_id"]]
        time = moment(purchase["purchase_datetime"])
        day = {5: "sat", 6: "sun"}.get(time.weekday(), "mon_fri")
        opens, closes = store["opening_hours"][day].split("-")
        assert opens <= time.strftime("%H:%M") < closes
        assert purchase["is_delivery"] == (purchase["delivery_address"] is not None)
        if purchase["is_delivery"]:
            assert store["delivery_available"]
            assert purchase["delivery_address"]["city"] == store["location"]["city"]


@hypothesis_settings(deadline=None, max_examples=40)
@given(SHOPS)
def test_in_every_shop_references_resolve_sums_are_exact_and_nothing_is_too_early_or_too_late(shop: Shop):
    documents = read_back(shop)
    assert [len(documents[kind.name]) for kind in KINDS] == [shop.stores, shop.products, shop.customers, shop.purchases]
    stores = {store["store_id"]: store for store in documents["stores"]}
    products = {item["id"]: item for item in documents["products"]}
    customers = {who["customer_id"]: who for who in documents["customers"]}
    end = datetime.combine(shop.as_of, datetime.min.time(), UTC)
    for store in documents["stores"]:
        assert date.fromisoformat(store["last_inventory_date"]) < shop.as_of
    for who in documents["customers"]:
        home = stores[who["purchase_location"]["store_id"]]
        assert {name: who["purchase_location"][name] for name in ("store_name", "store_network")} == {
            name: home[name] for name in ("store_name", "store_network")
        }
        assert who["delivery_address"]["city"] == home["location"]["city"]
        assert moment(who["registration_date"]) < end
    for purchase in documents["purchases"]:
        check_purchase(purchase, stores, products, customers)
        assert moment(purchase["purchase_datetime"]) < end
    if shop.customers >= shop.stores:
        assert {who["purchase_location"]["store_id"] for who in documents["customers"]} == set(stores)


def check_purchase(purchase: dict, stores: dict, products: dict, customers: dict) -> None:
    who = customers[purchase["customer"]["customer_id"]]
    assert purchase["customer"] == {name: who[name] for name in purchase["customer"]}
    store = stores[purchase["store"]["store_id"]]
    assert {**purchase["store"], "location": None} == {name: store[name] for name in purchase["store"]} | {
        "location": None
    }
    location = purchase["store"]["location"]
    assert location == {name: store["location"][name] for name in location}
    assert moment(purchase["purchase_datetime"]) >= moment(who["registration_date"])
    assert purchase["purchase_id"][4:12] == purchase["purchase_datetime"][:10].replace("-", "")
    assert 1 <= len(purchase["items"]) == len({item["product_id"] for item in purchase["items"]})
    for item in purchase["items"]:
        product = products[item["product_id"]]
        assert (item["name"], item["category"], item["unit"]) == (product["name"], product["group"], product["unit"])
        assert item["price_per_unit"] == product["price"]
        assert item["quantity"] > 0
        assert item["quantity"] * item["price_per_unit"] == item["total_price"]
        assert item.get("kbju", product["kbju"]) == product["kbju"]
        assert item.get("manufacturer", product["manufacturer"]) == product["manufacturer"]
    assert sum(item["total_price"] for item in purchase["items"]) == purchase["total_amount"]
    assert purchase["total_amount"] == round(purchase["total_amount"], 2)


def digest(shop: Shop) -> str:
    whole = hashlib.sha256()
    for kind in KINDS:
        for name, document in generate(shop, kind):
            whole.update(name.encode() + orjson.dumps(document))
    return whole.hexdigest()


@pytest.mark.parametrize("dirty_share", [0.0, 0.5])
def test_the_same_seed_gives_the_same_bytes_in_another_process_and_another_seed_gives_others(dirty_share: float):
    program = (
        "from datetime import date\nfrom shop_assets_tests.landing.test_generator import Shop, digest\n"
        f"print(digest(Shop(42, 5, 30, 10, 60, date(2026, 5, 1), {dirty_share})))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    elsewhere = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    here = digest(Shop(42, 5, 30, 10, 60, date(2026, 5, 1), dirty_share))
    assert elsewhere.stdout.decode().strip() == here
    assert digest(Shop(43, 5, 30, 10, 60, date(2026, 5, 1), dirty_share)) != here


def test_ids_stay_unique_when_a_day_has_more_than_a_thousand_purchases():
    ids = [name for name, _ in generate(Shop(1, 5, 20, 500, 60_000, date(2026, 5, 1)), PURCHASES)]
    assert len(set(ids)) == len(ids) == 60_000
    assert any(identity.endswith("-1000") for identity in ids)


def test_memory_does_not_grow_with_the_number_of_purchases():
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in generate(Shop(1, 45, 100, 500, count, date(2026, 5, 1)), PURCHASES):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(2_000), peak(12_000)
    assert many < few + 500_000


def test_products_beyond_the_assortment_and_purchases_of_a_tiny_shop_can_be_made():
    shop = Shop(3, 1, 250, 1, 5, date(2026, 5, 1))
    names = [document["name"] for _, document in generate(shop, PRODUCTS)]
    assert len(set(names)) > 200
    only_meat_and_bakery = Shop(3, 1, 2, 8, 50, date(2026, 5, 1))
    assert sum(1 for _ in generate(only_meat_and_bakery, PURCHASES)) == 50


@pytest.mark.parametrize("kind", [STORES, PRODUCTS, CUSTOMERS])
def test_a_document_does_not_depend_on_how_many_there_are(kind):
    few = Shop(42, 3, 10, 3, 0, date(2026, 5, 1))
    more = Shop(42, 3, 20, 6, 0, date(2026, 5, 1))
    assert [*generate(few, kind)] == [*generate(more, kind)][: len([*generate(few, kind)])]
