"""The look of charts: colours for light and dark, formats of numbers and dates. The page has `style.css`."""

from collections.abc import Mapping
from typing import Any, Final

from shop_assets.dashboards.panels import Unit
from shop_assets.language.translations import Language

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

SERIES: Final = {
    "light": ["#2f6fb5", "#d9822b", "#2a9d76", "#a353a8", "#c43d4b", "#7a7f87"],
    "dark": ["#5b9fe3", "#eda55d", "#4fc79c", "#c583ca", "#ea6a76", "#9aa2ad"],
}
SHADES: Final = {"light": ["#eef3f9", "#7fb0dd", "#134a80"], "dark": ["#1d2733", "#356a9c", "#8cc8ff"]}
INK: Final = {"light": "#1c2530", "dark": "#e6ebf1"}
FAINT_INK: Final = {"light": "#5b6673", "dark": "#9aa7b5"}
PAPER: Final = {"light": "#ffffff", "dark": "#10161d"}
LAND: Final = {"light": "#f1f3ee", "dark": "#1a222b"}
LINE: Final = {"light": "#e3e7ec", "dark": "#2b3643"}

_HARD: Final = "\u00a0"

D3_FORMATS: Final = {Unit.COUNT: ",d", Unit.SHARE: ".1~%", Unit.ROUBLES: "$,.0f", Unit.HOURS: ",d"}
"""The units in D3's format language (https://d3js.org/d3-format); the locales are `FORMAT_LOCALES`."""

FORMAT_LOCALES: Final[Mapping[Language, Mapping[str, Any]]] = {
    "ru": {
        "decimal": ",",
        "thousands": _HARD,
        "grouping": [3],
        "currency": ["", f"{_HARD}₽"],
        "percent": f"{_HARD}%",
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["₽", ""], "percent": "%"},
}
TIME_LOCALE: Final[dict[str, Any]] = {
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


def chart_config(mode: str) -> dict[str, Any]:
    """Vega-Lite's configuration for `light` or `dark`."""
    accent = SERIES[mode][0]
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": "transparent"},
        "bar": {"color": accent},
        "line": {"color": accent, "strokeWidth": 2},
        "point": {"color": accent, "size": 28, "filled": True},
        "circle": {"color": accent},
        "text": {"color": INK[mode], "fontSize": 11},
        "style": {
            "part": {"fill": PAPER[mode], "fontWeight": "bold"},
            "land": {"filled": True, "color": LAND[mode], "stroke": FAINT_INK[mode]},
            "water": {"filled": True, "color": PAPER[mode], "stroke": FAINT_INK[mode]},
        },
        "axis": {
            "labelColor": FAINT_INK[mode],
            "gridColor": LINE[mode],
            "domainColor": LINE[mode],
            "tickColor": LINE[mode],
            "labelFontSize": 11,
        },
        "legend": {"labelColor": FAINT_INK[mode], "labelFontSize": 11, "symbolType": "circle", "symbolSize": 70},
        "range": {"category": SERIES[mode], "heatmap": SHADES[mode], "ramp": SHADES[mode]},
        "numberFormat": ",d",
    }
