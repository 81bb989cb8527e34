"""What a field says of the currency or the unit of amounts, by the words of MART (`currency_words.py`)."""

import re
from typing import Final

from shop_assets.documents.currency_words import CURRENCY_NAMES, ROUBLES
from shop_assets.documents.marks import words_of
from shop_assets.documents.nothing import stands_for_nothing
from shop_assets.documents.truth_words import NO_WORDS, YES_WORDS

_NAMES: Final = re.compile(CURRENCY_NAMES)
_ROUBLES: Final = re.compile(ROUBLES)
_SMALL_UNITS: Final = re.compile(
    r"(?:в |in )?(?:kope[ck]+s?|kopeyk[ai]|коп\.?|копе(?:йка|йки|ек|йках)|cents|minor[ _-]?units?)"
)
"""Units of which a hundred are a rouble, or the like."""


def says_another_currency(path: str, content: object) -> bool:
    """Whether a field says that amounts are not in roubles.

    Args:
        path: The field's name, with a dot behind those of the objects around it.
        content: Its value.

    Returns:
        True for another currency under a name of one, and for a smaller unit such as kopecks under any name.
    """
    said = "" if isinstance(content, bool | dict | list) or content is None else str(content).strip().lower()
    if stands_for_nothing(said) or said in YES_WORDS or said in NO_WORDS:
        return False
    if _SMALL_UNITS.fullmatch(said):
        return True
    name = ".".join("_".join(words_of(part)) for part in path.split(".")[-2:])
    if not _NAMES.search(name) or "курс" in name or (name.endswith(".id") and re.search("[0-9]", said)):
        return False
    return _ROUBLES.search(said) is None
