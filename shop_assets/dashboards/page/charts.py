"""Panels as Vega-Lite charts. Colours are in `theme.py`: the page is light or dark."""

from collections.abc import Callable, Mapping
from gettext import NullTranslations
from typing import Any, Final
from zoneinfo import ZoneInfo

import altair as alt
from altair.utils.schemapi import debug_mode

from shop_assets.dashboards.page import encodings
from shop_assets.dashboards.page.chart_data import ChartData, largest, stacked, to_long_format
from shop_assets.dashboards.page.land import View, outlines_in
from shop_assets.dashboards.page.page_data import PanelRows, Period
from shop_assets.dashboards.page.theme import D3_FORMATS
from shop_assets.dashboards.panels import PanelType
from shop_assets.language.translations import translated

Chart = alt.Chart | alt.LayerChart

DATASETS: Final = "datasets"
"""Where a specification has its rows."""

HEIGHT: Final = 220
STEP: Final = 25
"""Pixels of a row of bars or cells; a few rows share `HEIGHT`."""
RING: Final = (48, 84)
ROOM_FOR_NUMBERS: Final = 1.45
"""The axis ends after the longest bar times this."""
MAP_HEIGHT: Final = 440
MAP_AREA: Final = (30, 900)
"""Areas of the smallest and the largest circle, in square pixels."""
MAP_MARGIN: Final = 0.08
"""Share of the span at each edge, where names need room."""
MAP_LEAST_MARGIN: Final = 1.0
"""Degrees at each edge at least: the stores may be in one town."""


def chart(result: PanelRows, period: Period, time_zone: ZoneInfo, words: NullTranslations) -> dict[str, Any]:
    """The Vega-Lite specification with its data; the texts and dates that it adds to the panel's are translated.

    Raises:
        KeyError: The panel is not a chart.
    """
    # The tests compare each specification with Vega-Lite's schema. Here that would take most of the time: altair looks
    # at each value of the rows too.
    with debug_mode(False):
        drawn = CHARTS[result.panel.type](ChartData.from_rows(result, period, time_zone))
        responsive = drawn.properties(width="container", autosize=alt.AutoSizeParams(type="fit-x"))
        specification: dict[str, Any] = responsive.to_dict(validate=False)
    rows = {DATASETS: specification.pop(DATASETS)} if DATASETS in specification else {}
    return translated(specification, words) | rows


def _bars(data: ChartData) -> Chart:
    panel, value = data.panel, data.panel.value
    end = (largest(data.rows, value.column) or 1) * ROOM_FOR_NUMBERS
    length = alt.X(f"{value.column}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, end]))
    step = max(STEP, HEIGHT // len(data.rows))
    base = alt.Chart(alt.InlineData(values=data.rows), height=step * len(data.rows)).encode(
        y=encodings.labels(str(panel.label)), x=length, tooltip=encodings.tooltip(panel)
    )
    text = alt.Text(f"{value.column}:Q", format=D3_FORMATS[value.unit])
    return alt.LayerChart(
        layer=[base.mark_bar(cornerRadiusEnd=3), base.mark_text(align="left", dx=5).encode(text=text)]
    )


def _columns(data: ChartData) -> Chart:
    value = data.panel.value
    # There is no room for all labels: they are in the tooltip.
    along = alt.X(f"{data.panel.label}:N", sort=None, axis=alt.Axis(labels=False, ticks=False, title=None))
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=data.rows), height=HEIGHT)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=along,
            y=encodings.vertical_axis(value.column, value.unit, largest(data.rows, value.column)),
            tooltip=encodings.tooltip(data.panel),
        )
    )
    return drawn


def _grouped_columns(data: ChartData) -> Chart:
    panel = data.panel
    titles = [value.title for value in panel.values]
    rows = to_long_format(data)
    along = alt.X(f"{panel.label}:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, ticks=False))
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), height=HEIGHT)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=along,
            xOffset=alt.XOffset("series:N", sort=titles),
            y=encodings.vertical_axis("number", panel.value.unit, largest(rows, "number")),
            color=encodings.colour("series", titles),
            tooltip=encodings.series_tooltip(panel, panel.value.unit),
        )
    )
    return drawn


def _shares(data: ChartData) -> Chart:
    label, value = str(data.panel.label), data.panel.value
    inner, outer = RING
    base = (
        alt.Chart(alt.InlineData(values=data.rows), height=190)
        .transform_joinaggregate(total=f"sum({value.column})")
        .transform_calculate(part=f"datum.{value.column} / datum.total")
        .encode(
            theta=alt.Theta(f"{value.column}:Q", stack=True),
            order=alt.Order(f"{value.column}:Q", sort="descending"),
            tooltip=[*encodings.tooltip(data.panel), alt.Tooltip("part:Q", title="доля", format=".1~%")],
        )
    )
    ring = base.mark_arc(innerRadius=inner, outerRadius=outer, padAngle=0.02, cornerRadius=3)
    part = base.mark_text(radius=(inner + outer) / 2, style="part").encode(
        text=alt.Text("part:Q", format=".0%"), detail=f"{label}:N"
    )
    return alt.LayerChart(layer=[ring.encode(color=encodings.colour(label)), part])


