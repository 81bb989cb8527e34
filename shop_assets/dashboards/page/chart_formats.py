"""How charts write numbers and dates: Vega's formats and the Russian locale."""

from typing import Final

from shop_assets.dashboards.panels import Unit

_HARD: Final = "\u00a0"

D3_FORMATS: Final = {Unit.COUNT: ",d", Unit.SHARE: ".1~%", Unit.ROUBLES: "$,.0f", Unit.HOURS: ",d"}
"""The units in D3's format language (https://d3js.org/d3-format); the locale is `FORMAT_LOCALE`."""

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
