"""Every query of every panel, alert and variable, as Grafana sends it, on a real engine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.panels import Dashboard
from shop_assets.warehouse.statements.queries import load_query
from shop_assets_tests.dashboards import provisioned
from shop_assets_tests.dashboards.grafana_expansion import days_back, expand
from shop_assets_tests.dashboards.provisioned import Json
from shop_assets_tests.warehouse.raw_messages import document, insert_raw

DASHBOARD_BY_UID = {dashboard.uid: dashboard for dashboard in DASHBOARDS}


def queries(client: Client, dashboard: Json) -> Iterator[tuple[Json, str]]:
    """The panels of a dashboard and the SQL that ClickHouse receives when it is opened."""
    variables = provisioned.variables(dashboard)
    for variable in variables.values():
        if variable["type"] == "query" and not variable["multi"]:
            first = client.query(variable["query"]["rawSql"]).result_rows
            variable["current"] = {"value": first[0][0] if first else ""}
    for panel in provisioned.panels(dashboard):
        yield panel, expand(provisioned.statement(panel), variables, datetime.now(UTC), days_back(dashboard))


def columns(client: Client, statement: str) -> list[str]:
    return [str(name) for (name, *_) in client.query(f"DESCRIBE TABLE ({statement})").result_rows]


def test_every_panel_has_rows_on_the_default_data_and_the_columns_that_it_names(default_shop):
    for dashboard in provisioned.dashboards():
        defined: Dashboard = DASHBOARD_BY_UID[dashboard["uid"]]
        for said, (panel, statement) in zip(defined.panels, queries(default_shop, dashboard), strict=True):
            assert default_shop.query(statement).result_rows, panel["title"]
            found = columns(default_shop, statement)
            assert set(said.columns) <= set(found), panel["title"]
            assert set(_named(panel)) <= set(found), panel["title"]
            if said.time:
                assert tuple(found) == said.columns, panel["title"]


def _named(panel: Json) -> Iterator[str]:
    """The fields that a panel's own options and transformations name."""
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["id"] == "byName":
            yield override["matcher"]["options"]
    for transformation in panel.get("transformations", []):
        options = transformation["options"]
        yield from options.get("include", {}).get("names", [])
        yield from (mapping["fieldName"] for mapping in options.get("mappings", []))
    options = panel.get("options", {})
    yield from ([options["xField"]] if "xField" in options else [])
    for layer in options.get("layers", []):
        yield from (layer["location"]["latitude"], layer["location"]["longitude"])
        yield layer["config"]["style"]["size"]["field"]


def test_every_panel_is_answered_on_an_empty_database(client):
    for dashboard in provisioned.dashboards():
        for _, statement in queries(client, dashboard):
            client.query(statement)


def test_every_variable_offers_what_there_is(default_shop):
    offered = {
        variable["name"]: [value for (value,) in default_shop.query(variable["query"]["rawSql"]).result_rows]
        for dashboard in provisioned.dashboards()
        for variable in provisioned.variables(dashboard).values()
        if variable["type"] == "query"
    }
    assert set(offered) == {"city", "network", "customer"}
    assert "москва" in offered["city"]
    assert offered["network"] == ["большая пикча", "маленькая пикча"]
    assert all(customer.startswith("cus-") for customer in offered["customer"])


def test_a_chosen_city_takes_its_part_and_all_cities_take_everything(default_shop):
    (sales,) = (dashboard for dashboard in provisioned.dashboards() if dashboard["uid"] == "shop-sales")
    (totals,) = (panel for panel in provisioned.panels(sales) if panel["title"] == "Итоги за период")
    variables = provisioned.variables(sales)
    now = datetime.now(UTC)

    def purchases(**chosen: list[str]) -> int:
        with_choice = variables | {
            name: variables[name] | {"current": {"value": value}} for name, value in chosen.items()
        }
        (row,) = default_shop.query(expand(provisioned.statement(totals), with_choice, now, 200)).named_results()
        return int(row["purchases"])

    cities = [city for (city,) in default_shop.query("SELECT DISTINCT store_city FROM mart.purchases").result_rows]
    assert purchases() == 200
    assert 0 < purchases(city=["москва"]) < 200
    assert sum(purchases(city=[city]) for city in cities) == 200
    assert purchases(city=["москва", "самара"]) == purchases(city=["москва"]) + purchases(city=["самара"])
    assert purchases(city=["нет такого'города"]) == 0


