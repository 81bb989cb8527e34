"""The five product groups: stable codes, labels, and the words by which a label is recognised."""

import re
from dataclasses import dataclass
from typing import Final

UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class ProductGroup:
    """A group: its code in MART and features, its label in full documents, and a shorter one that is also met."""

    code: str
    label: str
    short_label: str
    words: frozenset[str]


PRODUCT_GROUPS: Final = (
    ProductGroup(
        "bakery",
        "🥖 Зерновые и хлебобулочные изделия",
        "Зерновые",
        frozenset({"зерновые", "хлебобулочные"}),
    ),
    ProductGroup(
        "meat",
        "🥩 Мясо, рыба, яйца и бобовые",
        "Мясо",
        frozenset({"мясо", "рыба", "яйца", "бобовые"}),
    ),
    ProductGroup("dairy", "🥛 Молочные продукты", "Молочные", frozenset({"молочные"})),
    ProductGroup("fruit", "🍏 Фрукты и ягоды", "Фрукты", frozenset({"фрукты", "ягоды"})),
    ProductGroup("vegetable", "🥦 Овощи и зелень", "Овощи", frozenset({"овощи", "зелень"})),
)


def recognise(label: str | None) -> str:
    """The code of the one group whose words stand in the label, in any letter case, with or without the emoji.

    No group's words, or words of several groups, give `unknown`: it is counted, never guessed
    (`docs/documents.md`, section "Product groups"). `sql/mart` has the same rule; a test holds the two together.
    """
    words = set(re.findall(r"\w+", (label or "").lower()))
    found = [group.code for group in PRODUCT_GROUPS if group.words & words]
    return found[0] if len(found) == 1 else UNKNOWN
