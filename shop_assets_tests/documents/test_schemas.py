"""The JSON Schemas hold for the generated shop, and require what MART requires."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.documents.schemas import json_schema
from shop_assets.landing.filling.generator.contract import example
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets_tests.warehouse.plain_cleaning import clean

Path = tuple[str, ...]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


FORMATS = FormatChecker()
FORMATS.checks("date-time", raises=(ValueError, TypeError))(
    lambda value: value is None or bool(datetime.fromisoformat(value).tzinfo)
)


def validator(kind: DocumentKind) -> Draft202012Validator:
    return Draft202012Validator(json_schema(kind), format_checker=FORMATS)


def paths(document: dict[str, Any], above: Path = ()) -> Iterator[Path]:
    for name, value in document.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from paths(value, (*above, name))


def without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    container = changed
    for name in path[:-1]:
        container = container[name]
    container[path[-1]] = None
    return changed


@every_kind
def test_every_clean_generated_document_follows_its_schema(kind: DocumentKind) -> None:
    shop = Shop(3, stores=5, products=20, customers=30, purchases=60, as_of=date(2026, 1, 31))
    Draft202012Validator.check_schema(json_schema(kind))
    problems = [
        error.json_path for made in generate(shop, kind) for error in validator(kind).iter_errors(made.document)
    ]
    assert problems == []


@every_kind
def test_a_schema_requires_exactly_what_mart_requires(kind: DocumentKind) -> None:
    document = example(kind)
    for path in paths(document):
        changed = without(document, path)
        key = document[kind.id_field].encode()
        is_rejected = bool(clean(kind.name, key, json.dumps(changed).encode(), datetime.now(UTC)).reasons)
        assert bool(list(validator(kind).iter_errors(changed))) == is_rejected, path


@every_kind
def test_other_fields_are_allowed(kind: DocumentKind) -> None:
    assert validator(kind).is_valid(example(kind) | {"comment": "another field"})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("total_amount",), "129,90"),
        (("payment_method",), "наличные"),
        (("items",), []),
        (("is_delivery",), "да"),
        (("purchase_datetime",), "31.01.2026"),
        (("purchase_datetime",), "2026-01-31T10:00:00"),
        (("customer",), "cus-1"),
    ],
)
def test_a_value_that_has_to_be_converted_does_not_follow_the_schema(path: Path, value: object) -> None:
    purchases = KINDS[3]
    assert not validator(purchases).is_valid(example(purchases) | {path[0]: value})
