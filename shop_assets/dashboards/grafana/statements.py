"""Queries for Grafana: ClickHouse's parameters become macros, variables and literals."""

from typing import Final

from clickhouse_connect.driver.binding import format_query_value

from shop_assets.dashboards.panels import Panel
from shop_assets.dashboards.queries import load_translated, report_minutes
from shop_assets.dashboards.titles import LIMIT_TITLES, TITLE_PARAMETERS
from shop_assets.language.translations import translated, translations
from shop_assets.orchestration.schedule_times import report_weekdays
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import SqlQuery

EXPRESSIONS: Final = {
    # The plugin's macros, for the time range of the dashboard.
    "period_start": "$__fromTime",
    "period_end": "$__toTime",
    # sqlstring quotes every selected value and doubles the quotes in it, but does not escape a backslash: text that
    # users type is percent-encoded.
    "cities": "[${city:sqlstring}]",
    "networks": "[${network:sqlstring}]",
    "customer": "decodeURLComponent('${customer:percentencode}')",
    **{name: f"${{{name}}}" for name in LIMIT_TITLES},
}


def panel_statement(panel: Panel, settings: BusinessSettings) -> str:
    """The SQL of a panel. Over time it has only the panel's columns, because Grafana makes a series of every number."""
    query = load_translated(panel.query, settings.language)
    statement = with_expressions(
        query,
        {name: _literal(value) for name, value in panel.fixed_parameters.items()}
        | {name: EXPRESSIONS[setting] for name, setting in panel.setting_parameters.items()},
        settings,
    )
    if panel.time is None:
        return statement
    columns = ", ".join(panel.columns)
    return f"SELECT {columns} FROM (\n{statement}\n) ORDER BY {panel.time}"  # noqa: S608  # only our own identifiers


def with_expressions(query: SqlQuery, given: dict[str, str], settings: BusinessSettings) -> str:
    """Replace every parameter of a query.

    Raises:
        KeyError: A parameter is not known.
    """
    time_zone = _literal(settings.timezone)
    titles = translated(TITLE_PARAMETERS, translations(settings.language))
    known = {
        **EXPRESSIONS,
        "first": f"toDate($__fromTime, {time_zone})",
        "last": f"(toDate($__toTime, {time_zone}) - 1)",
        **{name: _literal(words) for name, words in titles.items()},
        "timezone": time_zone,
        "report_minutes": _literal(report_minutes(settings)),
        "report_weekdays": _literal(report_weekdays(settings)),
        **given,
    }
    return query.with_expressions(known.__getitem__)


def _literal(value: str | int | list[str] | list[int]) -> str:
    return str(format_query_value(value))
