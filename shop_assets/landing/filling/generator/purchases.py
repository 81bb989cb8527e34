"""Purchases, day by day in order of time: who, where, what, how it was paid, and whether it was delivered."""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from typing import Final, NamedTuple

from shop_assets.documents.models import DeliveryAddress, Purchase, PurchaseStore, Store
from shop_assets.landing.filling.generator.baskets import Shelves, line
from shop_assets.landing.filling.generator.customers import Person, home_store_index, person
from shop_assets.landing.filling.generator.habits import Habits, attendance, habits
from shop_assets.landing.filling.generator.products import product
from shop_assets.landing.filling.generator.purchase_times import moment
from shop_assets.landing.filling.generator.randomness import chance, stream
from shop_assets.landing.filling.generator.shop import Shop, iso
from shop_assets.landing.filling.generator.stores import store

_REMEMBERED: Final = 20_000
"""Customers and stores in memory; others are generated again, from their own random stream, when they are needed."""

_MOST_OFFERS: Final = 200
"""How many customers are offered a visit; if all decline, the first customer makes it."""


class _Visit(NamedTuple):
    time: datetime
    customer: int


class PurchaseFactory:
    """Makes visits and purchases of one shop, with its stores, products and customers at hand."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._store = functools.lru_cache(_REMEMBERED)(functools.partial(store, shop))
        self._attendance = functools.lru_cache(_REMEMBERED)(functools.partial(attendance, shop))
        self._habits = functools.lru_cache(_REMEMBERED)(functools.partial(habits, shop))
        self._person = functools.lru_cache(_REMEMBERED)(self._make_person)
        self._shelves = Shelves([product(shop, index) for index in range(shop.products)])
        self._stores_of_city = functools.cache(self._find_stores_of_city)

    def of_day(self, day: date, count: int) -> Iterator[Purchase]:
        """The purchases of a day, which depend on no other day. Of what grows with their number, only its visits are in
        memory.
        """
        random = stream(self._shop.seed, "purchases", day)
        visits = sorted(self.visit(random, day) for _ in range(count))
        for number, visit in enumerate(visits, start=1):
            yield self.purchase(random, f"ord-{day:%Y%m%d}-{number:03d}", visit)

    def visit(self, random: Random, day: date) -> _Visit:
        """Draw a visit: a customer who registered before `day` and shops on its weekday, and a time."""
        for _ in range(_MOST_OFFERS):
            customer = random.randrange(self._shop.customers)
            offered = self._attendance(customer)
            if offered.registered.date() < day and chance(random, offered.willingness(day.weekday())):
                break
        else:
            customer = 0
        return _Visit(moment(random, day, self._habits(customer).hours), customer)

    def purchase(self, random: Random, purchase_id: str, visit: _Visit) -> Purchase:
        """The document of a visit."""
        habit = self._habits(visit.customer)
        who = self._person(visit.customer)
        place = self._choose_store(random, habit, home_store_index(self._shop, visit.customer))
        with_details = chance(random, 0.5)
        chosen = self._shelves.choose(random, habit, random.randint(habit.fewest_lines, habit.most_lines))
        lines = [line(random, item, with_details=with_details) for item in chosen]
        is_delivery = (
            place["delivery_available"]
            and place["location"]["city"] == who.address["city"]
            and chance(random, habit.delivery_share)
        )
        return {
            "purchase_id": purchase_id,
            "customer": who.purchase_customer,
            "store": _as_remembered(place),
            "items": [item for item, _ in lines],
            "total_amount": sum(total for _, total in lines) / 100,
            "payment_method": "cash" if chance(random, habit.cash_share) else "card",
            "is_delivery": is_delivery,
            "delivery_address": _delivery_address(who) if is_delivery else None,
            "purchase_datetime": iso(visit.time),
        }

    def _make_person(self, index: int) -> Person:
        return person(self._shop, index, self._store(home_store_index(self._shop, index)))

    def _choose_store(self, random: Random, habit: Habits, home: int) -> Store:
        """The home store, another one of its city, or one in any city when the customer travels."""
        if chance(random, habit.home_store_share):
            return self._store(home)
        if chance(random, habit.travel_share):
            return self._store(random.randrange(self._shop.stores))
        return self._store(random.choice(self._stores_of_city(self._store(home)["location"]["city"])))

    def _find_stores_of_city(self, city: str) -> list[int]:
        return [index for index in range(self._shop.stores) if self._store(index)["location"]["city"] == city]


def _as_remembered(place: Store) -> PurchaseStore:
    location = place["location"]
    return {
        "store_id": place["store_id"],
        "store_name": place["store_name"],
        "store_network": place["store_network"],
        "store_type_description": place["store_type_description"],
        "location": {
            "city": location["city"],
            "street": location["street"],
            "house": location["house"],
            "postal_code": location["postal_code"],
        },
    }


def _delivery_address(who: Person) -> DeliveryAddress:
    address = who.address
    return {
        "city": address["city"],
        "street": address["street"],
        "house": address["house"],
        "apartment": address["apartment"],
        "postal_code": address["postal_code"],
    }
