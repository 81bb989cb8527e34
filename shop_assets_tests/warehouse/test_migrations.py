"""The warehouse as sql/ says, whatever was there before."""

from pathlib import Path
from secrets import token_hex
from shutil import copytree

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse import sql_files
from shop_assets.warehouse.errors import MigrationError, WarehouseError
from shop_assets.warehouse.migrations import apply_migrations
from shop_assets.warehouse.resource import connection
from shop_assets_tests.warehouse.raw_messages import document, insert_raw

CUSTOMER = {"customer_id": "cus-1", "first_name": "ИВАН", "registration_date": "2025-01-01"}


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sql/ to change."""
    folder = tmp_path / "sql"
    copytree(sql_files.sql_folder(), folder)
    monkeypatch.setattr(sql_files, "sql_folder", lambda: folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_run_changes_nothing(client: Client) -> None:
    insert_raw(client, "customers", [document("cus-1", CUSTOMER)])
    assert apply_migrations(client) == []
    assert client.query("SELECT first_name FROM mart.customers").result_rows == [("иван",)]


def test_whatever_is_missing_comes_back(client: Client) -> None:
    client.command("DROP VIEW mart.customers_cleaning SYNC")
    client.command("DROP VIEW mart.baskets SYNC")
    client.command("DROP TABLE mart.reject_versions SYNC")
    client.command("DROP TABLE raw.removed_copies SYNC")
    assert apply_migrations(client) == []
    insert_raw(client, "customers", [document("cus-1", CUSTOMER), document("cus-2", CUSTOMER)])
    assert client.query("SELECT customer_id FROM mart.customers").result_rows == [("cus-1",)]
    assert client.query("SELECT id FROM mart.rejects").result_rows == [("cus-2",)]
    assert client.query("SELECT count() FROM mart.baskets").result_rows == [(0,)]
    assert client.query("SELECT id, kind FROM raw.removed_copies").result_rows == [], "its columns of a later file too"


def test_a_changed_rule_reaches_the_views_that_use_it(client: Client, own_sql: Path) -> None:
    insert_raw(client, "customers", [document("cus-1", CUSTOMER)])
    change(own_sql / "functions" / "02_shop_clean.sql", "lowerUTF8", "upperUTF8")
    changed = apply_migrations(client)
    assert "functions/02_shop_clean" in changed
    assert "mart/32_customers_cleaning" in changed
    assert "mart/22_customer_versions" not in changed
    insert_raw(client, "customers", [document("CUS-2", CUSTOMER | {"customer_id": "cus-2"})])
    rows = client.query("SELECT first_name FROM mart.customers ORDER BY source_time").result_rows
    assert rows == [("иван",), ("ИВАН",)]
    change(own_sql / "functions" / "02_shop_clean.sql", "upperUTF8", "lowerUTF8")
    assert apply_migrations(client) == changed


def test_a_changed_table_is_refused_with_what_to_do(client: Client, own_sql: Path) -> None:
    change(own_sql / "mart" / "22_customer_versions.sql", "first_name Nullable(String)", "first_name String")
    with pytest.raises(MigrationError, match=r"sql/mart/22_customer_versions\.sql was changed .* ALTER"):
        apply_migrations(client)


def test_other_comments_and_spaces_are_no_change(client: Client, own_sql: Path) -> None:
    change(own_sql / "mart" / "22_customer_versions.sql", "-- Every", "-- Each and every")
    change(own_sql / "mart" / "22_customer_versions.sql", "    first_name", "  first_name")
    assert apply_migrations(client) == []


def test_a_new_file_with_an_alter_changes_a_table(client: Client, own_sql: Path) -> None:
    name = f"29_nickname_{token_hex(4)}"  # the ledger outlives the test
    (own_sql / "mart" / f"{name}.sql").write_text(
        "-- For a test.\nALTER TABLE mart.customer_versions ADD COLUMN IF NOT EXISTS nickname String\n"
    )
    try:
        assert apply_migrations(client) == [f"mart/{name}"]
        assert apply_migrations(client) == []
        assert client.query("SELECT count() FROM mart.customer_versions WHERE nickname != ''").result_rows == [(0,)]
    finally:
        client.command("ALTER TABLE mart.customer_versions DROP COLUMN IF EXISTS nickname")


def test_views_go_on_without_the_functions_that_they_were_made_with(client: Client) -> None:
    for (name,) in client.query("SELECT name FROM system.functions WHERE name LIKE 'shop_%'").result_rows:
        client.command(f"DROP FUNCTION {name}")
    insert_raw(client, "customers", [document("cus-1", CUSTOMER)])
    assert client.query("SELECT first_name FROM mart.customers").result_rows == [("иван",)]
    assert apply_migrations(client) == []


def test_every_sql_file_tells_what_it_makes(client: Client) -> None:
    for folder in ("raw", "functions", "mart", "quality"):
        files = sql_files.read_folder(folder)
        assert files
        assert [file.name for file in files if not file.description] == []
        assert [file.name for file in files if ";" in sql_files.normalised(file.statement)] == []


def test_a_wrong_password_is_told_without_being_quoted(stack_settings: Settings) -> None:
    host, port, user = stack_settings.clickhouse_host, stack_settings.clickhouse_port, stack_settings.clickhouse_user
    with (
        pytest.raises(WarehouseError, match="SHOP_CLICKHOUSE_HOST") as refused,
        connection(host, port, user, "wrong-password", secure=False),
    ):
        pass
    assert "wrong-password" not in str(refused.value)