def _time_columns(data: ChartData) -> Chart:
    panel, rows = data.panel, stacked(data)
    columns: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), height=HEIGHT)
        .mark_bar(clip=True)
        .encode(
            x=encodings.moments(str(panel.time), data.period),
            x2="until:T",
            y=encodings.vertical_axis("top", panel.value.unit, largest(rows, "top")),
            y2="bottom:Q",
            tooltip=encodings.tooltip(panel),
        )
    )
    if panel.label is not None:
        columns = columns.encode(color=encodings.colour(panel.label))
    return columns


def _lines(data: ChartData) -> Chart:
    panel, rows = data.panel, data.rows
    if panel.label is None:
        titles = [value.title for value in panel.values]
        series, number, tooltip = "series", "number", encodings.series_tooltip(panel, panel.value.unit)
        rows = to_long_format(data)
    else:
        # The limit always has the last colour.
        titles = sorted({row[panel.label] for row in rows}, key=lambda title: (title == panel.limit_series, title))
        series, number, tooltip = panel.label, panel.value.column, encodings.tooltip(panel)
    lines: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), height=HEIGHT)
        .mark_line(point=True)
        .encode(
            x=encodings.moments(str(panel.time), data.period),
            y=encodings.vertical_axis(number, panel.value.unit, largest(rows, number)),
            tooltip=tooltip,
        )
    )
    if panel.limit_series is not None:
        lines = lines.encode(strokeDash=encodings.dashes(series, panel.limit_series))
    if len(titles) > 1:
        lines = lines.encode(color=encodings.colour(series, titles))
    return lines


def _heatmap(data: ChartData) -> Chart:
    panel = data.panel
    days = alt.Axis(format="%d.%m", labelAngle=0, labelOverlap="greedy", ticks=False, domain=False)
    shade = alt.Legend(title=None, format=".0%", orient="bottom", gradientLength=160)
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=data.rows), height=STEP * len({row[str(panel.label)] for row in data.rows}))
        .mark_rect()
        .encode(
            x=alt.X(f"utcyearmonthdate({panel.time}):O", title=None, axis=days),
            y=encodings.labels(str(panel.label)),
            color=alt.Color(f"{panel.value.column}:Q", scale=alt.Scale(domain=[0, 1]), legend=shade),
            tooltip=encodings.tooltip(panel),
        )
    )
    return drawn


def _map(data: ChartData) -> Chart:
    rows = [row for row in data.rows if row["latitude"] is not None and row["longitude"] is not None]
    points = [(float(row["longitude"]), float(row["latitude"])) for row in rows]
    view = View.around(points or [(0.0, 0.0)], MAP_MARGIN, MAP_LEAST_MARGIN)
    placed = alt.InlineData(values=rows)
    degrees = alt.Axis(labelExpr="datum.label + '°'", tickCount=6, domain=False)
    x = alt.X("longitude:Q", title=None, axis=degrees, scale=_span(view.west, view.east))
    y = alt.Y("latitude:Q", title=None, axis=degrees, scale=_span(view.south, view.north))
    outlines = outlines_in(view)
    ground = [
        alt.Chart(alt.InlineData(values=points))
        .mark_line(style=style, clip=True, strokeWidth=0.5)
        .encode(x=x, y=y, detail="outline:N", order="place:Q")
        for style, points in (("land", outlines.land), ("water", outlines.water))
        if points
    ]
    circles = (
        alt.Chart(placed)
        .mark_circle(opacity=0.6)
        .encode(
            x=x,
            y=y,
            size=alt.Size(f"{data.panel.value.column}:Q", legend=None, scale=alt.Scale(range=list(MAP_AREA))),
            tooltip=encodings.tooltip(data.panel),
        )
    )
    cities = (
        alt.Chart(placed)
        .transform_aggregate(longitude="mean(longitude)", latitude="mean(latitude)", groupby=["city"])
        .mark_text(dy=-14)
        .encode(x="longitude:Q", y="latitude:Q", text="city:N")
    )
    return alt.LayerChart(layer=[*ground, circles, cities], height=MAP_HEIGHT)


def _span(low: float, high: float) -> alt.Scale:
    return alt.Scale(domain=[low, high], zero=False, nice=False)


CHARTS: Final[Mapping[PanelType, Callable[[ChartData], Chart]]] = {
    PanelType.BARS: _bars,
    PanelType.COLUMNS: _columns,
    PanelType.GROUPED_COLUMNS: _grouped_columns,
    PanelType.SHARES: _shares,
    PanelType.TIME_COLUMNS: _time_columns,
    PanelType.LINES: _lines,
    PanelType.MAP: _map,
    PanelType.HEATMAP: _heatmap,
}
"""The panel types that are charts; the others are tiles and tables."""
