"""Stores on a map without tiles, which would be requests: their circles, the cities' names, lines of the grid."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from shop_assets.dashboards.page.channels import tooltip
from shop_assets.dashboards.panels import Panel

HEIGHT: Final = 440
AREA: Final = (30, 900)
"""Of the smallest and the largest circle, in square pixels."""
GRID_DEGREES: Final = (10.0, 5.0)
"""Between the lines of longitude and of latitude."""


def store_map(panel: Panel, rows: Sequence[dict[str, Any]]) -> alt.LayerChart:
    """The map of the rows whose place is known."""
    placed = alt.InlineData(
        values=[row for row in rows if row["latitude"] is not None and row["longitude"] is not None]
    )
    size = alt.Size(f"{panel.value.column}:Q", legend=None, scale=alt.Scale(range=list(AREA)))
    circles = (
        alt.Chart(placed)
        .mark_circle(opacity=0.6)
        .encode(longitude="longitude:Q", latitude="latitude:Q", size=size, tooltip=tooltip(panel))
    )
    cities = (
        alt.Chart(placed)
        .transform_aggregate(longitude="mean(longitude)", latitude="mean(latitude)", groupby=["city"])
        .mark_text(dy=-14, fontSize=11)
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="city:N")
    )
    grid = [_grid(placed.values)] if placed.values else []
    return alt.layer(*grid, circles, cities).project(type="mercator").properties(height=HEIGHT)


def _grid(rows: Sequence[dict[str, Any]]) -> alt.Chart:
    """It reaches a little beyond the stores, so that names at the edge have room."""
    across, along = GRID_DEGREES
    longitudes, latitudes = [row["longitude"] for row in rows], [row["latitude"] for row in rows]
    extent = [
        [min(longitudes) - across / 2, min(latitudes) - along / 2],
        [max(longitudes) + across / 2, max(latitudes) + along / 2],
    ]
    lines = alt.graticule(step=[across, along], extent=extent)
    return alt.Chart(lines).mark_geoshape(filled=False, style="map-grid")
