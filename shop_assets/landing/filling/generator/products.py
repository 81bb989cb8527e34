"""Products: the assortment, 20 sorts of goods per group, each with a manufacturer, price, barcode and composition."""

from random import Random
from typing import Final

from shop_assets.documents.models import Manufacturer, Product
from shop_assets.documents.product_groups import PRODUCT_GROUPS
from shop_assets.landing.filling.generator.assortment import ASSORTMENT, RUSSIA, Goods
from shop_assets.landing.filling.generator.people import faker
from shop_assets.landing.filling.generator.randomness import chance, stream
from shop_assets.landing.filling.generator.shop import Shop

_ORGANIC_SHARE: Final = 0.15
_MANUFACTURERS_A_GROUP: Final = 6
_EAN_PREFIXES: Final = tuple(f"{prefix}" for prefix in range(460, 470))  # GS1 Russia
_PRICE_ENDINGS: Final = (0, 50, 90, 99)  # kopecks at the end of a price tag


def product_id(index: int) -> str:
    """`prd-0001` for the first."""
    return f"prd-{index + 1:04d}"


def goods_of(index: int) -> Goods:
    """The goods of product `index`: groups alternate, and goods repeat after the last."""
    goods = ASSORTMENT[index % len(ASSORTMENT)]
    return goods[index // len(ASSORTMENT) % len(goods)]


def product(shop: Shop, index: int) -> Product:
    """Product `index`. Products beyond the assortment are its goods from other manufacturers."""
    random = stream(shop.seed, "products", index)
    group = PRODUCT_GROUPS[index % len(PRODUCT_GROUPS)]
    goods = goods_of(index)
    manufacturer = _manufacturer(shop, group.code, random.randrange(_MANUFACTURERS_A_GROUP))
    is_organic = chance(random, _ORGANIC_SHARE)
    is_another = index >= sum(map(len, ASSORTMENT))
    calories, protein, fat, carbohydrates = map(float, goods.kbju)
    return {
        "id": product_id(index),
        "name": goods.name + (" БИО" if is_organic else "") + (f", {manufacturer['name']}" if is_another else ""),
        "group": group.label,
        "description": f"{goods.name}: {group.short_label.lower()}, срок годности {goods.shelf_life_days} сут.",
        "kbju": {"calories": calories, "protein": protein, "fat": fat, "carbohydrates": carbohydrates},
        "price": _price(random, goods) / 100,
        "unit": goods.unit,
        "origin_country": goods.origin_country,
        "expiry_days": goods.shelf_life_days,
        "is_organic": is_organic,
        "barcode": str(faker(random).ean13(prefixes=_EAN_PREFIXES)),
        "manufacturer": manufacturer,
    }


def _price(random: Random, goods: Goods) -> int:
    """In kopecks."""
    roubles = random.randint(goods.lowest_price, goods.highest_price)
    return roubles * 100 + (0 if goods.is_weighed else random.choice(_PRICE_ENDINGS))


def _manufacturer(shop: Shop, group: str, number: int) -> Manufacturer:
    random = stream(shop.seed, "manufacturers", group, number)
    name = str(faker(random).company())
    while name.startswith("ИП "):  # a sole trader's taxpayer number has 12 digits
        name = str(faker(random).company())
    return {
        "name": name,
        "country": RUSSIA,
        "website": f"https://{group}-{number + 1}.example.com",
        "inn": str(faker(random).businesses_inn()),
    }
