"""The HTML page: what it shows, what it does not show, and that it makes no request."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import altair as alt
import pytest
import vl_convert
from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.page.charts import CHARTS
from shop_assets.dashboards.page.html import render
from shop_assets.dashboards.page.page_data import Period, collect
from shop_assets.documents.kinds import CUSTOMERS, KINDS
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import default_shop as shop_of
from shop_assets.settings import Settings
from shop_assets_tests.dashboards.made_shop import TODAY, YESTERDAY
from shop_assets_tests.dashboards.page.reading import ReadPage
from shop_assets_tests.warehouse.raw_messages import document, insert_raw

NOTHING = "За период данных нет."


def figure(contents, title):
    (rows,) = (
        result.rows for section in contents.dashboards for result in section.panels if result.panel.title == title
    )
    return rows


def test_every_panel_has_something_on_the_default_data(contents, page):
    assert NOTHING not in page.text
    drawn = [result for section in contents.dashboards for result in section.panels if result.panel.type in CHARTS]
    assert len(page.charts) == len(drawn) >= 15
    assert set(page.charts) <= set(page.attributes("id"))
    for said in ("45", "200", "100 %", "Ни один алерт не сработал."):
        assert said in page.text.replace("\u00a0", " ")


def test_the_figures_are_those_of_the_warehouse(contents, default_shop):
    (totals,) = figure(contents, "Итоги за период")
    counted = default_shop.query(
        "SELECT toFloat64(sum(total_amount)), count() FROM mart.purchases WHERE purchase_datetime >= "
        f"toDateTime('{TODAY - timedelta(days=90)}', 'UTC') AND purchase_datetime < toDateTime('{TODAY}', 'UTC')"
    ).result_rows[0]
    assert (totals["revenue"], totals["purchases"]) == counted
    assert sum(row["customers"] for row in figure(contents, "Покупатели по магазинам")) == 90


def test_every_chart_is_a_valid_specification(page):
    for chart in page.charts.values():
        layered = "layer" in chart
        (alt.LayerChart if layered else alt.Chart).from_dict(chart, validate=True)


def test_every_chart_draws_its_marks(page):
    for name, chart in page.charts.items():
        picture = vl_convert.vegalite_to_svg(chart | {"width": 600})
        marks = re.findall(r'role="graphics-symbol" aria-roledescription="(?!title)', picture)
        assert marks, name


def words(text: str) -> set[str]:
    return set(re.findall("[а-яё]+", text.lower()))


def test_a_page_in_english_has_no_russian_word_but_those_of_the_documents(default_shop, settings):
    english = settings.model_copy(update={"language": "en"})
    page = ReadPage(render(collect(default_shop, english, YESTERDAY), english).decode())
    delivered = words(str([made.document for kind in KINDS for made in generate(shop_of(TODAY), kind)]))
    shown = words(page.text) | words(str(page.charts)) | words(" ".join(page.attributes("title", "aria-label")))
    assert shown - delivered == set()
    assert "москва" in shown, "cities stay as they are delivered"
    assert ("html", {"lang": "en"}) in page.elements
    for said in ("No alert fires.", "Duplicate ratio of the RAW tables", "Sales and features up to", "100%"):
        assert said in page.text


def test_the_page_of_an_older_day_ends_with_that_day(default_shop, settings):
    older = YESTERDAY - timedelta(days=60)
    shown = collect(default_shop, settings, older)
    assert max(row["day"].date() for row in figure(shown, "Выручка по дням")) <= older
    assert figure(shown, "Признаки по дням") == []
    assert NOTHING in ReadPage(render(shown, settings).decode()).text


def test_the_page_of_an_empty_warehouse_says_so_and_whom_it_calls(client: Client, settings: Settings):
    page = ReadPage(render(collect(client, settings, YESTERDAY), settings).decode())
    assert NOTHING in page.text
    assert "Требует внимания: 4" in page.text
    assert "Число магазинов не совпадает с ожидаемым: Магазины — 0, порог 45" in page.text
    assert "данных нет" in page.text


def test_receipts_in_kopecks_are_said_first(client: Client, settings: Settings):
    line = {"product_id": "p-1", "category": "Зерновые", "quantity": 1, "price_per_unit": 80, "total_price": 80}
    body = {"customer": {"customer_id": "c"}, "store": {"store_id": "s"}, "items": [line], "total_amount": 8000}
    receipt = body | {"purchase_id": "o-1", "purchase_datetime": "2025-07-01T10:00:00Z"}
    insert_raw(client, "purchases", [document("o-1", receipt)])
    text = ReadPage(render(collect(client, settings, YESTERDAY), settings).decode()).text.replace("\u00a0", " ")
    assert "Суммы не совпадают: Сумма чека и его позиций — 100 %, порог 2 %" in text
    assert "Ни один алерт не сработал." not in text


def test_no_personal_value_is_in_the_page(made):
    text = made[1].decode()
    assert "enc:v1:" not in text
    for kind in KINDS:
        for generated in generate(shop_of(TODAY), kind):
            body = dict(generated.document)
            holder = body.get("manager") or body.get("customer") or body
            for value in (holder.get("phone"), holder.get("email"), (holder.get("email") or "").strip().lower()):
                assert not value or value not in text
            if kind is CUSTOMERS:
                assert f"{body['first_name']} {body['last_name']}".lower() not in text.lower()


def test_nothing_in_the_page_leads_outside(page):
    assert all(link.startswith(("#", "data:")) for link in page.attributes("src", "href", "action", "srcset", "poster"))
    (policy,) = (
        str(have["content"]) for tag, have in page.elements if have.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    assert re.findall(r"https?:|\*|'self'|blob:|connect-src", policy) == []


def test_text_of_the_documents_stays_text(default_shop, settings):
    nasty = "</script><script>alert(1)</script>"
    line = {"product_id": "prd-none", "name": nasty, "category": "Мясо", "quantity": 1, "total_price": 999_999}
    purchase = {
        "purchase_id": "ord-nasty",
        "customer": {"customer_id": "cus-100001"},
        "store": {"store_id": "store-001", "location": {"city": "<img src=x onerror=alert(1)>"}},
        "items": [line],
        "total_amount": 999_999,
        "purchase_datetime": f"{YESTERDAY}T10:00:00Z",
    }
    insert_raw(default_shop, "purchases", [document("ord-nasty", purchase, ingested_at=datetime.now(UTC))])
    page = ReadPage(render(collect(default_shop, settings, YESTERDAY), settings).decode())
    assert [tag for tag, _ in page.elements].count("script") == 3
    assert "img" not in [tag for tag, _ in page.elements]
    assert nasty in str(page.charts).lower()


@pytest.mark.parametrize("timezone", ["Asia/Vladivostok", "America/New_York"])
def test_days_of_the_charts_begin_at_the_midnight_of_the_business(default_shop, settings, timezone):
    elsewhere = settings.model_copy(update={"timezone": timezone})
    page = ReadPage(render(collect(default_shop, elsewhere, YESTERDAY), elsewhere).decode())
    latest = {}
    for name in ("shop-sales", "shop-customers"):
        charts = (chart for panel, chart in page.charts.items() if panel.startswith(name))
        rows = [row for chart in charts for rows in chart["datasets"].values() for row in rows]
        begins = [row[column] for row in rows for column in ("day", "week") if column in row]
        assert {moment[-9:] for moment in begins} == {"00:00:00Z"}
        latest[name] = max(begins)[:10]
    assert latest["shop-sales"] <= YESTERDAY.isoformat()
    assert latest["shop-customers"] == YESTERDAY.isoformat(), "the day of the matrix"


def test_a_period_begins_at_a_midnight_also_when_clocks_have_changed_in_it():
    (sales,) = (dashboard for dashboard in DASHBOARDS if dashboard.uid == "shop-sales")
    period = Period.for_dashboard(sales, date(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC), "Europe/Berlin")
    berlin = ZoneInfo("Europe/Berlin")
    assert period.end.astimezone(berlin) == datetime(2026, 11, 2, tzinfo=berlin)
    assert period.start.astimezone(berlin) == datetime(2026, 8, 4, tzinfo=berlin), "90 days before, in summer time"
