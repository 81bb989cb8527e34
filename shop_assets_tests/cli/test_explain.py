"""What `shop explain` prints of one customer."""

import json
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from shop_assets.cli import explain
from shop_assets.cli.explain import Explained
from shop_assets_tests.dashboards.page.test_explanation import DAY, LOYAL, MILK, rows


def test_times_are_those_of_the_business_zone_which_is_named_once() -> None:
    text = "\n".join(Explained(DAY, rows(), [MILK]).lines(ZoneInfo("Europe/Moscow")))
    assert "1 purchase,\nregistered 2026-11-01 01:00 (Europe/Moscow), a loyalty member" in text
    assert "ord-000  2026-11-02 00:30  1234.5" in text
    assert text.count("Europe/Moscow") == 1
    assert "UTC" not in text


def test_a_membership_that_nobody_knows_is_not_denied() -> None:
    unknown = replace(rows(), customer={**rows().customer, "is_loyalty_member": None})
    verdict = replace(LOYAL, inputs={"is_loyalty_member": None, "purchases": None})
    explained = Explained(DAY, unknown, [verdict])
    text = "\n".join(explained.lines(ZoneInfo("Europe/Moscow")))
    assert ", not known to be a loyalty member\n" in text
    assert "is_loyalty_member = unknown\n    purchases = none" in text
    assert explained.as_json()["is_loyalty_member"] is None


def test_times_of_the_json_are_exact_and_iso_8601() -> None:
    written = json.dumps(Explained(DAY, rows(), [MILK]).as_json(), default=explain._json_value)
    moments = re.findall(r'"(\d{4}-\d\d-\d\d[T ][^"]*)"', written)
    assert moments
    assert all(datetime.fromisoformat(moment).tzinfo is not None for moment in moments)
