"""Numbers as a reader of the language writes them, on the HTML page and in Grafana's alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.dashboards.panels import Unit
from shop_assets.language.translations import Language, translations

_THIN: Final = "\u202f"  # between thousands: narrow, and no line breaks there
_HARD: Final = "\u00a0"
_MINUTES: Final = 60
_DAY: Final = 24
_NEVER: Final = 10 * 365 * _DAY
"""An age in hours that no data reaches: a stage without data counts as old as the epoch."""


@dataclass(frozen=True)
class Notation:
    """How a language writes numbers: its separators, and what stands around a percentage and an amount."""

    thousands: str
    decimal: str
    share: str
    roubles: str


NOTATIONS: Final[Mapping[Language, Notation]] = {
    "ru": Notation(_THIN, ",", f"{{}}{_HARD}%", f"{{}}{_HARD}₽"),
    "en": Notation(",", ".", "{}%", "₽{}"),
}


def format_number(number: Any, unit: Unit, language: Language | None = None) -> str:
    """Format a value for a tile, a table cell or an alert, as a reader of the language writes it.

    Args:
        number: The value; None gives a dash.
        unit: The unit of the value. Shares are fractions of 1, durations are hours.
        language: The language; Russian by default.

    Returns:
        The text, with spaces that do not break a line.
    """
    if number is None:
        return "—"
    notation = NOTATIONS[language or "ru"]
    match unit:
        case Unit.TEXT | Unit.TIME:
            return str(number)
        case Unit.COUNT:
            return _grouped(number, 0, notation)
        case Unit.ROUBLES:
            return notation.roubles.format(_grouped(number, 0, notation))
        case Unit.SHARE:
            percentage = round(100 * float(number), 1)  # 100 * 0.07 is 7.000000000000001
            return notation.share.format(_grouped(percentage, 0 if percentage.is_integer() else 1, notation))
        case Unit.HOURS:
            return _duration(number, language, notation)


def _grouped(number: float, digits: int, notation: Notation) -> str:
    separators = str.maketrans({",": notation.thousands, ".": notation.decimal})
    return f"{number:,.{digits}f}".translate(separators)


def _duration(hours: float, language: Language | None, notation: Notation) -> str:
    words = translations(language)
    if hours >= _NEVER:
        return words.gettext("данных нет")
    if hours < 1:
        return f"{hours * _MINUTES:.0f}{_HARD}{words.gettext('мин')}"
    if hours < 2 * _DAY:
        return f"{_grouped(hours, 1, notation)}{_HARD}{words.gettext('ч')}"
    return f"{_grouped(hours / _DAY, 1, notation)}{_HARD}{words.gettext('сут')}"
