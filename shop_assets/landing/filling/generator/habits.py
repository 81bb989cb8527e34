"""How customers differ: since when they are registered, how often, when, where and what they buy.

Features look at exactly this, so that every one of them is 1 for some customers and 0 for others.
"""

from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final, Generic, NamedTuple, TypeVar

from shop_assets.landing.filling.generator.randomness import chance, stream
from shop_assets.landing.filling.generator.shop import HISTORY_DAYS, Shop

Choice = TypeVar("Choice")

_WEEKEND: Final = (5, 6)  # Saturday and Sunday, as date.weekday() counts
_DAY_SECONDS: Final = 24 * 3600
_OLDEST_REGISTRATION: Final = 3 * 365 * _DAY_SECONDS
_NEW_SHARE: Final = 0.3
_THRIFTY_SHARE: Final = 0.3


class _WeightedChoice(Generic[Choice]):
    """A weighted choice; a weight is how many of a hundred customers have this habit."""

    def __init__(self, weights: dict[Choice, int]) -> None:
        self._choices = tuple(weights)
        self._cumulative = tuple(accumulate(weights.values()))

    def draw(self, random: Random) -> Choice:
        return random.choices(self._choices, cum_weights=self._cumulative)[0]


_FREQUENCY: Final = _WeightedChoice({0.0: 8, 0.25: 37, 0.5: 35, 1.0: 20})
_WORKING_DAY_AND_WEEKEND: Final = _WeightedChoice({(1.0, 1.0): 50, (0.15, 1.0): 25, (1.0, 0.05): 25})
_HOURS: Final = _WeightedChoice({"any": 50, "morning": 20, "evening": 30})
_CASH_SHARE: Final = _WeightedChoice({0.92: 25, 0.05: 50, 0.5: 25})
_DELIVERY_SHARE: Final = _WeightedChoice({0.0: 50, 0.15: 35, 0.7: 15})
_HOME_STORE_SHARE: Final = _WeightedChoice({1.0: 45, 0.5: 55})
_TRAVEL_SHARE: Final = _WeightedChoice({0.0: 55, 0.6: 45})
_LINES: Final = _WeightedChoice({(1, 2): 30, (2, 5): 45, (4, 8): 25})
_DIET: Final = _WeightedChoice({"everything": 65, "no meat": 15, "fruit": 12, "no vegetables": 8})


class Attendance(NamedTuple):
    """Since when a customer is registered, and how likely a visit offered to them on a kind of day takes place."""

    registered: datetime
    working_day: float
    weekend: float

    def willingness(self, weekday: int) -> float:
        """The chance to come on this weekday, as date.weekday() counts."""
        return self.weekend if weekday in _WEEKEND else self.working_day


class Habits(NamedTuple):
    """How a customer buys: shares are of this customer's purchases, lines are those of one purchase."""

    hours: str
    cash_share: float
    delivery_share: float
    home_store_share: float
    travel_share: float
    fewest_lines: int
    most_lines: int
    diet: str
    is_thrifty: bool


def attendance(shop: Shop, index: int) -> Attendance:
    """The attendance of customer `index`.

    The first customer registered long ago and always comes, so that there is someone for every purchase.
    """
    if index == 0:
        return Attendance(shop.end - timedelta(days=2 * HISTORY_DAYS), working_day=1.0, weekend=1.0)
    random = stream(shop.seed, "attendance", index)
    frequency = _FREQUENCY.draw(random)
    working_day, weekend = _WORKING_DAY_AND_WEEKEND.draw(random)
    return Attendance(_registered(random, shop), frequency * working_day, frequency * weekend)


def habits(shop: Shop, index: int) -> Habits:
    """The habits of customer `index`."""
    random = stream(shop.seed, "habits", index)
    fewest, most = _LINES.draw(random)
    return Habits(
        hours=_HOURS.draw(random),
        cash_share=_CASH_SHARE.draw(random),
        delivery_share=_DELIVERY_SHARE.draw(random),
        home_store_share=_HOME_STORE_SHARE.draw(random),
        travel_share=_TRAVEL_SHARE.draw(random),
        fewest_lines=fewest,
        most_lines=most,
        diet=_DIET.draw(random),
        is_thrifty=chance(random, _THRIFTY_SHARE),
    )


def _registered(random: Random, shop: Shop) -> datetime:
    """At least an hour before the shop's end: for some during the history, so that they are new, for most before it."""
    if chance(random, _NEW_SHARE):
        back = random.randrange(3600, HISTORY_DAYS * _DAY_SECONDS)
    else:
        back = random.randrange(HISTORY_DAYS * _DAY_SECONDS, _OLDEST_REGISTRATION)
    return shop.end - timedelta(seconds=back)
