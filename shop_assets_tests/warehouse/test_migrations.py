"""The warehouse as sql/ says, whatever was there before."""

import re
from pathlib import Path
from secrets import token_hex
from shutil import copytree

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse.errors import MigrationError, WarehouseError
from shop_assets.warehouse.resource import connection
from shop_assets.warehouse.statements import migrations, sql_lint, sql_templates
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.warehouse.raw_messages import document, insert_raw

CUSTOMER = {"customer_id": "cus-1", "first_name": "ИВАН", "registration_date": "2025-01-01"}


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
    change(own_sql / "functions" / "25_shop_name.sql", "lowerUTF8", "upperUTF8")
    changed = apply_migrations(client)
    assert "functions/25_shop_name" in changed
    assert "mart/32_customers_cleaning" in changed
    assert "mart/22_customer_versions" not in changed
    insert_raw(client, "customers", [document("CUS-2", CUSTOMER | {"customer_id": "cus-2"})])
    rows = client.query("SELECT first_name FROM mart.customers ORDER BY source_time").result_rows
    assert rows == [("иван",), ("ИВАН",)]
    change(own_sql / "functions" / "25_shop_name.sql", "upperUTF8", "lowerUTF8")
    assert apply_migrations(client) == changed


def test_a_changed_table_is_refused_with_what_to_do(client: Client, own_sql: Path) -> None:
    change(own_sql / "mart" / "22_customer_versions.sql", "first_name Nullable(String)", "first_name String")
    with pytest.raises(MigrationError, match=r"sql/mart/22_customer_versions\.sql has changed .* ALTER"):
        apply_migrations(client)


def test_a_changed_table_is_refused_under_a_new_name_too(client: Client, own_sql: Path) -> None:
    path = own_sql / "mart" / "22_customer_versions.sql"
    change(path, "first_name Nullable(String)", "first_name String")
    path.rename(path.with_name("22_versions_of_customers.sql"))
    with pytest.raises(MigrationError, match=r"22_versions_of_customers\.sql creates mart\.customer_versions"):
        apply_migrations(client)


def test_nothing_is_applied_when_a_later_file_is_refused(client: Client, own_sql: Path) -> None:
    views = "SELECT name, uuid FROM system.tables WHERE database = 'mart' ORDER BY name"
    before = client.query(views).result_rows
    change(own_sql / "functions" / "25_shop_name.sql", "lowerUTF8", "upperUTF8")
    change(
        own_sql / "mart" / "91_customer_features.sql", "publication_id LowCardinality(String)", "publication_id Int8"
    )
    with pytest.raises(MigrationError, match="91_customer_features"):
        apply_migrations(client)
    assert client.query(views).result_rows == before


