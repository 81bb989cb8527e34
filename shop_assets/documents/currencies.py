"""What a field says of the currency or the unit of amounts, by the words of MART (`currency_words.py`)."""

import itertools
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

_OF_AMOUNTS: Final = frozenset(
    {"unit", "units", "currency", "currencies", "amount", "amounts", "price", "prices", "sum", "sums", "money",
     "measure", "единица", "единицы", "валюта", "валюты", "сумма", "суммы", "цена", "цены"}
)  # fmt: skip
"""Words of names under which such a unit is that of amounts: not `rounding`."""

_MENTIONING: Final = frozenset(
    {"rate", "rates", "exchange", "conversion", "supported", "available", "allowed", "display", "курс", "курсы",
     "курса", "курсов", "доступные", "поддерживаемые", "разрешенные"}
)  # fmt: skip
"""Words of names under which a currency is one that there is, or in which something is shown."""

_LONGEST: Final = 100
"""Characters at the end of a name that are looked at: the names of currencies are shorter, and a search in many costs
the square of their number.
"""


def says_another_currency(path: str, content: object) -> bool:
    """Whether a field says that amounts are not in roubles.

    Args:
        path: The field's name, with a dot behind those of the objects around it.
        content: Its value.

    Returns:
        True for another currency under a name of one, and for a smaller unit such as kopecks under a name of units or
        amounts. Exchange rates, and the currencies that are supported, say nothing.
    """
    said = _text(content)
    if stands_for_nothing(said) or said in YES_WORDS or said in NO_WORDS:
        return False
    parts = [words_of(part) for part in path.split(".")]
    if not _MENTIONING.isdisjoint(itertools.chain.from_iterable(parts)):
        return False
    around, last = ".".join("_".join(words) for words in parts[:-1])[-_LONGEST:], parts[-1]
    if _SMALL_UNITS.fullmatch(said) and not _OF_AMOUNTS.isdisjoint(last) and not _NAMES.search(around):
        return True
    name = ".".join("_".join(words) for words in parts[-2:])[-_LONGEST:]
    if not _NAMES.search(name) or "курс" in name or (name.endswith(".id") and re.search("[0-9]", said)):
        return False
    return _ROUBLES.search(said) is None


def says_roubles(content: object) -> bool:
    """Whether a value stands for the rouble: a list with it names the currencies that there are.

    Args:
        content: The value.
    """
    return _ROUBLES.search(_text(content)) is not None


def _text(content: object) -> str:
    return "" if isinstance(content, bool | dict | list) or content is None else str(content).strip().lower()
