"""The data of the page: the rows of every panel, and the alerts that fire, for one day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.alerts import ALERT_RULES, INSTANCE_TITLES, AlertRule
from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.panels import Dashboard, Panel
from shop_assets.dashboards.queries import load_translated, report_minutes
from shop_assets.dashboards.titles import LIMIT_TITLES, TITLE_PARAMETERS
from shop_assets.features.windows import as_of, window_start
from shop_assets.language.translations import translated, translations
from shop_assets.orchestration.schedule_times import report_weekdays
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import SqlQuery, load_query
from shop_assets.warehouse.statements.query_execution import QUERY_SETTINGS, Row
from shop_assets.warehouse.statements.query_results import results_to_read

ALL: Final = [""]
"""The selection of every city and every network: an empty name."""


@dataclass(frozen=True)
class PanelRows:
    """A panel and the rows of its query, column name to value."""

    panel: Panel
    rows: Sequence[Row]


@dataclass(frozen=True)
class Period:
    """The period of a dashboard; its end is excluded."""

    start: datetime
    end: datetime

    @classmethod
    def for_dashboard(cls, dashboard: Dashboard, day: date, now: datetime, timezone: str) -> "Period":
        """The days up to the end of `day`, each whole; or those before now, for a dashboard of the present state."""
        if dashboard.is_current:
            return cls(now - timedelta(days=dashboard.days), now)
        return cls(window_start(day, dashboard.days, timezone), as_of(day, timezone))


@dataclass(frozen=True)
class DashboardRows:
    """A dashboard with the rows of its panels, in their order."""

    dashboard: Dashboard
    period: Period
    panels: Sequence[PanelRows]


@dataclass(frozen=True)
class FiringAlert:
    """An alert that fires now."""

    alert: AlertRule
    instance: str
    number: float


@dataclass(frozen=True)
class PageData:
    """Everything that the page of a day shows."""

    day: date
    made_at: datetime
    dashboards: Sequence[DashboardRows]
    firing: Sequence[FiringAlert]

    @property
    def rows(self) -> int:
        """The number of rows of all panels."""
        return sum(len(result.rows) for section in self.dashboards for result in section.panels)


def collect(client: Client, settings: BusinessSettings, day: date) -> PageData:
    """Fetch the rows of all panels, with their texts in the language of the settings.

    Args:
        client: A client of the warehouse.
        settings: The limits, the time zone and the language.
        day: The last day of the periods of sales and features; the other dashboards show the present state.

    Returns:
        The data of the page.
    """
    now = datetime.now(UTC)
    cache: dict[str, list[Row]] = {}
    results = results_to_read(client, _queries())

    def dashboard_rows(dashboard: Dashboard) -> DashboardRows:
        period = Period.for_dashboard(dashboard, day, now, settings.timezone)
        panels = [panel for panel in dashboard.panels if panel.in_page]
        return DashboardRows(dashboard, period, [panel_rows(panel, period) for panel in panels])

    def panel_rows(panel: Panel, period: Period) -> PanelRows:
        query = load_translated(panel.query, settings.language, results)
        given = query_parameters(settings, panel, period)
        bound = {name: given[name] for name in query.parameters}
        # Panels that show two columns of one query share its rows.
        key = f"{query.name} {bound}"
        if key not in cache:
            cache[key] = fetch_panel_rows(client, query, bound)
        return PanelRows(panel, cache[key])

    sections = [dashboard_rows(dashboard) for dashboard in translated(DASHBOARDS, translations(settings.language))]
    return PageData(day, now, sections, firing_alerts(client, settings, results))


def _queries() -> Iterator[SqlQuery]:
    """What the page asks for; an alert reads the query of its rule."""
    for name in dict.fromkeys(panel.query for dashboard in DASHBOARDS for panel in dashboard.panels if panel.in_page):
        yield load_query(name)
    for alert in ALERT_RULES:
        query = load_query(alert.query)
        yield replace(query, dependencies=(*query.dependencies, query.name))


def firing_alerts(client: Client, settings: BusinessSettings, results: Mapping[str, str]) -> list[FiringAlert]:
    """The alerts whose condition is met now, without Grafana's pending period. `results` were found before."""
    found = []
    words = translations(settings.language)
    given = due_parameters(settings)
    for alert in translated(ALERT_RULES, words):
        query = load_query(alert.query, results=results)
        bound = {name: given[name] for name in query.parameters}
        rows = fetch_panel_rows(client, SqlQuery(query.name, alert.statement(query.statement)), bound)
        titles = translated(INSTANCE_TITLES[alert.instance], words)
        found += [
            FiringAlert(alert, titles.get(name, name), number)
            for name, number in alert.firing(rows, alert.limit(settings))
        ]
    return found


def query_parameters(settings: BusinessSettings, panel: Panel, period: Period) -> dict[str, Any]:
    """All parameters that a panel's query may have, with their values on the page."""
    time_zone = ZoneInfo(settings.timezone)
    return {
        **translated(TITLE_PARAMETERS, translations(settings.language)),
        **{name: settings.limit(name) for name in LIMIT_TITLES},
        **due_parameters(settings),
        "period_start": _clickhouse_time(period.start),
        "period_end": _clickhouse_time(period.end),
        "first": period.start.astimezone(time_zone).date().isoformat(),
        "last": (period.end.astimezone(time_zone).date() - timedelta(days=1)).isoformat(),
        "cities": ALL,
        "networks": ALL,
        **panel.fixed_parameters,
        **{name: int(settings.limit(setting)) for name, setting in panel.setting_parameters.items()},
    }


def due_parameters(settings: BusinessSettings) -> dict[str, Any]:
    """The parameters of the queries that say when the report of a day is due."""
    return {
        "timezone": settings.timezone,
        "report_minutes": report_minutes(settings),
        "report_weekdays": report_weekdays(settings),
    }


def fetch_panel_rows(client: Client, query: SqlQuery, given: dict[str, Any]) -> list[Row]:
    """The rows of a query, column name to value. Ids and names may be phones or e-mails: these are masked."""
    rows = client.query(query.statement, parameters=given, settings=QUERY_SETTINGS).named_results()
    return [
        {name: without_contacts(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows
    ]


def _clickhouse_time(moment: datetime) -> str:
    """The form in which ClickHouse reads a DateTime('UTC'), whatever the time zone of its server."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
