"""A dashboard as Grafana's model: panels in the grid, period, variables, links to the other dashboards."""

from collections.abc import Iterator, Sequence
from typing import Final

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models.dashboard import Dashboard as GrafanaDashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DashboardLinkType, GridPos

from shop_assets.dashboards.grafana.statements import panel_statement
from shop_assets.dashboards.grafana.variables import variables
from shop_assets.dashboards.grafana.visualizations import visualization
from shop_assets.dashboards.panels import GRID, Dashboard, Panel
from shop_assets.settings import BusinessSettings

TAG: Final = "shop"
REFRESH: Final = "5m"
"""Not more often, because the heaviest queries read every id of RAW."""


def grafana_dashboard(dashboard: Dashboard, settings: BusinessSettings) -> GrafanaDashboard:
    """The dashboard, ready to be encoded as JSON."""
    statements = [panel_statement(panel, settings) for panel in dashboard.panels]
    built = (
        builders.Dashboard(dashboard.title)
        .uid(dashboard.uid)
        .description(dashboard.description)
        .tags([TAG])
        .timezone(settings.timezone)
        .readonly()
        .refresh(REFRESH)
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time(f"now-{dashboard.days}d", "now")
        .variables(list(variables("\n".join(statements), settings)))
        .link(
            builders.DashboardLink("Другие дашборды")
            .type(DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .include_vars(True)
            .keep_time(False)
        )
    )
    for number, (panel, place, statement) in enumerate(
        zip(dashboard.panels, places(dashboard.panels), statements, strict=True), start=1
    ):
        built.with_panel(visualization(panel, number, place, statement))
    return built.build()


def places(panels: Sequence[Panel]) -> Iterator[GridPos]:
    """The places of panels: from left to right, with a new row when the grid is full."""
    x = y = tallest = 0
    for panel in panels:
        if x + panel.width > GRID:
            x, y, tallest = 0, y + tallest, 0
        yield GridPos(h=panel.height, w=panel.width, x=x, y=y)
        x, tallest = x + panel.width, max(tallest, panel.height)


def panel_number(dashboard: Dashboard, title: str) -> int:
    """The id of a panel in its dashboard.

    Raises:
        ValueError: The dashboard has no panel of that title.
    """
    return [panel.title for panel in dashboard.panels].index(title) + 1
