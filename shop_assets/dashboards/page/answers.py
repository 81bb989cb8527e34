"""What the page shows: every panel's question, asked of the warehouse for one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.alerts import ALERTS, INSTANCE_WORDS, Alert
from shop_assets.dashboards.catalogue import BOARDS
from shop_assets.dashboards.limits import LIMITS, limit
from shop_assets.dashboards.panels import Board, Panel
from shop_assets.dashboards.words import WORDS
from shop_assets.features.windows import as_of
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.queries import SETTINGS, Row
from shop_assets.warehouse.questions import Question, read_question

ALL: Final = [""]
"""What chooses every city and every network: an empty name among the chosen."""


@dataclass(frozen=True)
class Answer:
    """A panel and its rows."""

    panel: Panel
    rows: Sequence[Row]


@dataclass(frozen=True)
class Period:
    """From when (included) to when (excluded) a dashboard looks."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, board: Board, day: date, now: datetime, timezone: str) -> "Period":
        """The days before the end of `day`, or before now for what is of the present."""
        end = now if board.is_current else as_of(day, timezone)
        return cls(end - timedelta(days=board.days), end)


@dataclass(frozen=True)
class AnsweredBoard:
    """A dashboard and the answers to its panels, in their order."""

    board: Board
    period: Period
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Firing:
    """An instance of an alert that holds now."""

    alert: Alert
    instance: str
    number: float


@dataclass(frozen=True)
class Contents:
    """All that the page of a day shows."""

    day: date
    made_at: datetime
    boards: Sequence[AnsweredBoard]
    firing: Sequence[Firing]

    @property
    def rows(self) -> int:
        """Rows of all answers together."""
        return sum(len(answer.rows) for board in self.boards for answer in board.answers)


def collect(client: Client, settings: BusinessSettings, day: date) -> Contents:
    """Asks everything. Sales and features are of the periods that end with `day`, the rest is as of now."""
    now = datetime.now(UTC)
    asked: dict[str, list[Row]] = {}

    def answered(board: Board) -> AnsweredBoard:
        period = Period.of(board, day, now, settings.timezone)
        panels = [panel for panel in board.panels if panel.in_page]
        return AnsweredBoard(board, period, [answer(panel, period) for panel in panels])

    def answer(panel: Panel, period: Period) -> Answer:
        question = read_question(panel.question)
        given = parameters(settings, panel, period)
        bound = {name: given[name] for name in question.parameters}
        # Panels that show two sides of one answer ask once.
        key = f"{question.name} {bound}"
        if key not in asked:
            asked[key] = ask(client, question, bound)
        return Answer(panel, asked[key])

    return Contents(day, now, [answered(board) for board in BOARDS], firing_alerts(client, settings))


def firing_alerts(client: Client, settings: BusinessSettings) -> list[Firing]:
    """The instances of alerts that hold now, without the patience that Grafana has with them."""
    found = []
    for alert in ALERTS:
        question = read_question(alert.question)
        rows = ask(client, Question(question.name, alert.statement(question.statement)), {})
        bound = limit(settings, alert.setting) if alert.setting else 0
        found += [Firing(alert, INSTANCE_WORDS.get(name, name), number) for name, number in alert.firing(rows, bound)]
    return found


def parameters(settings: BusinessSettings, panel: Panel, period: Period) -> dict[str, Any]:
    """Everything that a panel's question may ask with, on the page."""
    time_zone = ZoneInfo(settings.timezone)
    return {
        **WORDS,
        **{name: limit(settings, name) for name in LIMITS},
        "timezone": settings.timezone,
        "period_start": _bound(period.start),
        "period_end": _bound(period.end),
        "first": period.start.astimezone(time_zone).date().isoformat(),
        "last": (period.end.astimezone(time_zone).date() - timedelta(days=1)).isoformat(),
        "cities": ALL,
        "networks": ALL,
        **panel.fixed,
        **{name: int(limit(settings, setting)) for name, setting in panel.from_settings.items()},
    }


def ask(client: Client, question: Question, given: dict[str, Any]) -> list[Row]:
    """The rows of an answer, column name to value."""
    return list(client.query(question.statement, parameters=given, settings=SETTINGS).named_results())


def _bound(moment: datetime) -> str:
    """As ClickHouse reads a DateTime('UTC'), whatever time zone its server has."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
