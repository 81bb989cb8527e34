"""The warehouse that each test begins with is the same, whatever the tests before it did."""

from clickhouse_connect.driver.client import Client

from shop_assets_tests.isolation import clear_tables
from shop_assets_tests.warehouse.raw_messages import document, insert_raw


def test_a_cleared_warehouse_has_no_rows_and_takes_a_block_of_before_again(client: Client) -> None:
    messages = [document("prd-1", {"id": "prd-1", "name": None})]
    counts = "SELECT (SELECT count() FROM raw.products), (SELECT count() FROM mart.product_versions), "
    counts += "(SELECT count() FROM mart.reject_versions)"
    for _ in range(2):
        insert_raw(client, "products", messages, insert_deduplication_token="topic:0:1-1")
        client.command("INSERT INTO mart.current_values (older, newer) VALUES ('a', 'b')")
        assert client.query(counts).result_rows == [(1, 1, 1)]
        clear_tables(client)
        assert client.query(counts).result_rows == [(0, 0, 0)]
        assert client.command("SELECT count() FROM mart.current_values") == 0


def test_what_a_test_has_dropped_or_changed_is_made_again(client: Client) -> None:
    client.command("DROP VIEW mart.purchase_items SYNC")
    client.command("ALTER TABLE mart.customer_features ADD COLUMN of_a_test UInt8")
    client.command("CREATE OR REPLACE FUNCTION shop_bool AS (said) -> NULL")
    clear_tables(client)
    columns = "SELECT count() FROM system.columns WHERE database = 'mart' AND name = 'of_a_test'"
    assert client.command(columns) == 0
    assert client.command("EXISTS VIEW mart.purchase_items") == 1
    assert client.query("SELECT shop_bool('да')").result_rows == [(True,)]
