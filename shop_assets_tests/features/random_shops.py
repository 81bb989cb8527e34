"""Random customers and purchases for the tests of features, thick around everything that could be off by one."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop_assets_tests.features.plain_reading import Customer, Purchase, days_before, midnight_after

GROUPS = ("bakery", "meat", "dairy", "fruit", "vegetable", "unknown")
AMOUNTS = (
    "0",
    "0.01",
    "199.99",
    "200",
    "200.01",
    "999.9999",
    "1000",
    "1000.0001",
    "1999.99",
    "2000",
    "2000.01",
    "666.67",
)
NUMBERS_OF_PURCHASES = (0, 1, 2, 3, 3, 4, 5, 5, 6, 9, 10, 10, 20)
SLIPS = (timedelta(0), timedelta(milliseconds=1), -timedelta(milliseconds=1), -timedelta(microseconds=1))


def random_shop(seed: int, day: date, timezone: str, size: int) -> tuple[list[Customer], list[Purchase]]:
    """`size` customers with their purchases, and some purchases of customers who are in no MART."""
    chance = random.Random(seed)
    customers = [_customer(chance, number, day, timezone) for number in range(size)]
    ids = [customer.customer_id for customer in customers] + ["cus-nobody"]
    purchases = [purchase for customer_id in ids for purchase in _purchases(chance, customer_id, day, timezone)]
    chance.shuffle(purchases)
    return customers, purchases


def _customer(chance: random.Random, number: int, day: date, timezone: str) -> Customer:
    is_new = chance.random() < 0.4
    registered = _edge(chance, day, timezone) if is_new else _some_time(chance, day, days=700)
    return Customer(
        customer_id=f"cus-{number:06}",
        registered=registered,
        is_member=chance.choice([True, True, False, None]),
        card_number=chance.choice(["loyal-1", "loyal-1", "", None]),
    )


def _purchases(chance: random.Random, customer_id: str, day: date, timezone: str) -> Iterator[Purchase]:
    """A history with habits: what a customer mostly does is drawn once, so that shares come near their thresholds."""
    usually, share = chance.choice(["cash", "card"]), chance.choice([0.0, 0.3, 0.7, 1.0])
    delivery, organic = chance.choice([0.0, 0.2]), chance.choice([0.0, 0.1])
    stores, cities = chance.choice([1, 1, 2, 3]), chance.choice([1, 1, 2])
    likes = chance.sample(GROUPS, chance.randint(0, len(GROUPS)))
    amounts = chance.choice([AMOUNTS, ("1000",), ("200",), ("1000", "1000.0001"), ("200", "199.99")])
    lines = chance.choice([(4,), (1, 2), (3, 4, 5), (1, 7), (0, 1, 2)])
    for _ in range(chance.choice(NUMBERS_OF_PURCHASES)):
        yield Purchase(
            customer_id=customer_id,
            at=_time(chance, day, timezone),
            amount=Decimal(chance.choice(amounts)),
            store=f"store-{chance.randint(1, stores):03}",
            city=chance.choice([*(f"город {number}" for number in range(cities)), None]),
            payment=usually if chance.random() < share else chance.choice([None, "sbp", "cash", "card"]),
            delivered=chance.random() < delivery,
            lines=chance.choice(lines),
            groups=frozenset(group for group in likes if chance.random() < 0.4),
            organic=chance.random() < organic,
        )


def _time(chance: random.Random, day: date, timezone: str) -> datetime:
    kind = chance.random()
    if kind < 0.3:
        return _edge(chance, day, timezone)
    if kind < 0.6:
        return _edge_of_an_hour(chance, day, timezone)
    return _some_time(chance, day, days=chance.choice([3, 8, 16, 32, 95, 400]))


def _edge(chance: random.Random, day: date, timezone: str) -> datetime:
    moment = days_before(day, chance.choice([0, 1, 7, 14, 30, 90]), timezone)
    return moment + chance.choice(SLIPS)


def _edge_of_an_hour(chance: random.Random, day: date, timezone: str) -> datetime:
    local_day = day - timedelta(days=chance.randint(-1, 40))
    hour = chance.choice([0, 2, 3, 10, 12, 15, 20])
    local = datetime(local_day.year, local_day.month, local_day.day, hour, tzinfo=ZoneInfo(timezone))
    return local.astimezone(UTC) + chance.choice(SLIPS)


def _some_time(chance: random.Random, day: date, days: int) -> datetime:
    return midnight_after(day, "UTC") - timedelta(milliseconds=chance.randint(-86_400_000, days * 86_400_000))
