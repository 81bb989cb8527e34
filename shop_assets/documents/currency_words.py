"""The names of fields with a currency and the words for the rouble (docs/cleaning.md, "Other currencies").

They are patterns that Python and ClickHouse read alike, for `currencies.py` and for the statements of `sql/`. Names
have the form of the statements: lower case, words joined by `_`, and a dot before a name inside.
"""

from typing import Final

_ENDS: Final = (
    "id|code|iso|iso_?code|name|symbol|sign|alpha|alpha_?3|(?:alphabetic|alpha|numeric|num)_?code|numeric|код"
    "|наименование|название"
)
_PARTS: Final = f"{_ENDS}|title|description|представление"

CURRENCY_NAMES: Final = (
    f"(?:currency|currencies|валют[аы]|(?:^|[_.])(?:ccy|waers|waerk))_?(?:{_ENDS})?(?:[.](?:{_PARTS}))?$"
    f"|(?:^|[_.])валют[аы][а-я_]*(?:[.](?:{_PARTS}))?$"
)

_ROUBLE_WORDS: Final = (
    "0?643|810|₽|rub|rur|р|руб|рубль|рубли|рублей|рубля|roubles?|rubles?|рос|росс|российск(?:ий|ие|их)|рф|россии"
    "|российской|федерации|russian|russia|federation"
)
ROUBLES: Final = f"^(?:(?:{_ROUBLE_WORDS})(?:[ .,()/-]+|$))+$"
