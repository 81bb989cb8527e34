"""The rows of a panel for a chart: plain JSON, with times of the business time zone, in the form that it draws."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from shop_assets.dashboards.page.page_data import PanelRows, Period
from shop_assets.dashboards.panels import Panel
from shop_assets.warehouse.statements.query_execution import Row

COLUMN_SHARE: Final = 0.88
"""The fraction of its time span that a column fills."""


@dataclass(frozen=True)
class ChartData:
    """A panel with its rows. Times are local times of the business, which the charts treat as UTC."""

    panel: Panel
    rows: list[Row]
    period: tuple[int, int]
    """Its ends in milliseconds of that local time."""

    @classmethod
    def from_rows(cls, result: PanelRows, period: Period, time_zone: ZoneInfo) -> Self:
        """Take the columns that the panel needs."""
        rows = [{name: _to_json_value(row[name], time_zone) for name in result.panel.columns} for row in result.rows]
        return cls(result.panel, rows, (_milliseconds(period.start, time_zone), _milliseconds(period.end, time_zone)))


def largest(rows: list[Row], column: str) -> float:
    """The largest number of a column."""
    return max(float(row[column]) for row in rows)


def to_long_format(data: ChartData) -> list[Row]:
    """One row per value: the value's title as `series`, the value as `number`."""
    kept = data.panel.time or str(data.panel.label)
    return [
        {kept: row[kept], "series": value.title, "number": row[value.column]}
        for row in data.rows
        for value in data.panel.values
    ]


def stacked(data: ChartData) -> list[Row]:
    """The rows with the corners of their columns: `until`, `bottom` and `top`."""
    filled = timedelta(days=data.panel.step_days * COLUMN_SHARE)
    tops: Counter[str] = Counter()
    rows = []
    for row in data.rows:
        moment, number = row[str(data.panel.time)], row[data.panel.value.column]
        until = (datetime.fromisoformat(moment) + filled).isoformat()
        rows.append(row | {"until": until, "bottom": tops[moment], "top": tops[moment] + number})
        tops[moment] += number
    return rows


def _to_json_value(value: Any, time_zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(time_zone).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def _milliseconds(moment: datetime, time_zone: ZoneInfo) -> int:
    return int(moment.astimezone(time_zone).replace(tzinfo=UTC).timestamp() * 1000)
