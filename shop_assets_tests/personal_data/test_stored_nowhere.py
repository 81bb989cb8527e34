"""Phones and e-mails in every field, as ids and as names of files and folders: none reaches Dagster, logs or pages."""

import copy
import html
import itertools
import json
import re
import traceback
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from dagster import AssetCheckResult, Failure, MaterializeResult, MetadataValue

import shop_assets
from shop_assets.build import build_definitions
from shop_assets.dashboards.page.page_writing import page_key
from shop_assets.errors import TransientError
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.dagster_home import create_dagster_home
from shop_assets.orchestration.masked_definitions import IS_MASKED, masked
from shop_assets.orchestration.masked_errors import MaskedError
from shop_assets.orchestration.masked_results import masked_result
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.settings import Settings
from shop_assets_tests import whole_run

DOCUMENTS: dict[str, dict[str, Any]] = {
    "stores": {
        "store_id": "store-001", "store_name": "Пикча", "store_network": "Большая Пикча",
        "store_type_description": "у дома", "type": "offline", "categories": ["Молочные"],
        "manager": {"name": "Анна", "phone": "", "email": ""},
        "location": {"country": "Россия", "city": "Москва", "street": "Ленина", "house": "1", "postal_code": "101000",
                     "coordinates": {"latitude": 55.7, "longitude": 37.6}},
        "opening_hours": {"mon_fri": "9-21", "sat": "9-21", "sun": "9-21"},
        "accepts_online_orders": True, "delivery_available": True, "last_inventory_date": "2025-01-01",
    },
    "products": {
        "id": "prd-001", "name": "Молоко", "group": "🥛 Молочные продукты", "description": "свежее", "price": 90.5,
        "kbju": {"calories": 50, "protein": 3, "fat": 3, "carbohydrates": 5}, "unit": "шт", "origin_country": "Россия",
        "expiry_days": 5, "is_organic": True, "barcode": "4600000000001",
        "manufacturer": {"name": "Завод", "country": "Россия", "website": "shop.example", "inn": "123"},
    },
    "customers": {
        "customer_id": "cus-001", "first_name": "Иван", "last_name": "Иванов", "email": "", "phone": "",
        "birth_date": "1990-01-01", "gender": "male", "registration_date": "2025-01-01T00:00:00Z",
        "is_loyalty_member": True, "loyalty_card_number": "L1",
        "purchase_location": {"store_id": "store-001", "store_name": "Пикча", "city": "Москва"},
        "delivery_address": {"city": "Москва", "street": "Ленина", "house": "1", "apartment": "2"},
        "preferences": {"preferred_language": "ru", "preferred_payment_method": "card", "receive_promotions": True},
    },
    "purchases": {
        "purchase_id": "ord-001",
        "customer": {"customer_id": "cus-001", "first_name": "Иван", "email": "", "phone": ""},
        "store": {"store_id": "store-001", "store_name": "Пикча", "location": {"city": "Москва"}},
        "items": [{"product_id": "prd-001", "name": "Молоко", "category": "Молочные", "quantity": 1, "unit": "шт",
                   "price_per_unit": 90.5, "total_price": 90.5}],
        "total_amount": 90.5, "payment_method": "card", "is_delivery": False,
        "delivery_address": {"city": "Москва"}, "purchase_datetime": "2025-02-01T10:00:00Z",
    },
}  # fmt: skip
IDS = {"stores": "store_id", "products": "id", "customers": "customer_id", "purchases": "purchase_id"}

_numbers = itertools.count()
STYLES = (
    "+7916123{0:04}", "8916123{0:04}", "916123{0:04}", "7916123{0:04}", "+7 (916) 123-{1}-{2}", "8 916 123 {1} {2}",
    "8(916)123{0:04}", "+7-916-123-{1}-{2}", "ivan{0}@example.ru", "Ivan.Petrov{0}@Example.RU",
    "%2B7916123{0:04}", "ivan{0}%40example.ru", "тел. 8 916 123-{1}-{2}, ivan{0}@example.ru", "cus9161230000-{0}",
    '"petr {0}"@example.ru', "+7 916 123\n{1} {2}", "+7,916,123,{1},{2}", "8|916|123|{1}|{2}", "+7~916~123~{1}~{2}",
    "ivan{0}%2540example.ru", "ivan{0}﹫example.ru", "ivan{0}&commat;example.ru", "ivan{0}{{at}}example.ru",
)  # fmt: skip


