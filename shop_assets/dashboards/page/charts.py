"""A panel and its rows as a Vega-Lite chart. Colours are not here: they are the page's, light or dark (`theme.py`)."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import altair as alt

from shop_assets.dashboards.page import channels
from shop_assets.dashboards.page.answers import Answer, Period
from shop_assets.dashboards.page.numbers import D3_FORMATS
from shop_assets.dashboards.page.store_map import store_map
from shop_assets.dashboards.panels import Panel, Picture
from shop_assets.warehouse.queries import Row

Chart = alt.Chart | alt.LayerChart

HEIGHT: Final = 220
STEP: Final = 25
"""Pixels of a row of bars or cells; where rows are few, they share `HEIGHT`."""
RING: Final = (48, 84)
COLUMN_SHARE: Final = 0.88
"""Of a column's days that it fills."""
ROOM_FOR_NUMBERS: Final = 1.45
"""Behind the longest bar, in its own lengths."""


@dataclass(frozen=True)
class Plain:
    """A panel's rows as JSON has them, moments on the clock of the business, which the charts read as UTC."""

    panel: Panel
    rows: list[Row]
    period: tuple[int, int]
    """Its ends in milliseconds of that clock."""


def chart(answer: Answer, period: Period, time_zone: ZoneInfo) -> dict[str, Any]:
    """The Vega-Lite specification with its data. Raises KeyError for a picture that is no chart."""
    panel = answer.panel
    rows = [{name: _plain(row[name], time_zone) for name in panel.columns} for row in answer.rows]
    ends = (_clock_milliseconds(period.start, time_zone), _clock_milliseconds(period.end, time_zone))
    drawn = CHARTS[panel.picture](Plain(panel, rows, ends))
    as_wide_as_its_place = drawn.properties(width="container", autosize=alt.AutoSizeParams(type="fit-x"))
    specification: dict[str, Any] = as_wide_as_its_place.to_dict()
    return specification


def _bars(plain: Plain) -> Chart:
    panel, value = plain.panel, plain.panel.value
    end = (_largest(plain.rows, value.column) or 1) * ROOM_FOR_NUMBERS
    length = alt.X(f"{value.column}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, end]))
    step = max(STEP, HEIGHT // len(plain.rows))
    base = alt.Chart(alt.InlineData(values=plain.rows), height=step * len(plain.rows)).encode(
        y=channels.labels(str(panel.label)), x=length, tooltip=channels.tooltip(panel)
    )
    text = alt.Text(f"{value.column}:Q", format=D3_FORMATS[value.unit])
    return alt.LayerChart(
        layer=[base.mark_bar(cornerRadiusEnd=3), base.mark_text(align="left", dx=5).encode(text=text)]
    )


def _columns(plain: Plain) -> Chart:
    value = plain.panel.value
    # So many labels do not fit: the tooltip has them.
    along = alt.X(f"{plain.panel.label}:N", sort=None, axis=alt.Axis(labels=False, ticks=False, title=None))
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=plain.rows), height=HEIGHT)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=along,
            y=channels.height(value.column, value.unit, _largest(plain.rows, value.column)),
            tooltip=channels.tooltip(plain.panel),
        )
    )
    return drawn


def _grouped_columns(plain: Plain) -> Chart:
    panel = plain.panel
    titles = [value.title for value in panel.values]
    rows = _under_one_another(plain)
    along = alt.X(f"{panel.label}:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, ticks=False))
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), height=HEIGHT)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=along,
            xOffset=alt.XOffset("series:N", sort=titles),
            y=channels.height("number", panel.value.unit, _largest(rows, "number")),
            color=channels.colour("series", titles),
            tooltip=channels.series_tooltip(panel, panel.value.unit),
        )
    )
    return drawn


def _shares(plain: Plain) -> Chart:
    label, value = str(plain.panel.label), plain.panel.value
    inner, outer = RING
    base = (
        alt.Chart(alt.InlineData(values=plain.rows), height=190)
        .transform_joinaggregate(total=f"sum({value.column})")
        .transform_calculate(part=f"datum.{value.column} / datum.total")
        .encode(
            theta=alt.Theta(f"{value.column}:Q", stack=True),
            order=alt.Order(f"{value.column}:Q", sort="descending"),
            tooltip=[*channels.tooltip(plain.panel), alt.Tooltip("part:Q", title="доля", format=".1~%")],
        )
    )
    ring = base.mark_arc(innerRadius=inner, outerRadius=outer, padAngle=0.02, cornerRadius=3)
    part = base.mark_text(radius=(inner + outer) / 2, style="part").encode(
        text=alt.Text("part:Q", format=".0%"), detail=f"{label}:N"
    )
    return alt.LayerChart(layer=[ring.encode(color=channels.colour(label)), part])


