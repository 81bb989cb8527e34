"""The lines of a purchase: products by the customer's diet, quantities, prices and their exact sums."""

from collections.abc import Sequence
from random import Random
from typing import Final

from shop_assets.documents.models import Product, PurchaseItem
from shop_assets.documents.product_groups import PRODUCT_GROUPS
from shop_assets.landing.filling.generator.habits import Habits

# Weights of the groups, in the order of PRODUCT_GROUPS: bakery, meat, dairy, fruit, vegetable.
_DIETS: Final = {
    "everything": (24, 20, 24, 16, 16),
    "no meat": (26, 0, 30, 22, 22),
    "fruit": (10, 8, 14, 56, 12),
    "no vegetables": (30, 28, 28, 14, 0),
}
_PIECES: Final = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4)


class Shelves:
    """The shop's products by group, for customers to choose from."""

    def __init__(self, products: Sequence[Product]) -> None:
        """`products` is the whole assortment: a shop's, hundreds and not millions."""
        groups = [[item for item in products if item["group"] == group.label] for group in PRODUCT_GROUPS]
        self._groups = groups
        self._diets = {
            diet: [weight if group else 0 for weight, group in zip(weights, groups, strict=True)]
            for diet, weights in _DIETS.items()
        }

    def choose(self, random: Random, habit: Habits, count: int) -> list[Product]:
        """Up to `count` different products, at least one."""
        weights = self._diets[habit.diet]
        if not any(weights):  # a very small shop may have nothing but what this customer avoids
            weights = [len(group) for group in self._groups]
        chosen: dict[str, Product] = {}
        for group in random.choices(self._groups, weights, k=count):
            product = random.choice(group)
            if habit.is_thrifty:
                product = min(product, random.choice(group), key=_price)
            chosen[product["id"]] = product
        return list(chosen.values())


def _price(product: Product) -> float:
    return product["price"]


def line(random: Random, product: Product, *, with_details: bool) -> tuple[PurchaseItem, int]:
    """A line of a purchase, and its total in kopecks.

    Money is counted in whole kopecks: weighed goods cost whole roubles and come in steps of 10 g, so quantity times
    price is exact. Division by 100 gives the float whose shortest text is the exact amount.
    """
    kopecks = round(product["price"] * 100)
    quantity: float
    if product["unit"] == "кг":
        hundredths = random.randint(20, 220)
        quantity, total = hundredths / 100, kopecks // 100 * hundredths
    else:
        quantity = random.choice(_PIECES)
        total = kopecks * quantity
    item: PurchaseItem = {
        "product_id": product["id"],
        "name": product["name"],
        "category": product["group"],
        "quantity": quantity,
        "unit": product["unit"],
        "price_per_unit": product["price"],
        "total_price": total / 100,
    }
    if with_details:
        item["kbju"] = product["kbju"]
        item["manufacturer"] = product["manufacturer"]
    return item, total
