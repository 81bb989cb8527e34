"""From JSON files to the CSV, with the generated shop of the default size, as `shop run` does it."""

import re
import sqlite3
import zlib
from pathlib import Path

import pytest
from dagster import ExecuteInProcessResult

from shop_assets.dashboards.page.page_writing import page_key
from shop_assets.document_store.resource import mongo_resource
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets_tests import whole_run
from shop_assets_tests.isolation import empty_warehouse, isolated
from shop_assets_tests.plain_report import expected_csv


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Settings:
    settings = isolated(stack_settings)
    empty_warehouse(settings)
    return settings


@pytest.fixture(scope="module")
def first_run(shop: Settings) -> ExecuteInProcessResult:
    return whole_run.run(shop, {})


@pytest.fixture(scope="module")
def personal_values(first_run: ExecuteInProcessResult, shop: Settings) -> list[str]:
    """Every phone and e-mail of the landed documents, as they lie and in their one form."""
    found: set[str] = set()
    documents = whole_run.landed_documents(shop)
    holders = [
        *(store["manager"] for store in documents["stores"]),
        *documents["customers"],
        *(purchase["customer"] for purchase in documents["purchases"]),
    ]
    for holder in holders:
        phone, email = holder["phone"], holder["email"]
        digits = re.sub(r"\D", "", phone)[-10:]
        found |= {phone, digits, email.strip(), email.strip().lower()}
    return sorted(found)


def test_the_default_run_passes_every_check(first_run):
    assert first_run.success
    assert whole_run.failed_checks(first_run) == set()
    assert len(first_run.get_asset_check_evaluations()) >= 25


def test_the_report_is_what_plain_python_makes_of_the_landed_documents(first_run, shop):
    documents = whole_run.landed_documents(shop)
    assert whole_run.report(shop) == expected_csv(documents, whole_run.YESTERDAY)


def test_the_default_run_leaves_a_dashboard_on_which_all_is_well_and_nothing_is_empty(first_run, shop):
    page = object_store_resource(shop).reports().get(page_key(whole_run.YESTERDAY)).decode()
    assert "Ни один алерт не сработал." in page
    assert "За период данных нет." not in page


@pytest.mark.slow
def test_a_day_of_the_past_gives_what_that_day_would_have_given(first_run, shop):
    day = whole_run.YESTERDAY.replace(day=1)
    assert whole_run.run(shop, {}, day).success
    assert whole_run.report(shop, day) == expected_csv(whole_run.landed_documents(shop), day)


def test_a_second_run_adds_nothing_anywhere_and_gives_the_same_bytes(first_run, shop):
    before, report = whole_run.contents(shop), whole_run.report(shop)
    assert whole_run.run(shop, {}).success
    assert whole_run.contents(shop) == before
    assert before["raw"] == {"stores": 45, "products": 100, "customers": 90, "purchases": 200}
    assert whole_run.report(shop) == report


def test_no_phone_or_email_is_in_the_clear_in_what_the_topics_and_the_warehouse_give(personal_values, shop):
    shown = [whole_run.published_values(shop).decode()]
    tables = [*(f"raw.{name}" for name in ("stores", "customers", "purchases")), "mart.reject_versions"]
    tables += [f"mart.{name}_versions" for name in ("store", "customer", "purchase")]
    shown += [str(whole_run.rows(shop, f"SELECT * FROM {table}")) for table in tables]
    assert all("enc:v1:" in text for text in shown[:4])
    leaked = [value for value in personal_values if any(value in text for text in shown)]
    assert leaked == []


def test_no_phone_email_or_secret_is_in_the_clear_in_any_file_outside_the_document_store(personal_values, shop):
    secrets = [secret.get_secret_value() for secret in (shop.s3_secret_key, shop.clickhouse_password, shop.pii_keys)]
    files = [
        path
        for folder in ("data/kafka", "data/clickhouse", "logs", "dagster")
        for path in (shop.home / folder).rglob("*")
        if path.is_file()
    ]
    assert len(files) > 100
    wanted = re.compile(b"|".join(re.escape(value.encode()) for value in [*personal_values, *secrets]))
    assert [str(path) for path in files if wanted.search(_bytes(path))] == []
    databases = [path for path in files if path.suffix == ".db"]
    assert databases
    assert [str(path) for path in databases if wanted.search(_unpacked(path))] == []


def _bytes(file: Path) -> bytes:
    """Nothing of a file that ClickHouse removed meanwhile: what was in it is in the part it was merged into."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.slow
def test_what_is_deleted_in_mongodb_is_gone_from_the_next_report_and_stays_in_raw(first_run, shop):
    documents = whole_run.landed_documents(shop)
    gone = documents["customers"].pop(0)["customer_id"], documents["purchases"].pop(0)["purchase_id"]
    with mongo_resource(shop).connect() as database:
        database["customers"].delete_one({"_id": gone[0]})
        database["purchases"].delete_one({"_id": gone[1]})
    assert whole_run.run(shop, {}).success
    assert whole_run.report(shop) == expected_csv(documents, whole_run.YESTERDAY)
    assert whole_run.contents(shop)["documents"] == {"stores": 45, "products": 100, "customers": 89, "purchases": 199}
    shown = f"SELECT count() FROM mart.customers WHERE customer_id = '{gone[0]}'"
    assert whole_run.rows(shop, shown) == [(0,)]
    history = f"SELECT operation FROM raw.purchases WHERE id = '{gone[1]}' ORDER BY kafka_offset"
    assert whole_run.rows(shop, history)[-1] == ("delete",)


def _unpacked(database: Path) -> bytes:
    """Every cell of a database of Dagster's; it compresses the snapshots of jobs."""
    cells: list[bytes] = []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                cells += [_inflated(cell) if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(cells)


def _inflated(cell: bytes) -> bytes:
    try:
        return zlib.decompress(cell)
    except zlib.error:
        return cell
