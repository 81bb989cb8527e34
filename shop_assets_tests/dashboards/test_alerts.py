"""The rules as Grafana evaluates them: none fires on the default data, and each fault fires its own."""

import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.alerts import ALERT_RULES
from shop_assets.dashboards.grafana.statements import with_expressions
from shop_assets.dashboards.titles import AMOUNT_TITLES
from shop_assets.documents.kinds import KINDS
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import load_query
from shop_assets_tests.dashboards import provisioned
from shop_assets_tests.dashboards.made_shop import YESTERDAY, insert_features
from shop_assets_tests.warehouse.raw_messages import RawMessage, document, insert_raw, tombstone

EVALUATORS: dict[str, Callable[[float, Sequence[float]], bool]] = {
    "gt": lambda number, bounds: operator.gt(number, bounds[0]),
    "lt": lambda number, bounds: operator.lt(number, bounds[0]),
    "outside_range": lambda number, bounds: number < bounds[0] or number > bounds[1],
}
KIND_NAMES = [kind.name for kind in KINDS]


def firing(client: Client, *uids: str) -> dict[str, set[str]]:
    """The instances of rules that are beyond their thresholds; of all rules when none is named."""
    found: dict[str, set[str]] = {}
    for rule in provisioned.rules():
        if uids and rule["uid"] not in uids:
            continue
        query, threshold = rule["data"]
        assert (threshold["model"]["expression"], rule["condition"]) == (query["refId"], threshold["refId"])
        (condition,) = threshold["model"]["conditions"]
        evaluator = condition["evaluator"]
        answer = client.query(query["model"]["rawSql"])
        assert len(answer.column_names) == 2, "a rule's answer is one label and one number"
        assert answer.result_rows, "a query always has rows: no data means that something is broken"
        beyond = {
            str(label)
            for label, number in answer.result_rows
            if EVALUATORS[evaluator["type"]](float(number), evaluator["params"])
        }
        found |= {rule["uid"]: beyond} if beyond else {}
    return found


def store(number: int, **more: Any) -> RawMessage:
    name = f"store-{number:03d}"
    body = {"store_id": name, "store_name": "Пикча", "store_network": "Пикча"}
    return document(name, body, ingested_at=datetime.now(UTC), **more)


def rejected_store(number: int) -> RawMessage:
    return document(f"store-{number:03d}", {"store_id": f"store-{number:03d}"}, ingested_at=datetime.now(UTC))


def test_no_alert_fires_on_the_default_data(default_shop):
    assert firing(default_shop) == {}


def test_receipts_in_kopecks_call_though_nothing_is_rejected(client):
    line = {"product_id": "p-1", "category": "Зерновые", "quantity": 1, "price_per_unit": 80, "total_price": 80}

    def receipt(number: int, amount: int) -> RawMessage:
        body = {
            "purchase_id": f"ord-{number}",
            "customer": {"customer_id": "cus-1"},
            "store": {"store_id": "store-001"},
            "items": [line],
            "total_amount": amount,
            "purchase_datetime": "2025-07-01T10:00:00Z",
        }
        return document(f"ord-{number}", body, ingested_at=datetime.now(UTC))

    insert_raw(client, "purchases", [receipt(number, 80) for number in range(49)])
    insert_raw(client, "purchases", [receipt(49, 8000)])
    assert firing(client, "shop-amounts") == {}, "2 % are allowed"
    insert_raw(client, "purchases", [receipt(50, 8000)])
    assert firing(client, "shop-amounts") == {"shop-amounts": {"total of a receipt and of its lines"}}


def test_what_the_amounts_are_called_is_what_the_query_compares():
    statement = load_query("quality/amounts").statement
    assert set(re.findall(r"'([^']+)' AS what", statement)) == set(AMOUNT_TITLES)
    assert all(f"'{name}'" in load_query("quality/amount_shares").statement for name in AMOUNT_TITLES)


def test_an_empty_warehouse_calls_for_stores_purchases_and_age_and_for_nothing_else(client):
    assert firing(client) == {
        "shop-stores": {"stores"},
        "shop-purchases": {"purchases"},
        "shop-stale-data": {"purchases", "features"},
    }


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_fifty_one_percent_of_copies_call_and_fifty_do_not_for_that_table_alone(client, kind):
    rows = [document(f"id-{number}", {"number": number}) for number in range(50)]
    insert_raw(client, kind, rows)
    insert_raw(client, kind, [document(row.key.decode(), {"number": number}) for number, row in enumerate(rows)])
    assert firing(client, "shop-duplicates") == {}
    for number in range(50, 98):  # 98 distinct of 196: still a half
        insert = document(f"id-{number}", {"number": number})
        rows.append(insert)
    insert_raw(client, kind, rows[50:])
    insert_raw(client, kind, [document(row.key.decode(), {"number": 50 + n}) for n, row in enumerate(rows[50:])])
    assert firing(client, "shop-duplicates") == {}
    insert_raw(client, kind, [document("id-0", {"number": 0}) for _ in range(4)])  # 98 distinct of 200: 51 %
    assert firing(client, "shop-duplicates") == {"shop-duplicates": {kind}}


