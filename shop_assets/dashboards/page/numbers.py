"""Numbers as a Russian reader writes them."""

from typing import Any, Final

from shop_assets.dashboards.panels import Unit

_THIN: Final = "\u202f"  # between thousands: narrow, and no line breaks there
_HARD: Final = "\u00a0"
_MINUTES: Final = 60
_DAY: Final = 24
_NEVER: Final = 10 * 365 * _DAY
"""Hours that nothing here is old: what has no data at all is as old as the epoch."""

D3_FORMATS: Final = {Unit.COUNT: ",d", Unit.SHARE: ".1~%", Unit.ROUBLES: "$,.0f", Unit.HOURS: ",d"}
"""The same units in the language of the charts, whose locale is `FORMAT_LOCALE`."""

FORMAT_LOCALE: Final = {
    "decimal": ",",
    "thousands": _HARD,
    "grouping": [3],
    "currency": ["", f"{_HARD}₽"],
    "percent": f"{_HARD}%",
}
TIME_LOCALE: Final = {
    "dateTime": "%A, %e %B %Y г. %X",
    "date": "%d.%m.%Y",
    "time": "%H:%M:%S",
    "periods": ["AM", "PM"],
    "days": ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
    "shortDays": ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
    "months": [
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ],
    "shortMonths": ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
}


def format_number(number: Any, unit: Unit) -> str:
    """A value of a tile or a cell."""
    if number is None:
        return "—"
    match unit:
        case Unit.TEXT | Unit.TIME:
            return str(number)
        case Unit.COUNT:
            return _grouped(number, 0)
        case Unit.ROUBLES:
            return f"{_grouped(number, 0)}{_HARD}₽"
        case Unit.SHARE:
            return f"{_grouped(100 * number, 0 if float(100 * number).is_integer() else 1)}{_HARD}%"
        case Unit.HOURS:
            return _duration(number)


def _grouped(number: float, digits: int) -> str:
    return f"{number:,.{digits}f}".replace(",", _THIN).replace(".", ",")


def _duration(hours: float) -> str:
    if hours >= _NEVER:
        return "данных нет"
    if hours < 1:
        return f"{hours * _MINUTES:.0f}{_HARD}мин"
    if hours < 2 * _DAY:
        return f"{_grouped(hours, 1)}{_HARD}ч"
    return f"{_grouped(hours / _DAY, 1)}{_HARD}дн"