def _days(plain: Plain) -> Chart:
    panel, rows = plain.panel, _stacked(plain)
    columns: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), height=HEIGHT)
        .mark_bar(clip=True)
        .encode(
            x=channels.moments(str(panel.time), plain.period),
            x2="until:T",
            y=channels.height("top", panel.value.unit, _largest(rows, "top")),
            y2="bottom:Q",
            tooltip=channels.tooltip(panel),
        )
    )
    if panel.label is not None:
        columns = columns.encode(color=channels.colour(panel.label))
    return columns


def _stacked(plain: Plain) -> list[Row]:
    """The rows with the corners of their columns: from when to when, from where to where."""
    filled = timedelta(days=plain.panel.step_days * COLUMN_SHARE)
    tops: Counter[str] = Counter()
    stacked = []
    for row in plain.rows:
        moment, number = row[str(plain.panel.time)], row[plain.panel.value.column]
        corners = {
            "until": (datetime.fromisoformat(moment) + filled).isoformat(),
            "bottom": tops[moment],
            "top": tops[moment] + number,
        }
        tops[moment] += number
        stacked.append(row | corners)
    return stacked


def _lines(plain: Plain) -> Chart:
    panel, rows = plain.panel, plain.rows
    if panel.label is None:
        titles = [value.title for value in panel.values]
        series, number, tooltip = "series", "number", channels.series_tooltip(panel, panel.value.unit)
        rows = _under_one_another(plain)
    else:
        # The limit has the last colour, whatever comes first.
        titles = sorted({row[panel.label] for row in rows}, key=lambda title: (title == panel.limit_series, title))
        series, number, tooltip = panel.label, panel.value.column, channels.tooltip(panel)
    lines: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), height=HEIGHT)
        .mark_line(point=True)
        .encode(
            x=channels.moments(str(panel.time), plain.period),
            y=channels.height(number, panel.value.unit, _largest(rows, number)),
            tooltip=tooltip,
        )
    )
    if panel.limit_series is not None:
        lines = lines.encode(strokeDash=channels.dashes(series, panel.limit_series))
    if len(titles) > 1:
        lines = lines.encode(color=channels.colour(series, titles))
    return lines


def _heatmap(plain: Plain) -> Chart:
    panel = plain.panel
    days = alt.Axis(format="%d.%m", labelAngle=0, labelOverlap="greedy", ticks=False, domain=False)
    shade = alt.Legend(title=None, format=".0%", orient="bottom", gradientLength=160)
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=plain.rows), height=STEP * len({row[str(panel.label)] for row in plain.rows}))
        .mark_rect()
        .encode(
            x=alt.X(f"utcyearmonthdate({panel.time}):O", title=None, axis=days),
            y=channels.labels(str(panel.label)),
            color=alt.Color(f"{panel.value.column}:Q", scale=alt.Scale(domain=[0, 1]), legend=shade),
            tooltip=channels.tooltip(panel),
        )
    )
    return drawn


def _map(plain: Plain) -> Chart:
    return store_map(plain.panel, plain.rows)


CHARTS: Final[Mapping[Picture, Callable[[Plain], Chart]]] = {
    Picture.BARS: _bars,
    Picture.COLUMNS: _columns,
    Picture.GROUPED_COLUMNS: _grouped_columns,
    Picture.SHARES: _shares,
    Picture.DAYS: _days,
    Picture.LINES: _lines,
    Picture.MAP: _map,
    Picture.HEATMAP: _heatmap,
}
"""The pictures that are charts; the others are tiles and tables."""


def _under_one_another(plain: Plain) -> list[Row]:
    """A row for each value of each row."""
    kept = plain.panel.time or str(plain.panel.label)
    return [
        {kept: row[kept], "series": value.title, "number": row[value.column]}
        for row in plain.rows
        for value in plain.panel.values
    ]


def _largest(rows: list[Row], column: str) -> float:
    return max(float(row[column]) for row in rows)


def _plain(value: Any, time_zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).astimezone(time_zone).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def _clock_milliseconds(moment: datetime, time_zone: ZoneInfo) -> int:
    return int(moment.astimezone(time_zone).replace(tzinfo=UTC).timestamp() * 1000)