def test_what_was_applied_before_an_interruption_is_remembered(
    client: Client, own_sql: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(own_sql / "functions" / "25_shop_name.sql", "lowerUTF8", "upperUTF8")
    run = migrations._run

    def interrupted(client: Client, step: migrations._Step, cluster: str | None) -> None:
        if step.file.name == "mart/32_customers_cleaning":
            raise KeyboardInterrupt
        run(client, step, cluster)

    with monkeypatch.context() as patched:
        patched.setattr(migrations, "_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            apply_migrations(client)
    rest = apply_migrations(client)
    change(own_sql / "functions" / "25_shop_name.sql", "upperUTF8", "lowerUTF8")
    apply_migrations(client)
    assert "mart/32_customers_cleaning" in rest
    assert {"functions/25_shop_name", "mart/31_products_cleaning"}.isdisjoint(rest)


def test_a_table_that_was_created_just_before_an_interruption_is_accepted(
    client: Client, own_sql: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"new_table_{token_hex(4)}"
    (own_sql / "mart" / f"29_{name}.sql").write_text(
        f"-- For a test.\nCREATE TABLE IF NOT EXISTS mart.{name} (id String) ENGINE = MergeTree ORDER BY id\n"
    )
    run = migrations._run

    def interrupted(client: Client, step: migrations._Step, cluster: str | None) -> None:
        run(client, step, cluster)
        if step.target == f"mart.{name}":
            raise KeyboardInterrupt

    try:
        with monkeypatch.context() as patched:
            patched.setattr(migrations, "_run", interrupted)
            with pytest.raises(KeyboardInterrupt):
                apply_migrations(client)
        assert apply_migrations(client) == []
    finally:
        client.command(f"DROP TABLE IF EXISTS mart.{name} SYNC")


def test_a_name_that_was_taken_over_says_nothing_any_more(client: Client, own_sql: Path) -> None:
    first, second, third = (own_sql / "mart" / f"58_{token_hex(4)}.sql" for _ in range(3))
    view = f"of_a_test_{token_hex(4)}"

    def write(path: Path, number: int) -> list[str]:
        for other in (first, second, third):
            other.unlink(missing_ok=True)
        path.write_text(f"-- For a test.\nCREATE OR REPLACE VIEW mart.{view} AS SELECT {number} AS number\n")
        return apply_migrations(client)

    try:
        assert write(first, 1) == [f"mart/{first.stem}"]
        assert write(second, 1) == []
        assert write(second, 2) == [f"mart/{second.stem}"]
        assert write(third, 1) == [f"mart/{third.stem}"]
        assert client.query(f"SELECT number FROM mart.{view}").result_rows == [(1,)]
    finally:
        client.command(f"DROP VIEW IF EXISTS mart.{view} SYNC")


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


OLDER_SQL = Path(__file__).parent / "older_sql"
"""The files that templates replaced, as older warehouses applied them."""

REPLACED = {"raw/10_messages", "mart/40_rejecting", "mart/91_customer_features", "mart/92_feature_columns"}

TABLES_AND_VIEWS = (
    "SELECT database, name, engine, create_table_query FROM system.tables "
    "WHERE database IN ('raw', 'mart') AND name != 'customer_features' ORDER BY database, name"
)
FEATURE_COLUMNS = "SELECT name, type, comment FROM system.columns WHERE table = 'customer_features' ORDER BY position"


def test_a_warehouse_made_before_the_templates_keeps_its_tables_views_and_rows(client: Client, own_sql: Path) -> None:
    client.command("DROP DATABASE mart SYNC")
    client.command("DROP DATABASE raw SYNC")
    for path in REPLACED:
        (own_sql / f"{path}.sql").rename(own_sql / f"{path}.template")
    copytree(OLDER_SQL, own_sql, dirs_exist_ok=True)
    assert {"raw/13_purchases", "mart/43_purchases_rejecting"} <= set(apply_migrations(client))
    insert_raw(client, "customers", [document("cus-1", CUSTOMER), document("cus-2", CUSTOMER)])
    client.command(
        "INSERT INTO mart.customer_features (ds, customer_id, new_customer, publication_id, published_at) "
        "VALUES ('2026-11-20', 'cus-1', 1, 'p', '2026-11-21 10:00:00')"
    )
    before = client.query(TABLES_AND_VIEWS).result_rows
    for older in OLDER_SQL.rglob("*.sql"):
        (own_sql / older.relative_to(OLDER_SQL)).unlink()
    for path in REPLACED:
        (own_sql / f"{path}.template").rename(own_sql / f"{path}.sql")
    assert apply_migrations(client) == ["mart/91_customer_features", "mart/92_feature_columns"]
    assert client.query(TABLES_AND_VIEWS).result_rows == before
    assert apply_migrations(client) == []
    assert client.query("SELECT customer_id FROM mart.customers").result_rows == [("cus-1",)]
    assert client.query("SELECT id FROM mart.rejects").result_rows == [("cus-2",)]
    rows = client.query("SELECT customer_id, new_customer, no_purchases, publication_id FROM mart.customer_features")
    assert rows.result_rows == [("cus-1", 1, 0, "p")]
    upgraded = client.query(FEATURE_COLUMNS).result_rows
    client.command("DROP TABLE mart.customer_features SYNC")
    apply_migrations(client)
    assert client.query(FEATURE_COLUMNS).result_rows == upgraded


def test_a_changed_alter_is_applied_again_where_its_header_says_so(client: Client, own_sql: Path) -> None:
    path = own_sql / "mart" / "92_feature_columns.sql"
    change(path, "COMMENT COLUMN new_customer '", "COMMENT COLUMN new_customer 'now: ")
    assert apply_migrations(client) == ["mart/92_feature_columns"]
    (comment,) = (comment for name, _, comment in client.query(FEATURE_COLUMNS).result_rows if name == "new_customer")
    assert comment.startswith("now: ")
    change(path, "COMMENT COLUMN new_customer 'now: ", "COMMENT COLUMN new_customer '")
    assert apply_migrations(client) == ["mart/92_feature_columns"]
    change(path, "-- Applied again when it changes", "-- Applied once")
    change(path, "COMMENT COLUMN new_customer '", "COMMENT COLUMN new_customer 'now: ")
    with pytest.raises(MigrationError, match=r"sql/mart/92_feature_columns\.sql has changed"):
        apply_migrations(client)


def test_a_template_that_changed_after_it_replaced_a_file_is_applied(client: Client, own_sql: Path) -> None:
    change(own_sql / "macros" / "rejects.sql", "notEmpty(reasons)", "length(reasons) > 0")
    changed = [f"mart/40_rejecting/{kind}" for kind in ("stores", "products", "customers", "purchases")]
    assert apply_migrations(client) == changed
    change(own_sql / "macros" / "rejects.sql", "length(reasons) > 0", "notEmpty(reasons)")
    assert apply_migrations(client) == changed


def without_texts(statement: str) -> str:
    return re.sub(r"'(?:[^'\\]|\\.)*'", "''", sql_templates.normalised(statement))


def test_every_sql_file_says_what_it_makes_in_one_statement(client: Client) -> None:
    for folder in ("raw", "functions", "mart", "quality"):
        files = sql_templates.read_folder(folder, sql_lint.EXAMPLES)
        assert files
        assert [file.name for file in files if not file.description] == []
        assert [file.name for file in files if ";" in without_texts(file.statement)] == []


def test_a_wrong_password_is_reported_without_being_quoted(stack_settings: Settings) -> None:
    host, port, user = stack_settings.clickhouse_host, stack_settings.clickhouse_port, stack_settings.clickhouse_user
    with (
        pytest.raises(WarehouseError, match="SHOP_CLICKHOUSE_HOST") as refused,
        connection(host, port, user, "wrong-password", secure=False),
    ):
        pass
    assert "wrong-password" not in str(refused.value)
