"""The outline of land around the stores, for the map: a page makes no request, so it cannot load tiles.

`land-110m.json` is Natural Earth's land at 1:110,000,000 as TopoJSON, from the npm package world-atlas 2.0.2 (ISC; the
data is in the public domain).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Any, Final

Point = tuple[float, float]

FEWEST_POINTS: Final = 3


@dataclass(frozen=True)
class View:
    """A rectangle of the map, in degrees."""

    west: float
    east: float
    south: float
    north: float

    @classmethod
    def around(cls, points: Sequence[Point], margin: float, least: float) -> "View":
        """The rectangle that holds all points.

        Args:
            points: Longitude and latitude; at least one.
            margin: What is added on each side, as a share of the span.
            least: What is added on each side at least, in degrees.
        """
        longitudes, latitudes = zip(*points, strict=True)
        west, east = _widened(min(longitudes), max(longitudes), margin, least)
        south, north = _widened(min(latitudes), max(latitudes), margin, least)
        return cls(west, east, south, north)


@dataclass(frozen=True)
class Outlines:
    """The points of outlines: `outline` is the number of one, `place` the point's number in it."""

    land: list[dict[str, float]]
    water: list[dict[str, float]]
    """What lies within land: the Caspian Sea."""


def outlines_in(view: View) -> Outlines:
    """The outlines of land in a view, cut off at its edges."""
    polygons = _polygons_as_points()
    land = [polygon[0] for polygon in polygons]
    water = [ring for polygon in polygons for ring in polygon[1:]]
    return Outlines(_rows(land, view), _rows(water, view))


def _rows(rings: list[list[Point]], view: View) -> list[dict[str, float]]:
    cut = (_cut(ring, view) for ring in rings)
    return [
        {"outline": number, "place": place, "longitude": round(longitude, 2), "latitude": round(latitude, 2)}
        for number, ring in enumerate(ring for ring in cut if len(ring) >= FEWEST_POINTS)
        for place, (longitude, latitude) in enumerate(ring)
    ]


def _widened(low: float, high: float, margin: float, least: float) -> tuple[float, float]:
    more = max((high - low) * margin, least)
    return low - more, high + more


@cache
def _polygons_as_points() -> list[list[list[Point]]]:
    """Each piece of land: its outer outline, then those of the water in it."""
    topology = json.loads(files(__package__).joinpath("land-110m.json").read_text())
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]

    def points(arc: list[list[int]]) -> list[Point]:
        """An arc's points are given by their distances."""
        places = accumulate(arc, lambda last, step: [last[0] + step[0], last[1] + step[1]])
        return [(x * scale[0] + shift[0], y * scale[1] + shift[1]) for x, y in places]

    arcs = [points(arc) for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> list[Point]:
        """A negative number is an arc taken backwards."""
        return [point for number in numbers for point in (arcs[number] if number >= 0 else arcs[~number][::-1])]

    return [[ring(one) for one in polygon] for polygon in _polygons(topology["objects"]["land"])]


def _polygons(geometry: Any) -> Iterator[list[list[int]]]:
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]
    else:
        yield geometry["arcs"]


def _cut(ring: list[Point], view: View) -> list[Point]:
    """A ring within the view: cut at one edge after another (Sutherland and Hodgman)."""
    edges = ((0, view.west, 1), (0, view.east, -1), (1, view.south, 1), (1, view.north, -1))
    for axis, edge, sign in edges:
        inside: list[Point] = []
        for before, after in pairwise([ring[-1], *ring] if ring else []):
            enters, leaves = sign * (after[axis] - edge) >= 0, sign * (before[axis] - edge) >= 0
            if enters != leaves:
                share = (edge - before[axis]) / (after[axis] - before[axis])
                inside.append((before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1])))
            if enters:
                inside.append(after)
        ring = inside
    return ring
