"""Stores of the two networks: two of Большая Пикча for every Маленькая Пикча."""

from datetime import timedelta
from typing import Final

from shop_assets.documents.models import OpeningHours, Store
from shop_assets.documents.product_groups import PRODUCT_GROUPS
from shop_assets.landing.filling.generator import people
from shop_assets.landing.filling.generator.addresses import any_city, store_location
from shop_assets.landing.filling.generator.randomness import chance, stream
from shop_assets.landing.filling.generator.shop import Shop

LARGE: Final = "Большая Пикча"
SMALL: Final = "Маленькая Пикча"
_NETWORKS: Final = (LARGE, LARGE, SMALL)  # they take turns

# All of them open before the hours of `purchase_times.py` begin, and close after these end.
_WORKING_DAYS: Final = ("08:00-23:00", "07:00-23:00", "08:00-22:00")
_SUNDAYS: Final = ("09:00-22:00", "08:00-22:00")


def store_id(index: int) -> str:
    """`store-001` for the first."""
    return f"store-{index + 1:03d}"


def store(shop: Shop, index: int) -> Store:
    """Store `index`, counted from 0."""
    random = stream(shop.seed, "stores", index)
    network = _NETWORKS[index % len(_NETWORKS)]
    location = store_location(random, any_city(random))
    gender = random.choice(people.GENDERS)
    first, last = people.first_name(random, gender), people.last_name(random, gender)
    return {
        "store_id": store_id(index),
        "store_name": f"{network}, {location['street']}, {location['house']}",
        "store_network": network,
        "store_type_description": _description(network, random.random()),
        "type": "offline",
        "categories": [group.label for group in PRODUCT_GROUPS],
        "manager": {
            "name": f"{first} {last}",
            "phone": people.phone(random),
            "email": people.email(random, first, last, index + 1),
        },
        "location": location,
        "opening_hours": _opening_hours(random.choice(_WORKING_DAYS), random.choice(_SUNDAYS)),
        "accepts_online_orders": chance(random, 0.8),
        "delivery_available": chance(random, 0.85),
        "warehouse_connected": chance(random, 0.9),
        "last_inventory_date": (shop.as_of - timedelta(days=random.randint(1, 60))).isoformat(),
    }


def _description(network: str, share: float) -> str:
    if network == LARGE:
        return f"Супермаркет площадью более 200 м² ({round(210 + share * 700)} м²)"
    return f"Магазин у дома площадью менее 100 м² ({round(45 + share * 50)} м²)"


def _opening_hours(working_days: str, sunday: str) -> OpeningHours:
    return {"mon_fri": working_days, "sat": working_days, "sun": sunday}
