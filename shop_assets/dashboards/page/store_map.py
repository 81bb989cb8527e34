"""Stores by longitude and latitude: their circles and the cities' names. Map tiles would be requests."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from shop_assets.dashboards.page.channels import tooltip
from shop_assets.dashboards.panels import Panel

HEIGHT: Final = 440
AREA: Final = (30, 900)
"""Of the smallest and the largest circle, in square pixels."""
MARGIN: Final = 42
"""Pixels at the edges, where names need room."""


def store_map(panel: Panel, rows: Sequence[dict[str, Any]]) -> alt.LayerChart:
    """The map of the rows whose place is known."""
    placed = alt.InlineData(
        values=[row for row in rows if row["latitude"] is not None and row["longitude"] is not None]
    )
    degrees = alt.Axis(labelExpr="datum.label + '°'", tickCount=6, domain=False)
    scale = alt.Scale(zero=False, nice=False, padding=MARGIN)
    circles = (
        alt.Chart(placed)
        .mark_circle(opacity=0.6)
        .encode(
            x=alt.X("longitude:Q", title=None, axis=degrees, scale=scale),
            y=alt.Y("latitude:Q", title=None, axis=degrees, scale=scale),
            size=alt.Size(f"{panel.value.column}:Q", legend=None, scale=alt.Scale(range=list(AREA))),
            tooltip=tooltip(panel),
        )
    )
    cities = (
        alt.Chart(placed)
        .transform_aggregate(longitude="mean(longitude)", latitude="mean(latitude)", groupby=["city"])
        .mark_text(dy=-14)
        .encode(x="longitude:Q", y="latitude:Q", text="city:N")
    )
    return alt.LayerChart(layer=[circles, cities], height=HEIGHT)
