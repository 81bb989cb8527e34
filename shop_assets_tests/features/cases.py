"""The day of the tests, and how a case is written: the expected value of a feature, and the purchases behind it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shop_assets_tests.features.plain_reading import Purchase

DAY = date(2026, 11, 20)  # a Friday
T = datetime(2026, 11, 21, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)

Case = tuple[int, list[Purchase]]
Features = dict[str, dict[str, Case]]


def buy(at: datetime = LONG_AGO, groups: str = "", **more: Any) -> Purchase:
    """A purchase of whom the case is about, with lines of these groups."""
    return Purchase("", at, groups=frozenset(groups.split()), **more)


def ago(days: int) -> datetime:
    return T - timedelta(days=days)
