"""The parts of a dashboard: panels, their types and the units of their values. Nothing is drawn here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

GRID: Final = 24
"""Columns of a dashboard's grid, as in Grafana; a panel's width is a number of them."""


class PanelType(Enum):
    """A visualization of a query's rows, and the columns that it needs."""

    STATUS_TILES = "status tiles"
    """A tile per row, coloured by the row itself: `label`, one value, and `color` (green, red, or blue for neither)."""
    NUMBER_TILES = "number tiles"
    """A tile per value of a single row."""
    BARS = "bars"
    """Horizontal bars: `label` and one value."""
    COLUMNS = "columns"
    """Vertical columns for many short labels: `label` and one value."""
    GROUPED_COLUMNS = "grouped columns"
    """Columns side by side: `label` and several values."""
    SHARES = "shares"
    """Parts of a whole: `label` and one value."""
    TIME_COLUMNS = "time columns"
    """Columns over time: `time` and one value, stacked by `label` if there is one."""
    LINES = "lines"
    """Lines over time: `time`, and either one value by `label` or several values."""
    MAP = "map"
    """Circles on a map: `latitude`, `longitude`, `label`, and one value for their size."""
    HEATMAP = "heatmap"
    """Cells of `time` and `label`, coloured by one value."""
    TABLE = "table"
    """The rows unchanged."""


class Unit(Enum):
    """The unit of a value."""

    COUNT = "count"
    SHARE = "share"
    """0 to 1, shown as a percentage."""
    ROUBLES = "roubles"
    HOURS = "hours"
    """A duration."""
    TIME = "time"
    """A moment."""
    TEXT = "text"


@dataclass(frozen=True)
class Value:
    """A column of a query: its name, its Russian title, its unit."""

    column: str
    title: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True)
class Panel:
    """One query and its visualization."""

    title: str
    description: str
    query: str
    type: PanelType
    values: tuple[Value, ...]
    label: str | None = None
    time: str | None = None
    fixed_parameters: Mapping[str, str | int] = field(default_factory=dict)
    """Parameters with a fixed value for this panel."""
    setting_parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters that take the value of a setting with another name: parameter → field of `Settings`."""
    limit_series: str | None = None
    """For lines: the label of the limit, which is not a measurement."""
    step_days: int = 1
    """For columns over time: how many days a column covers."""
    width: int = GRID // 2
    height: int = 8
    in_page: bool = True
    """Whether the HTML page shows it too; a panel with a selection is in Grafana only."""

    @property
    def value(self) -> Value:
        """The first value; most panels have only one."""
        return self.values[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the query that the visualization needs."""
        named = [name for name in (self.time, self.label) if name]
        more = {
            PanelType.STATUS_TILES: ["color"],
            PanelType.MAP: ["latitude", "longitude"],
        }.get(self.type, [])
        return (*named, *more, *(value.column for value in self.values))


@dataclass(frozen=True)
class Dashboard:
    """A dashboard: panels in reading order."""

    uid: str
    title: str
    description: str
    days: int
    """The length of its period in days."""
    is_current: bool
    """Whether it shows the present state, whatever the day of the HTML page."""
    panels: tuple[Panel, ...]