def test_sales_of_which_nobody_knows_whether_they_were_delivered_are_not_those_in_the_store(client):
    line = {"product_id": "p-1", "category": "Зерновые", "quantity": 1, "price_per_unit": 80, "total_price": 80}
    body = {
        "customer": {"customer_id": "cus-1"},
        "store": {"store_id": "store-001"},
        "items": [line],
        "total_amount": 80,
        "payment_method": "card",
        "purchase_datetime": "2026-02-01T10:15:00Z",
    }
    told = {"ord-1": {"is_delivery": True}, "ord-2": {"is_delivery": False}, "ord-3": {}}
    insert_raw(
        client, "purchases", [document(name, body | {"purchase_id": name} | more) for name, more in told.items()]
    )
    query = load_query("dashboards/sales_by_dimension")
    period = {"period_start": "2026-02-01 00:00:00", "period_end": "2026-02-02 00:00:00"}
    given = period | {"dimension": "delivery", "cities": [""], "networks": [""]}
    rows = client.query(query.statement, parameters=given).named_results()
    assert {row["name"] for row in rows} == {"с доставкой", "в магазине", "не указано"}


def test_a_customer_that_a_user_types_is_an_id_and_never_sql(default_shop):
    (customers,) = (dashboard for dashboard in provisioned.dashboards() if dashboard["uid"] == "shop-customers")
    (profile,) = (panel for panel in provisioned.panels(customers) if panel["title"] == "Покупатель $customer")
    variables = provisioned.variables(customers)

    def shown(typed: str) -> list[str]:
        chosen = variables | {"customer": {"current": {"value": typed}}}
        statement = expand(provisioned.statement(profile), chosen, datetime.now(UTC), 90)
        return [row["customer_id"] for row in default_shop.query(statement).named_results()]

    assert shown("cus-100001") == ["cus-100001"]
    for typed in ("", "\\", "' OR 1 = 1 --", "\\' OR 1 = 1 --", "%27 OR 1 = 1 --"):
        assert shown(typed) == []


def test_a_days_figures_are_those_of_the_business_time_zone(default_shop):
    (sales,) = (dashboard for dashboard in provisioned.dashboards() if dashboard["uid"] == "shop-sales")
    (by_day,) = (panel for panel in provisioned.panels(sales) if panel["title"] == "Выручка по дням")
    statement = expand(provisioned.statement(by_day), provisioned.variables(sales), datetime.now(UTC), 200)
    shown = {row["day"].date(): round(row["revenue"], 2) for row in default_shop.query(statement).named_results()}
    counted = default_shop.query(
        "SELECT toDate(purchase_datetime) AS day, toFloat64(sum(total_amount)) FROM mart.purchases GROUP BY day"
    ).result_rows
    assert shown == {day: round(revenue, 2) for day, revenue in counted}


def test_the_trend_counts_a_copy_from_the_hour_in_which_it_came(client):
    (quality,) = (dashboard for dashboard in provisioned.dashboards() if dashboard["uid"] == "shop-quality")
    (trend,) = (panel for panel in provisioned.panels(quality) if panel["title"] == "Динамика доли дублей")
    now = datetime.now(UTC).replace(minute=30)
    for hours, copies in ((5, 1), (3, 1), (1, 2)):
        came = now - timedelta(hours=hours)
        insert_raw(client, "stores", [document("store-1", {"store_id": "store-1"}, ingested_at=came)] * copies)
    statement = expand(provisioned.statement(trend), provisioned.variables(quality), datetime.now(UTC), 30)
    rows = [row for row in client.query(statement).named_results() if row["name"] == "Магазины"]
    assert [row["duplicate_ratio"] for row in rows] == [0, 0.5, 0.75]
    limit = [row["duplicate_ratio"] for row in client.query(statement).named_results() if row["name"] == "порог"]
    assert limit == [0.5, 0.5]