def contact() -> str:
    """A phone or an e-mail that was not given before, in one of many forms."""
    number = next(_numbers)
    return STYLES[number % len(STYLES)].format(number, f"{number // 100:02}", f"{number % 100:02}")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from places(inner, (*path, name))


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def delivered(kind: str) -> Iterator[dict[str, Any]]:
    """Documents of a kind with a contact in each place: as text, number, name of a field, list, and id."""
    clean = DOCUMENTS[kind]
    for number, path in enumerate(places(clean)):
        for value in (contact(), 79161230000 + number, [contact()], {contact(): contact()}):
            document = copy.deepcopy(clean)
            put(document, path, value)
            if path != (IDS[kind],):
                document[IDS[kind]] = contact() if number % 2 else f"{kind}-{number}-{type(value).__name__}"
            yield document


def write(folder: Path) -> None:
    for kind, clean in DOCUMENTS.items():
        (folder / kind / f"из письма {contact()}").mkdir(parents=True)
        lines = [json.dumps(document, ensure_ascii=number % 2 == 0) for number, document in enumerate(delivered(kind))]
        (folder / kind / f"from {contact()}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        for number, style in enumerate(STYLES):
            name = re.sub(r"[/\n]", "_", style.format(next(_numbers), "12", f"{number:02}"))
            document = clean | {IDS[kind]: f"{kind}-file-{number}"}
            (folder / kind / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
            (folder / kind / f"broken {name}.json").write_text(f'{{"phone": "{contact()}', encoding="utf-8")
        (folder / kind / f"link {contact()}.json").symlink_to("/etc/hostname")


FOUND = re.compile(r"(?<!\d)[78]?\D{0,4}" + r"\D{0,3}".join(["9", "1", "6", "1", "2", "3", *[r"\d"] * 4]) + r"(?!\d)")
ADDRESS = re.compile(r"example\.ru|ivan\.?(petrov)?\d", re.IGNORECASE)


def contacts_in(content: bytes) -> list[str]:
    """Every delivered value in a file, in all forms in which it may be written."""
    text = content.decode("utf-8", "replace")
    escaped = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    text = unicodedata.normalize("NFKC", text)
    forms = {text, unquote(text), unquote(unquote(text)), html.unescape(text), escaped, unquote(unquote(escaped))}
    return [
        form[max(0, found.start() - 60) : found.end() + 20]
        for form in forms
        for pattern in (FOUND, ADDRESS)
        for found in pattern.finditer(form)
    ]


def test_the_search_finds_every_form() -> None:
    for number in range(len(STYLES)):
        text = STYLES[number].format(number, "00", f"{number:02}")
        for form in (text, json.dumps(text), text.replace("+", "%2B").replace(" ", "%20"), html.escape(text)):
            assert contacts_in(f"x {form} y".encode()), form
            assert contacts_in(without_contacts(f"x {form} y").encode()) == [], form


def test_what_is_delivered_is_in_no_file_of_dagster_no_log_and_no_page(
    warehouse_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = warehouse_settings.model_copy(update=whole_run.ONE_EARLIER_DAY)
    dagster_home = tmp_path / "dagster"
    dagster_home.mkdir()
    create_dagster_home(dagster_home)
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    source = tmp_path / "архив +7 (916) 123-99-99 boss@example.ru"
    source.mkdir()
    write(source)

    result = whole_run.run(settings, {"source_folder": str(source)})
    events = result.get_asset_materialization_events()
    shown = {str(event.asset_key): str(event.event_specific_data) for event in events}
    assert len(shown) == 12
    assert "***" in str(shown)

    stored = {str(path): path.read_bytes() for path in dagster_home.rglob("*") if path.is_file()}
    stored |= {str(path): path.read_bytes() for path in (settings.home / "logs").rglob("*") if path.is_file()}
    page = object_store_resource(settings).reports().get(page_key(whole_run.YESTERDAY))
    assert any(name.endswith(".db") for name in stored)
    found = {name: contacts_in(content) for name, content in (stored | {"page": page}).items()}
    assert {name: texts[:5] for name, texts in found.items() if texts} == {}


PHONE = "+7 (916) 123-45-67"


class OwnTextError(TransientError):
    def __str__(self) -> str:
        return f"no answer about {PHONE}"


def test_errors_keep_their_kind_and_lose_what_is_personal() -> None:
    def fails(error: Exception) -> Exception:
        def function() -> None:
            try:
                {}[PHONE]
            except KeyError as cause:
                raise error from cause

        with pytest.raises(Exception) as raised:  # noqa: PT011  # whatever comes out is examined
            masked(function)()
        return raised.value

    refused = fails(Failure(f"no such customer: {PHONE}", {"id": MetadataValue.text(PHONE)}, allow_retries=False))
    assert isinstance(refused, Failure)
    assert (refused.description, refused.metadata["id"].value) == ("no such customer: ***", "***")
    assert str(refused.__cause__) == "'***'"
    value = fails(ValueError("wrong", PHONE, 7))
    assert value.args == ("wrong", "***", 7)
    rebuilt = fails(OwnTextError())
    assert isinstance(rebuilt, TransientError)
    assert str(rebuilt) == "OwnTextError: no answer about ***"
    assert rebuilt.__cause__ is None


def test_notes_and_errors_in_a_group_lose_what_is_personal() -> None:
    def fails() -> None:
        inner = ValueError(f"no customer {PHONE}")
        inner.add_note(f"asked for {PHONE}")
        group = ExceptionGroup("two failed", [inner, ExceptionGroup("more", [KeyError("a@example.ru")])])
        group.add_note("see a@example.ru")
        raise group

    with pytest.raises(ExceptionGroup) as raised:
        masked(fails)()
    shown = "".join(traceback.format_exception(raised.value))
    assert "asked for ***" in shown
    assert "see ***" in shown
    assert not re.search(r"123-45-67|example", shown)


def test_the_text_of_a_group_loses_what_is_personal() -> None:
    def fails() -> None:
        raise ExceptionGroup(f"customers of {PHONE}", [ValueError("x")])

    with pytest.raises(MaskedError, match=r"customers of \*\*\*"):
        masked(fails)()


def test_results_lose_what_is_personal_and_keep_counts_hashes_and_ciphertexts() -> None:
    kept = {
        "rows": 79161234567,
        "digest": "9161234567" * 4,
        "sum": "9f161234-9161-9161-9161-916123456789",
        "encrypted": "enc:v1:k1:73222222222" + "a" * 15,
        "path": "s3://features/customer_features/ds=2026-01-31/part-00000.parquet",
        "when": "2026-01-31T10:20:30.123456+00:00",
        "fingerprint": "2:ab7916123456789aabbad9ff875e27ba784,11:c89161234567d19571828b2861abbad9",
        "table": "| 916 | 123 | 45 | 67 |",
        "offsets": "offsets 1732900000 to 1732999999",
    }
    result = masked_result(
        MaterializeResult(metadata=kept | {"json": MetadataValue.json({PHONE: ["a@example.ru", 7]})})
    )
    assert {name: getattr(value, "value", value) for name, value in result.metadata.items()} == kept | {
        "json": {"***": ["***", 7]}
    }
    check = masked_result(AssetCheckResult(passed=False, description=f"{PHONE} is missing", metadata={"first": PHONE}))
    assert (check.description, check.metadata["first"].value) == ("*** is missing", "***")


def test_metadata_of_partitions_are_added_where_they_are_masked() -> None:
    adding = re.compile(r"\.(?:add_asset_metadata|add_output_metadata|log_event)\(")
    files = [path for path in Path(shop_assets.__file__).parent.rglob("*.py") if adding.search(path.read_text("utf-8"))]
    assert [path.name for path in files] == ["partition_records.py"]


def test_every_asset_and_check_is_masked(settings: Settings) -> None:
    definitions = build_definitions(settings)
    nodes = [*(definitions.assets or ()), *(definitions.asset_checks or ())]
    assert len(nodes) > 30
    for node in nodes:
        function = node.op.compute_fn.decorated_fn  # type: ignore[union-attr]
        assert getattr(function, IS_MASKED, False), node
