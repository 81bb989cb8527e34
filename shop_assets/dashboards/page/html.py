"""Renders the page: numbers and tables as text, charts as data for the script, all in one file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from shop_assets.dashboards.numbers import format_number
from shop_assets.dashboards.page.charts_script import charts_script
from shop_assets.dashboards.page.page_data import FiringAlert, PageData, PanelRows
from shop_assets.dashboards.page.templates import own_text, page_environment
from shop_assets.dashboards.page.theme import FORMAT_LOCALES, TIME_LOCALE, chart_config
from shop_assets.dashboards.panels import Panel, PanelType, Unit
from shop_assets.language.translations import Language, translated, translations
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.query_execution import Row


@dataclass(frozen=True)
class Tile:
    """A large number and its title; `color` is green, red, blue or empty."""

    title: str
    number: str
    color: str = ""


def render(contents: PageData, settings: BusinessSettings, explanations: Mapping[str, str] | None = None) -> bytes:
    """Render the HTML file.

    Args:
        contents: What the page shows.
        settings: The limits, the time zone and the language, which must be that of the contents.
        explanations: The relative addresses of the pages of customers to link, by customer; none by default.

    Returns:
        The file in UTF-8: about a megabyte, mostly the charts' script.
    """
    # altair takes half a second to import, and every load of the definitions would pay for it.
    from shop_assets.dashboards.page.charts import CHARTS, chart

    time_zone = ZoneInfo(settings.timezone)
    environment = page_environment()
    words = translations(settings.language)
    charts = {
        f"{section.dashboard.uid}-{number}": chart(result, section.period, time_zone, words)
        for section in contents.dashboards
        for number, result in enumerate(section.panels)
        if result.panel.type in CHARTS and result.rows
    }
    page = environment.get_template("page.html.j2").render(
        _=words.gettext,
        language=settings.language or "ru",
        contents=contents,
        explanations={without_contacts(name): address for name, address in (explanations or {}).items()},
        made_at=contents.made_at.astimezone(time_zone),
        timezone=settings.timezone,
        warnings=[_warning(found, settings) for found in contents.firing],
        is_chart=lambda panel: panel.type in CHARTS,
        tiles=partial(_tiles, language=settings.language),
        cells=partial(_cells, language=settings.language),
        style=own_text(environment, "style.css"),
        script=own_text(environment, "page.js"),
        vega=_vega(),
        data=_json(
            {
                "charts": charts,
                "themes": {mode: chart_config(mode) for mode in ("light", "dark")},
                "formatLocale": FORMAT_LOCALES[settings.language or "ru"],
                "timeFormatLocale": translated(TIME_LOCALE, words),
            }
        ),
    )
    return page.encode()


def _vega() -> Markup:
    return Markup(charts_script().replace("</script", "<\\/script"))  # noqa: S704  # a package's own text


def _tiles(result: PanelRows, language: Language | None) -> list[Tile] | None:
    """The tiles of a panel; None if it is not made of tiles."""
    panel = result.panel
    match panel.type:
        case PanelType.STATUS_TILES:
            return [
                Tile(
                    row[str(panel.label)],
                    format_number(row[panel.value.column], panel.value.unit, language),
                    row["color"],
                )
                for row in result.rows
            ]
        case PanelType.NUMBER_TILES:
            return [
                Tile(value.title, format_number(row[value.column], value.unit, language))
                for row in result.rows
                for value in panel.values
            ]
        case _:
            return None


def _cells(panel: Panel, row: Row, language: Language | None) -> list[tuple[str, bool]]:
    """The cells of a row as text, and whether each is a number."""
    return [
        (format_number(row[value.column], value.unit, language), value.unit not in (Unit.TEXT, Unit.TIME))
        for value in panel.values
    ]


def _warning(found: FiringAlert, settings: BusinessSettings) -> dict[str, str]:
    alert = found.alert
    threshold = alert.limit(settings)
    figures = translations(settings.language).gettext("{number}, порог {limit}")
    number, beyond = (format_number(each, alert.unit, settings.language) for each in (found.number, threshold))
    return {
        "title": f"{alert.title}: {found.instance}",
        "figures": figures.format(number=number, limit=beyond),
        "what_to_do": alert.what_to_do,
    }


def _json(data: dict[str, Any]) -> Markup:
    """Data for a script element: escaped, so that nothing in it ends the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # escaped for a script element
