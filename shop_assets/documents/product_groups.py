"""The five product groups: stable codes and the labels that documents have.

How MART recognises a group by its label is the function `shop_product_group` in `sql/functions`.
"""

from dataclasses import dataclass
from typing import Final

UNKNOWN: Final = "unknown"
"""The code of a label that names no group, or several (docs/cleaning.md, "Product groups")."""


@dataclass(frozen=True)
class ProductGroup:
    """A group: its code in MART and features, its label in full documents, and a shorter one that also occurs."""

    code: str
    label: str
    short_label: str

    @property
    def plain_label(self) -> str:
        """The label as MART compares it: in lower case, without the emoji."""
        return self.label.partition(" ")[2].lower()


PRODUCT_GROUPS: Final = (
    ProductGroup("bakery", "🥖 Зерновые и хлебобулочные изделия", "Зерновые"),
    ProductGroup("meat", "🥩 Мясо, рыба, яйца и бобовые", "Мясо"),
    ProductGroup("dairy", "🥛 Молочные продукты", "Молочные"),
    ProductGroup("fruit", "🍏 Фрукты и ягоды", "Фрукты"),
    ProductGroup("vegetable", "🥦 Овощи и зелень", "Овощи"),
)
