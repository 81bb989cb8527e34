"""Addresses that fit their city: its streets, its postal codes, coordinates within a few kilometres of its centre."""

from random import Random

from shop_assets.documents.models import HomeAddress, StoreLocation
from shop_assets.landing.filling.generator.cities import CITIES, CITY_WEIGHTS, COUNTRY, City


def any_city(random: Random) -> City:
    """A city, larger ones more often."""
    return random.choices(CITIES, CITY_WEIGHTS)[0]


def store_location(random: Random, city: City) -> StoreLocation:
    """The address of a store: within about 5 km of the centre."""
    return {
        "country": COUNTRY,
        "city": city.name,
        "street": random.choice(city.streets),
        "house": str(random.randint(1, 120)),
        "postal_code": _postal_code(random, city),
        "coordinates": {
            "latitude": round(city.latitude + random.uniform(-0.03, 0.03), 6),
            "longitude": round(city.longitude + random.uniform(-0.04, 0.04), 6),
        },
    }


def home_address(random: Random, city: City) -> HomeAddress:
    """The address of a customer."""
    return {
        "country": COUNTRY,
        "city": city.name,
        "street": random.choice(city.streets),
        "house": str(random.randint(1, 150)),
        "apartment": str(random.randint(1, 240)),
        "postal_code": _postal_code(random, city),
    }


def _postal_code(random: Random, city: City) -> str:
    return f"{random.choice(city.postal_prefixes)}{random.randrange(1, 200):03d}"
