"""The vocabulary of dashboards: panels, their queries and their types. Nothing is drawn here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

GRID: Final = 24
"""Columns of a dashboard's grid, Grafana's own number; a panel's width is a part of them."""


class PanelType(Enum):
    """How an answer is shown, and which columns it needs."""

    STATUS_TILES = "status tiles"
    """A tile a row, coloured by the row itself: `label`, one value, and `color` (green, red, or blue for neither)."""
    NUMBER_TILES = "number tiles"
    """A tile a value; the answer is one row."""
    BARS = "bars"
    """Horizontal bars: `label` and one value."""
    COLUMNS = "columns"
    """Vertical columns for many short labels: `label` and one value."""
    GROUPED_COLUMNS = "grouped columns"
    """Columns side by side: `label` and several values."""
    SHARES = "shares"
    """Parts of a whole: `label` and one value."""
    TIME_COLUMNS = "time columns"
    """Columns over time: `time`, one value, and where it is given `label` for what lies on top of each other."""
    LINES = "lines"
    """Lines over time: `time` and either `label` with one value or several values."""
    MAP = "map"
    """Circles on a map: `latitude`, `longitude`, `label`, and one value for their size."""
    HEATMAP = "heatmap"
    """Cells of `time` and `label`, coloured by one value."""
    TABLE = "table"
    """Rows as they are."""


class Unit(Enum):
    """What a number is of."""

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
    """A column of the answer: its name there, its title for people, its unit."""

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
    """Parameters of the query that this panel decides."""
    setting_parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters that a setting decides under another name: the name of a parameter to the name of a field."""
    limit_series: str | None = None
    """Of lines: the label that is no measurement but the limit."""
    step_days: int = 1
    """Of columns over time: how many days one stands for."""
    width: int = GRID // 2
    height: int = 8
    in_page: bool = True
    """Whether the HTML page shows it too: what asks for a person's choice does not."""

    @property
    def value(self) -> Value:
        """The first value, the only one of most panels."""
        return self.values[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the visualization needs."""
        named = [name for name in (self.time, self.label) if name]
        more = {
            PanelType.STATUS_TILES: ["color"],
            PanelType.MAP: ["latitude", "longitude"],
        }.get(self.type, [])
        return (*named, *more, *(value.column for value in self.values))


@dataclass(frozen=True)
class Dashboard:
    """A dashboard: panels in the order in which they are read."""

    uid: str
    title: str
    description: str
    days: int
    """How many days back its period goes."""
    is_current: bool
    """Whether it is of the state as it is now, whatever day a page is of."""
    panels: tuple[Panel, ...]