@pytest.mark.parametrize(("stores", "calls"), [(44, True), (45, False), (46, True)])
def test_one_store_too_few_or_too_many_calls(client, stores, calls):
    insert_raw(client, "stores", [store(number) for number in range(stores)])
    assert (firing(client, "shop-stores") != {}) is calls


def test_a_purchase_less_than_the_minimum_calls(default_shop):
    assert firing(default_shop, "shop-purchases") == {}
    (newest,) = default_shop.query("SELECT max(purchase_id) FROM mart.purchases").result_rows[0]
    insert_raw(default_shop, "purchases", [tombstone(newest, ingested_at=datetime.now(UTC))])
    assert firing(default_shop, "shop-purchases") == {"shop-purchases": {"purchases"}}


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_message_that_did_not_reach_the_mart_calls_for_its_kind(default_shop, kind):
    table = f"mart.{kind.removesuffix('s')}_versions"
    (newest,) = default_shop.query(f"SELECT max(id) FROM {table}").result_rows[0]
    default_shop.command(f"DELETE FROM {table} WHERE id = '{newest}'")
    assert firing(default_shop) == {"shop-mart-behind-raw": {kind}} | (
        {"shop-stores": {"stores"}} if kind == "stores" else {}
    ) | ({"shop-purchases": {"purchases"}} if kind == "purchases" else {})


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_message_that_raw_lost_calls_for_its_kind(default_shop, kind):
    default_shop.command(f"DELETE FROM raw.{kind} WHERE kafka_offset = 0")
    assert firing(default_shop, "shop-offsets") == {"shop-offsets": {kind}}


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_message_that_is_in_raw_twice_calls_for_its_kind(default_shop, kind):
    insert_raw(default_shop, kind, [document("again", {}, offset=0)])
    assert firing(default_shop, "shop-offsets") == {"shop-offsets": {kind}}


@pytest.mark.parametrize(("hours", "calls"), [(25, set()), (27, {"purchases"})])
def test_purchases_that_came_longer_ago_than_the_limit_call(client, hours, calls):
    then = datetime.now(UTC) - timedelta(hours=hours)
    insert_raw(client, "purchases", [document("ord-1", {}, ingested_at=then)])
    insert_feature_row(client, YESTERDAY)
    assert firing(client, "shop-stale-data").get("shop-stale-data", set()) == calls


def insert_feature_row(client: Client, day: date) -> None:
    columns = ["ds", "customer_id", "publication_id", "published_at"]
    early = datetime.combine(day + timedelta(days=1), time(1), UTC)
    client.insert("mart.customer_features", [[day, "cus-1", "by hand", early]], column_names=columns)


@pytest.mark.parametrize(
    ("now", "calls", "times"),
    [
        ("06-16 09:59", set(), {}),
        ("06-16 11:59", set(), {}),
        ("06-16 12:01", {"features"}, {}),
        ("06-16 19:59", set(), {"report_schedule": "0 18 * * *"}),
        ("06-16 20:01", {"features"}, {"report_schedule": "0 18 * * *"}),
        ("06-15 23:59", set(), {"report_schedule": "0 22 * * *", "timezone": "Europe/Moscow"}),
        ("06-16 00:01", {"features"}, {"report_schedule": "0 22 * * *", "timezone": "Europe/Moscow"}),
        # On Mondays and Thursdays; the 18th is a Thursday.
        ("06-18 08:59", set(), {"report_schedule": "0 7 * * 1,4"}),
        ("06-18 09:01", {"features"}, {"report_schedule": "0 7 * * 1,4"}),
        # On Monday and Wednesday mornings, which are the evenings before in UTC.
        ("06-16 23:59", set(), {"report_schedule": "0 22 * * 0,2", "timezone": "Europe/Moscow"}),
        ("06-17 00:01", {"features"}, {"report_schedule": "0 22 * * 0,2", "timezone": "Europe/Moscow"}),
    ],
)
def test_a_day_that_was_published_early_calls_only_when_the_next_one_is_two_hours_late(client, now, calls, times):
    insert_raw(client, "purchases", [document("ord-1", {}, ingested_at=datetime(2026, 6, 18, tzinfo=UTC))])
    insert_feature_row(client, date(2026, 6, 14))
    (alert,) = (alert for alert in ALERT_RULES if alert.uid == "shop-stale-data")
    settings = BusinessSettings(**times)
    statement = with_expressions(load_query(alert.query), {}, settings)
    then = statement.replace("now64(3)", f"toDateTime64('2026-{now}:00', 3, 'UTC')")
    assert then != statement
    rows = client.query(then).named_results()
    assert {stage for stage, _ in alert.firing(rows, settings.maximum_data_age_hours)} == calls


def test_features_that_are_not_published_call_although_purchases_come(default_shop):
    default_shop.command("TRUNCATE TABLE mart.customer_features SYNC")
    insert_features(default_shop, YESTERDAY - timedelta(days=2))
    assert firing(default_shop) == {"shop-stale-data": {"features"}}


def test_more_than_a_twentieth_of_rejected_documents_calls(client):
    insert_raw(client, "stores", [store(number) for number in range(19)])
    insert_raw(client, "stores", [rejected_store(19)])
    assert firing(client, "shop-rejects") == {}
    insert_raw(client, "stores", [rejected_store(20)])
    assert firing(client, "shop-rejects") == {"shop-rejects": {"stores"}}
