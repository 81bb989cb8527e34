"""When somebody is called: what is measured, from where on it is too much, and what to do then.

Grafana evaluates these rules (`grafana/rules.py`); the HTML page shows which of them hold at the moment it is made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from shop_assets.dashboards.panels import Unit
from shop_assets.dashboards.titles import KIND_TITLES, STAGE_TITLES
from shop_assets.documents.kinds import PURCHASES, STORES


class Condition(Enum):
    """How a measured number is held against the limit."""

    ABOVE = "above"
    BELOW = "below"
    UNEQUAL = "unequal"

    def is_met(self, number: float, limit: float) -> bool:
        """Whether somebody is called."""
        match self:
            case Condition.ABOVE:
                return number > limit
            case Condition.BELOW:
                return number < limit
            case Condition.UNEQUAL:
                return number != limit


@dataclass(frozen=True)
class AlertRule:
    """A rule. Each row of the answer is an instance of its own, told apart by the column `instance`."""

    uid: str
    title: str
    query: str
    instance: str
    measure: str
    unit: Unit
    condition: Condition
    setting: str | None
    """The field of the settings that gives the limit; without one the limit is 0."""
    pending: str
    """How long it has to hold before somebody is called, and why not less, in the comment beside it."""
    dashboard: str
    panel: str
    """The title of the panel that shows the same figure."""
    what_to_do: str
    only: str | None = None
    """The one instance that the rule is about, where the answer has others."""

    def statement(self, text: str) -> str:
        """The query's text cut down to what a rule may have: one number, and what tells instances apart."""
        chosen = f" WHERE {self.instance} = '{self.only}'" if self.only else ""
        return f"SELECT {self.instance}, {self.measure} FROM (\n{text}\n){chosen}"  # noqa: S608  # names of our own

    def firing(self, rows: Iterable[Mapping[str, Any]], limit: float) -> list[tuple[str, float]]:
        """The instances that hold, each with its number."""
        numbers = [(str(row[self.instance]), float(row[self.measure])) for row in rows]
        return [(name, number) for name, number in numbers if self.condition.is_met(number, limit)]


INSTANCE_TITLES: Final = KIND_TITLES | STAGE_TITLES

ALERT_RULES: Final = (
    AlertRule(
        uid="shop-duplicates",
        title="Слишком много копий в RAW",
        query="quality/duplicate_ratio",
        instance="kind",
        measure="duplicate_ratio",
        unit=Unit.SHARE,
        condition=Condition.ABOVE,
        setting="maximum_duplicate_ratio",
        pending="5m",  # copies stay until somebody takes them out; this shuts out a batch that is half read
        dashboard="shop-quality",
        panel="Доля копий в таблицах RAW",
        what_to_do="Отчёт верен: в MART копий нет. Найдите, кто повторяет выгрузку. Копии убирает shop raw compact.",
    ),
    AlertRule(
        uid="shop-stores",
        title="Магазинов не столько, сколько в сети",
        query="quality/mart_documents",
        instance="kind",
        only=STORES.name,
        measure="documents",
        unit=Unit.COUNT,
        condition=Condition.UNEQUAL,
        setting="expected_stores",
        pending="15m",  # a first load brings stores one topic after another
        dashboard="shop-counts",
        panel=KIND_TITLES[STORES.name],
        what_to_do="Проверьте stores/ в landing и отклонённые. Если сеть изменилась, задайте SHOP_EXPECTED_STORES.",
    ),
    AlertRule(
        uid="shop-purchases",
        title="Покупок меньше, чем должно быть",
        query="quality/mart_documents",
        instance="kind",
        only=PURCHASES.name,
        measure="documents",
        unit=Unit.COUNT,
        condition=Condition.BELOW,
        setting="minimum_purchases",
        pending="15m",  # a first load brings purchases last
        dashboard="shop-counts",
        panel=KIND_TITLES[PURCHASES.name],
        what_to_do="Проверьте файлы purchases/ в landing, запуск ingest и отклонённые.",
    ),
    AlertRule(
        uid="shop-mart-behind-raw",
        title="MART отстаёт от RAW",
        query="quality/mart_differences",
        instance="kind",
        measure="differences",
        unit=Unit.COUNT,
        condition=Condition.ABOVE,
        setting=None,
        pending="30m",  # a view that failed is mended by the reconciliation at the end of the same run
        dashboard="shop-quality",
        panel="Расхождения MART и RAW",
        what_to_do="Запустите clickhouse_mart (или job ingest): сверка вставит недостающее. Не помогло — смотрите лог.",
    ),
    AlertRule(
        uid="shop-stale-data",
        title="Данные не обновляются",
        query="quality/data_age",
        instance="stage",
        measure="age_hours",
        unit=Unit.HOURS,
        condition=Condition.ABOVE,
        setting="maximum_data_age_hours",
        pending="0s",  # the limit itself has the hours of patience
        dashboard="shop-quality",
        panel="Возраст данных",
        what_to_do="Посмотрите в Dagster, прошли ли ingest_every_morning и report_of_yesterday, и есть ли новые файлы.",
    ),
    AlertRule(
        uid="shop-rejects",
        title="Слишком много отклонённых документов",
        query="quality/rejected_share",
        instance="kind",
        measure="rejected_share",
        unit=Unit.SHARE,
        condition=Condition.ABOVE,
        setting="maximum_rejected_share",
        pending="15m",  # a batch of broken files may be followed by the mended ones in the same run
        dashboard="shop-quality",
        panel="Доля отклонённых документов",
        what_to_do="Причины — в панели «Причины отклонения» и в mart.open_rejects. Исправьте файлы, запустите ещё раз.",
    ),
)
