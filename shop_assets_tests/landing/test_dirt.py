import json
from collections import Counter
from datetime import date

import orjson
import phonenumbers
import pytest

from shop_assets.documents.kinds import CUSTOMERS, KINDS, PURCHASES, STORES, natural_id
from shop_assets.documents.product_groups import UNKNOWN
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets_tests.warehouse.plain_values import product_group

CLEAN = Shop(seed=5, stores=200, products=200, customers=400, purchases=2_000, as_of=date(2026, 5, 1))
DIRTY = Shop(seed=5, stores=200, products=200, customers=400, purchases=2_000, as_of=date(2026, 5, 1), dirty_share=0.3)


@pytest.fixture(scope="module")
def clean():
    return {kind.name: {name: orjson.dumps(document) for name, document in generate(CLEAN, kind)} for kind in KINDS}


@pytest.fixture(scope="module")
def dirty():
    return {kind.name: {name: orjson.dumps(document) for name, document in generate(DIRTY, kind)} for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_about_the_share_of_documents_is_dirty_and_the_others_are_what_they_were(kind, clean, dirty):
    before, after = clean[kind.name], dirty[kind.name]
    copies = {name for name in after if name.endswith("-copy")}
    changed = {name for name in before if after[name] != before[name]}
    assert set(after) == set(before) | copies
    assert 0.2 < (len(changed) + len(copies)) / len(before) < 0.4
    assert copies
    assert all(after[name] == after[name.removesuffix("-copy")] for name in copies)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_dirty_document_has_its_own_id_or_none(kind, dirty):
    lost = 0
    for name, text in dirty[kind.name].items():
        identity = natural_id(kind, json.loads(text))
        assert identity in {None, name.removesuffix("-copy")}
        lost += identity is None
    assert 0 < lost < len(dirty[kind.name]) * 0.1


def test_contacts_are_written_in_many_ways_and_stay_the_same_contacts(clean, dirty):
    spellings = Counter()
    for kind, path in ((STORES, ("manager",)), (CUSTOMERS, ()), (PURCHASES, ("customer",))):
        for name, text in clean[kind.name].items():
            before, after = json.loads(text), json.loads(dirty[kind.name][name])
            for step in path:
                before, after = before[step], after.get(step) or {}
            if not after.get("phone") or not after.get("email") or not after["phone"].strip():
                continue
            assert _number(after["phone"]) == _number(before["phone"])
            assert after["email"].strip().lower() in {before["email"], ""}
            spellings["phone"] += after["phone"] != before["phone"]
            spellings["email"] += after["email"] != before["email"]
    assert min(spellings["phone"], spellings["email"]) > 50


def _number(phone: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(phone, "RU"), phonenumbers.PhoneNumberFormat.E164)


def test_future_dates_unknown_groups_blanks_and_empty_baskets_are_among_the_dirt(dirty):
    purchases = [json.loads(text) for text in dirty["purchases"].values()]
    customers = [json.loads(text) for text in dirty["customers"].values()]
    products = [json.loads(text) for text in dirty["products"].values()]
    assert any("2199" in (purchase.get("purchase_datetime") or "") for purchase in purchases)
    assert any(purchase.get("items") == [] for purchase in purchases)
    assert any(purchase.get("items") is None for purchase in purchases)
    groups = [product_group(item["category"]) for purchase in purchases for item in purchase.get("items") or []]
    assert UNKNOWN in groups
    assert any("2199" in (who.get("registration_date") or "") for who in customers)
    assert any("2199" in (who.get("birth_date") or "") for who in customers)
    assert any(product_group(item.get("group")) == UNKNOWN for item in products)
    assert any(isinstance(item.get("price"), str) for item in products)
    assert any(isinstance(value, str) and not value.strip() for item in products for value in item.values())


def test_dirt_on_a_purchase_does_not_reach_other_purchases_of_the_customer(clean, dirty):
    untouched = [name for name, text in clean["purchases"].items() if dirty["purchases"][name] == text]
    assert len(untouched) > 1_000
