from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_assets.documents.kinds import CUSTOMERS, KIND_BY_NAME, KINDS, PRODUCTS, PURCHASES, STORES, natural_id
from shop_assets.documents.models import Customer, Product, Purchase, Store

MODELS = {STORES: Store, PRODUCTS: Product, CUSTOMERS: Customer, PURCHASES: Purchase}


@pytest.mark.parametrize(
    ("value", "identity"),
    [
        ("store-001", "store-001"),
        ("  STORE-001\t", "store-001"),
        ("МАГАЗИН-1", "магазин-1"),
        ("", None),
        (" \n", None),
        (None, None),
        (1, None),
        (["store-001"], None),
    ],
)
def test_an_id_is_compared_trimmed_and_in_lower_case_and_anything_but_text_is_no_id(value, identity):
    assert natural_id(STORES, {"store_id": value}) == identity


def test_a_document_without_its_id_field_has_no_id():
    assert natural_id(PRODUCTS, {"store_id": "store-001"}) is None


@settings(deadline=None)
@given(st.text())
def test_the_natural_id_of_a_natural_id_is_itself(text):
    once = natural_id(STORES, {"store_id": text})
    if once is not None:
        assert once.strip()
        assert natural_id(STORES, {"store_id": once}) == once


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_fields_that_a_kind_names_are_fields_of_its_model(kind):
    assert KIND_BY_NAME[kind.name] is kind
    for path in ((kind.id_field,), *kind.phones, *kind.emails):
        model = MODELS[kind]
        for name in path:
            model = get_type_hints(model)[name]
        assert model is str
