"""The page of one customer: its verdicts, its numbers, its purchases, and what it must not show."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shop_assets.dashboards.page.explanation import SHOWN_PURCHASES, render_explanation
from shop_assets.features.customer_rows import CustomerRows
from shop_assets.features.definitions import FEATURES
from shop_assets.features.explanation import Verdict
from shop_assets.settings import BusinessSettings
from shop_assets_tests.dashboards.page.reading import ReadPage

DAY = date(2026, 11, 24)
CARD = "LC-40817810"
FEATURE_BY_NAME = {feature.name: feature for feature in FEATURES}
MOSCOW = BusinessSettings(timezone="Europe/Moscow")


def purchase(number: int) -> dict[str, Any]:
    return {
        "purchase_id": f"ord-{number:03d}",
        "purchase_datetime": datetime(2026, 11, 1, 21, 30, tzinfo=UTC) + timedelta(hours=number),
        "store_id": "store-001",
        "total_amount": Decimal("1234.50"),
    }


def rows(purchases: int = 1) -> CustomerRows:
    customer = {
        "customer_id": "cus-1",
        "registration_date": datetime(2026, 10, 31, 22, tzinfo=UTC),
        "is_loyalty_member": True,
        "loyalty_card_number": CARD,
    }
    lines = [
        {"product_id": "prd-1", "product_name": "<b>milk</b>", "product_group": "dairy", "is_organic": False},
        {"product_id": "prd-2", "product_name": "bread", "product_group": "bakery", "is_organic": False},
    ]
    baskets = [purchase(number) for number in range(purchases)]
    return CustomerRows(customer, baskets, {"ord-000": lines}, {"bought_milk_last_30d": 0})


def page(found: CustomerRows, *verdicts: Verdict, settings: BusinessSettings = MOSCOW) -> ReadPage:
    return ReadPage(render_explanation(found, verdicts, DAY, settings, "../dashboard.html").decode())


MILK = Verdict(FEATURE_BY_NAME["bought_milk_last_30d"], 1, {"dairy_30": 1}, ["ord-000"])
LOYAL = Verdict(
    FEATURE_BY_NAME["loyal_customer"],
    0,
    {"is_loyalty_member": True, "loyalty_card_number": True, "purchases": 1},
    [],
)


def test_a_feature_has_its_value_its_rule_with_its_numbers_and_the_purchases_that_decided_it():
    shown = page(rows(), MILK)
    assert "Молочное за 30 дней bought_milk_last_30d значение 1 Равен 1, если dairy_30 > 0 dairy_30 = 1" in shown.text
    assert "02.11.2026 00:30 ord-000 store-001 1234.5 <b>milk</b>" in shown.text, "in the time zone of the business"
    assert "bread" not in shown.text, "no line of a group that the rule does not read"
    assert "Опубликовано 0: с тех пор MART изменилась" in shown.text


def test_whether_there_is_a_card_is_shown_and_not_its_number():
    shown = page(rows(), LOYAL)
    assert "loyalty_card_number = да" in shown.text
    assert CARD not in render_explanation(rows(), [MILK, LOYAL], DAY, MOSCOW).decode()
    assert "Решающих покупок нет." in shown.text
    without = page(rows(), Verdict(LOYAL.feature, 0, {"loyalty_card_number": False}, []))
    assert "loyalty_card_number = нет" in without.text


def test_a_membership_that_nobody_knows_is_not_denied():
    unknown = replace(rows(), customer={**rows().customer, "is_loyalty_member": None})
    verdict = replace(LOYAL, inputs={"is_loyalty_member": None, "purchases": None})
    shown = page(unknown, verdict)
    assert "Участник программы лояльности: неизвестно." in shown.text
    assert "is_loyalty_member = неизвестно purchases = —" in shown.text
    assert "Loyalty member: unknown." in page(unknown, verdict, settings=BusinessSettings(language="en")).text


def test_of_many_purchases_the_latest_are_shown_and_the_others_counted():
    count = SHOWN_PURCHASES + 3
    every = Verdict(MILK.feature, 1, {"dairy_30": count}, [f"ord-{number:03d}" for number in range(count)])
    shown = page(rows(count), every)
    assert len(re.findall(r"ord-\d+", shown.text)) == SHOWN_PURCHASES
    assert (f"ord-{count - 1:03d}" in shown.text, "ord-002" in shown.text) == (True, False)
    assert "… и ещё покупок: 3" in shown.text


def test_it_is_in_the_language_of_the_settings():
    english = page(rows(), MILK, LOYAL, settings=BusinessSettings(language="en"))
    assert not re.search("[а-яё]", english.text.lower())
    assert "Dairy in 30 days" in english.text
    assert ("html", {"lang": "en"}) in english.elements


def test_it_makes_no_request_and_leads_to_the_dashboard_alone():
    shown = page(rows(), MILK)
    assert shown.attributes("src", "href", "action", "srcset") == ["data:,", "../dashboard.html"]
    assert "script" not in [tag for tag, _ in shown.elements]
    (policy,) = (str(have["content"]) for _, have in shown.elements if have.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
