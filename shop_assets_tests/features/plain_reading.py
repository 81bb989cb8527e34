"""The feature matrix as `docs/features.md` says it, in plain Python and one customer at a time.

Written from the text, for the tests to hold Spark against; it shares nothing with the package, not even the names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

NAMES = (
    "bought_milk_last_30d",
    "bought_fruits_last_14d",
    "not_bought_veggies_14d",
    "recurrent_buyer",
    "inactive_14_30",
    "new_customer",
    "delivery_user",
    "organic_preference",
    "bulk_buyer",
    "low_cost_buyer",
    "buys_bakery",
    "loyal_customer",
    "multicity_buyer",
    "bought_meat_last_week",
    "night_shopper",
    "morning_shopper",
    "prefers_cash",
    "prefers_card",
    "weekend_shopper",
    "weekday_shopper",
    "single_item_buyer",
    "varied_shopper",
    "store_loyal",
    "switching_store",
    "family_shopper",
    "early_bird",
    "no_purchases",
    "recent_high_spender",
    "fruit_lover",
    "vegetarian_profile",
)


@dataclass(frozen=True)
class Customer:
    customer_id: str
    registered: datetime
    is_member: bool | None = False
    card_number: str | None = None


@dataclass(frozen=True)
class Purchase:
    customer_id: str
    at: datetime
    amount: Decimal = Decimal(500)
    store: str = "store-001"
    city: str | None = "москва"
    payment: str | None = "card"
    delivered: bool = False
    lines: int = 2
    groups: frozenset[str] = field(default_factory=frozenset)
    organic: bool = False
    has_time: bool = True


@cache
def midnight_after(day: date, timezone: str) -> datetime:
    """The first instant that is not of `day` any more, found by walking along the clock and looking at it."""
    zone = ZoneInfo(timezone)
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    while instant.astimezone(zone).date() <= day:
        instant += timedelta(minutes=15)  # no zone of today changes its clocks between two of these
    return instant


def days_before(day: date, days: int, timezone: str) -> datetime:
    """T − N days, in whole days of the calendar."""
    return midnight_after(day - timedelta(days=days), timezone)


def matrix(
    customers: Iterable[Customer], purchases: Iterable[Purchase], day: date, timezone: str
) -> dict[str, dict[str, int]]:
    """Customer id → feature → 0 or 1, for every customer who is registered as of the end of the day."""
    t = midnight_after(day, timezone)
    bought: dict[str, list[Purchase]] = {}
    for purchase in purchases:
        if purchase.at < t:
            bought.setdefault(purchase.customer_id, []).append(purchase)
    return {
        customer.customer_id: _row(customer, bought.get(customer.customer_id, []), day, timezone)
        for customer in customers
        if customer.registered < t
    }


def _row(customer: Customer, purchases: list[Purchase], day: date, timezone: str) -> dict[str, int]:
    zone = ZoneInfo(timezone)
    n = len(purchases)

    def last(days: int) -> list[Purchase]:
        return [p for p in purchases if p.at >= days_before(day, days, timezone)]

    def with_line_of(group: str, among: list[Purchase]) -> int:
        return sum(group in p.groups for p in among)

    hours = [p.at.astimezone(zone).hour for p in purchases if p.has_time]
    weekend = sum(p.at.astimezone(zone).isoweekday() in (6, 7) for p in purchases)
    mean_amount = sum((p.amount for p in purchases), Decimal(0)) / n if n else None
    latest = max((p.at for p in purchases), default=None)
    known_groups = {"bakery", "meat", "dairy", "fruit", "vegetable"}
    groups = set().union(*(p.groups for p in purchases)) & known_groups
    cities = {p.city.replace("-", " ") for p in purchases if p.city is not None}
    stores = {p.store for p in purchases}

    def share(count: int) -> Decimal:
        return Decimal(100 * count) / n if n else Decimal(0)

    truth = {
        "bought_milk_last_30d": with_line_of("dairy", last(30)) > 0,
        "bought_fruits_last_14d": with_line_of("fruit", last(14)) > 0,
        "not_bought_veggies_14d": with_line_of("vegetable", last(14)) == 0,
        "recurrent_buyer": len(last(30)) > 2,
        "inactive_14_30": latest is not None
        and days_before(day, 30, timezone) <= latest < days_before(day, 14, timezone),
        "new_customer": customer.registered >= days_before(day, 30, timezone),
        "delivery_user": any(p.delivered for p in purchases),
        "organic_preference": any(p.organic for p in purchases),
        "bulk_buyer": mean_amount is not None and mean_amount > 1000,
        "low_cost_buyer": mean_amount is not None and mean_amount < 200,
        "buys_bakery": with_line_of("bakery", purchases) > 0,
        "loyal_customer": bool(customer.is_member) and bool(customer.card_number) and n >= 3,
        "multicity_buyer": len(cities) >= 2,
        "bought_meat_last_week": with_line_of("meat", last(7)) > 0,
        "night_shopper": any(hour >= 20 for hour in hours),
        "morning_shopper": any(hour < 10 for hour in hours),
        "prefers_cash": n > 0 and share(sum(p.payment == "cash" for p in purchases)) >= 70,
        "prefers_card": n > 0 and share(sum(p.payment == "card" for p in purchases)) >= 70,
        "weekend_shopper": n > 0 and share(weekend) >= 60,
        "weekday_shopper": n > 0 and share(n - weekend) >= 60,
        "single_item_buyer": n > 0 and share(sum(p.lines == 1 for p in purchases)) >= 50,
        "varied_shopper": len(groups) >= 4,
        "store_loyal": len(stores) == 1,
        "switching_store": len(stores) >= 2,
        "family_shopper": n > 0 and Decimal(sum(p.lines for p in purchases)) / n >= 4,
        "early_bird": any(12 <= hour < 15 for hour in hours),
        "no_purchases": n == 0,
        "recent_high_spender": sum((p.amount for p in last(7)), Decimal(0)) > 2000,
        "fruit_lover": with_line_of("fruit", last(30)) >= 3,
        "vegetarian_profile": with_line_of("meat", last(90)) == 0,
    }
    return {name: int(truth[name]) for name in NAMES}
