"""Axes, colours and tooltips of a chart, from the columns of a query."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from shop_assets.dashboards.page.theme import D3_FORMATS
from shop_assets.dashboards.panels import Panel, Unit, Value

LABEL_LIMIT: Final = 190
"""The longest label in pixels, so that a phone has room for the bars too."""
TICKS: Final = 4


def labels(column: str) -> alt.Y:
    """Labels on the left, in the order of the rows."""
    return alt.Y(f"{column}:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_LIMIT, ticks=False, domain=False))


def moments(column: str, domain: Sequence[int]) -> alt.X:
    """Moments of a period along the bottom."""
    axis = alt.Axis(format="%e %b", labelAngle=0, labelOverlap="greedy", labelFlush=True, grid=False, tickCount=6)
    return alt.X(f"{column}:T", title=None, axis=axis, scale=alt.Scale(type="utc", domain=list(domain)))


def vertical_axis(column: str, unit: Unit, largest: float) -> alt.Y:
    """A vertical axis, with ticks at whole numbers for counts."""
    ticks = min(TICKS, max(1, int(largest))) if unit is Unit.COUNT else TICKS
    return alt.Y(f"{column}:Q", title=None, axis=alt.Axis(format=D3_FORMATS[unit], tickCount=ticks, domain=False))


def colour(column: str, domain: Sequence[str] | None = None) -> alt.Color:
    """A colour for each name, with a legend below the chart."""
    scale = alt.Scale(domain=list(domain)) if domain else alt.Undefined
    return alt.Color(f"{column}:N", scale=scale, sort=None, legend=alt.Legend(title=None, orient="bottom", columns=3))


def dashes(column: str, dashed: str) -> Any:
    """The dash pattern: one series dashed, the others solid."""
    return alt.condition(f"datum.{column} === '{dashed}'", alt.value([6, 4]), alt.value([1, 0]))


def tooltip(panel: Panel) -> list[alt.Tooltip]:
    """A tooltip with every column of the panel."""
    first = [_moment(panel.time)] if panel.time else []
    if panel.label:
        first.append(alt.Tooltip(f"{panel.label}:N", title="название"))
    return [*first, *(number(value) for value in panel.values)]


def series_tooltip(panel: Panel, unit: Unit) -> list[alt.Tooltip]:
    """The tooltip of rows in long format."""
    first = _moment(panel.time) if panel.time else alt.Tooltip(f"{panel.label}:N", title="название")
    return [first, alt.Tooltip("series:N", title="показатель"), number(Value("number", "значение", unit))]


def number(value: Value) -> alt.Tooltip:
    """One value with its title."""
    if value.unit is Unit.TEXT:
        return alt.Tooltip(f"{value.column}:N", title=value.title)
    return alt.Tooltip(f"{value.column}:Q", title=value.title, format=D3_FORMATS[value.unit])


def _moment(column: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:T", title="дата", timeUnit="utcyearmonthdate", format="%d.%m.%Y")
