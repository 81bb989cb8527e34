"""When purchases are made: how many on each day, and at which hours."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Final

from shop_assets.landing.filling.generator.shop import HISTORY_DAYS, Shop

# Weight of each weekday, from Monday. Whole numbers: the days' counts must add up exactly.
_WEEKDAY_WEIGHTS: Final = (8, 8, 8, 9, 11, 14, 12)

# Hours (UTC, the business time zone unless SHOP_TIMEZONE says otherwise) within every store's opening hours.
_HOURS: Final = range(9, 22)
_HOUR_WEIGHTS: Final = {
    "any": (4, 5, 6, 9, 9, 8, 6, 6, 9, 11, 10, 7, 4),
    "morning": (30, 20, 12, 8, 6, 5, 4, 4, 4, 3, 2, 1, 1),
    "evening": (1, 1, 2, 3, 3, 3, 4, 5, 8, 14, 20, 20, 16),
}
_CUMULATIVE: Final = {name: tuple(itertools.accumulate(weights)) for name, weights in _HOUR_WEIGHTS.items()}


def purchases_per_day(shop: Shop) -> Iterator[tuple[date, int]]:
    """Every day of the history with the number of its purchases; their sum is `shop.purchases`."""
    weights = {day: _WEEKDAY_WEIGHTS[day.weekday()] * _growth(age) for age, day in enumerate(shop.days())}
    total = sum(weights.values())
    passed = made = 0
    for day, weight in weights.items():
        passed += weight
        until = shop.purchases * passed // total
        yield day, until - made
        made = until


def _growth(age: int) -> int:
    """The shop grows: its last day has about seven times the purchases of its first, so that recent weeks are full."""
    return HISTORY_DAYS + 6 * age


def moment(random: Random, day: date, hours: str) -> datetime:
    """A time of this day at one of the customer's hours (`any`, `morning`, `evening`)."""
    hour = random.choices(_HOURS, cum_weights=_CUMULATIVE[hours])[0]
    seconds = random.randrange(3600)
    return datetime(day.year, day.month, day.day, hour, seconds // 60, seconds % 60, tzinfo=UTC)
