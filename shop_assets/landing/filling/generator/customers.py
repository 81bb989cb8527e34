"""Customers: each registers in the next store in turn, so that every store has some."""

from datetime import timedelta
from typing import Final, NamedTuple

from shop_assets.documents.models import Customer, HomeAddress, PurchaseCustomer, Store
from shop_assets.landing.filling.generator import people
from shop_assets.landing.filling.generator.addresses import home_address
from shop_assets.landing.filling.generator.cities import CITY_BY_NAME
from shop_assets.landing.filling.generator.habits import attendance, habits
from shop_assets.landing.filling.generator.randomness import chance, stream
from shop_assets.landing.filling.generator.shop import Shop, iso
from shop_assets.landing.filling.generator.stores import store

_LOYALTY_SHARE: Final = 0.6
_PROMOTIONS_SHARE: Final = 0.65
_MOSTLY: Final = 0.5
_DAYS_AT_REGISTRATION: Final = (18 * 366, 85 * 365)
_FIRST_NUMBER: Final = 100_001


def customer_id(index: int) -> str:
    """`cus-100001` for the first."""
    return f"cus-{_FIRST_NUMBER + index}"


class Person(NamedTuple):
    """What a customer's own document and their purchases have in common."""

    gender: str
    purchase_customer: PurchaseCustomer
    address: HomeAddress
    days_at_registration: int
    wants_promotions: bool


def home_store_index(shop: Shop, index: int) -> int:
    """The index of the store in which customer `index` registered."""
    return index % shop.stores


def person(shop: Shop, index: int, home: Store) -> Person:
    """Customer `index`, who lives in the city of the store `home`."""
    random = stream(shop.seed, "customers", index)
    gender = random.choice(people.GENDERS)
    first, last = people.first_name(random, gender), people.last_name(random, gender)
    is_member = chance(random, _LOYALTY_SHARE)
    purchase_customer: PurchaseCustomer = {
        "customer_id": customer_id(index),
        "first_name": first,
        "last_name": last,
        "email": people.email(random, first, last, _FIRST_NUMBER + index),
        "phone": people.phone(random),
        "is_loyalty_member": is_member,
        "loyalty_card_number": f"LOYAL-{random.randrange(10**8):08d}" if is_member else "",
    }
    address = home_address(random, CITY_BY_NAME[home["location"]["city"]])
    return Person(
        gender,
        purchase_customer,
        address,
        days_at_registration=random.randint(*_DAYS_AT_REGISTRATION),
        wants_promotions=chance(random, _PROMOTIONS_SHARE),
    )


def customer(shop: Shop, index: int) -> Customer:
    """The document of customer `index`."""
    home = store(shop, home_store_index(shop, index))
    who = person(shop, index, home)
    registered = attendance(shop, index).registered
    cash_share = habits(shop, index).cash_share
    location = home["location"]
    return {
        "customer_id": who.purchase_customer["customer_id"],
        "first_name": who.purchase_customer["first_name"],
        "last_name": who.purchase_customer["last_name"],
        "email": who.purchase_customer["email"],
        "phone": who.purchase_customer["phone"],
        "birth_date": (registered.date() - timedelta(days=who.days_at_registration)).isoformat(),
        "gender": who.gender,
        "registration_date": iso(registered),
        "is_loyalty_member": who.purchase_customer["is_loyalty_member"],
        "loyalty_card_number": who.purchase_customer["loyalty_card_number"],
        "purchase_location": {
            "store_id": home["store_id"],
            "store_name": home["store_name"],
            "store_network": home["store_network"],
            "store_type_description": home["store_type_description"],
            "country": location["country"],
            "city": location["city"],
            "street": location["street"],
            "house": location["house"],
            "postal_code": location["postal_code"],
        },
        "delivery_address": who.address,
        "preferences": {
            "preferred_language": "ru",
            "preferred_payment_method": "cash" if cash_share > _MOSTLY else "card",
            "receive_promotions": who.wants_promotions,
        },
    }
