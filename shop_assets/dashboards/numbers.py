"""Numbers as a Russian reader writes them, on the HTML page and in Grafana's alerts."""

from typing import Any, Final

from shop_assets.dashboards.panels import Unit

_THIN: Final = "\u202f"  # between thousands: narrow, and no line breaks there
_HARD: Final = "\u00a0"
_MINUTES: Final = 60
_DAY: Final = 24
_NEVER: Final = 10 * 365 * _DAY
"""An age in hours that no data reaches: a stage without data counts as old as the epoch."""


def format_number(number: Any, unit: Unit) -> str:
    """Format a value for a tile, a table cell or an alert, as a Russian reader writes it.

    Args:
        number: The value; None gives a dash.
        unit: The unit of the value. Shares are fractions of 1, durations are hours.

    Returns:
        The text, with spaces that do not break a line.
    """
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
    return f"{_grouped(hours / _DAY, 1)}{_HARD}сут"
