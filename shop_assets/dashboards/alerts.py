"""The alert rules: what is measured, its limit, and what to do when an alert fires.

Grafana evaluates them (`grafana/rules.py`); the HTML page shows the alerts that fire when it is built.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from shop_assets.dashboards.panels import Unit
from shop_assets.dashboards.titles import AMOUNT_TITLES, KIND_TITLES, STAGE_TITLES
from shop_assets.documents.kinds import PURCHASES, STORES
from shop_assets.orchestration.asset_keys import AMOUNTS_AGREE, CLICKHOUSE_MART, RAW_HAS_EVERY_OFFSET_ONCE
from shop_assets.settings import BusinessSettings


class Condition(Enum):
    """The comparison of a measured number with the limit."""

    ABOVE = "above"
    BELOW = "below"
    UNEQUAL = "unequal"

    def is_met(self, number: float, limit: float) -> bool:
        """Whether an alert fires.

        Args:
            number: The measured number.
            limit: The limit, in the same unit.

        Returns:
            True beyond the limit.
        """
        match self:
            case Condition.ABOVE:
                return number > limit
            case Condition.BELOW:
                return number < limit
            case Condition.UNEQUAL:
                return number != limit


@dataclass(frozen=True)
class AlertRule:
    """A rule. Each row of its query is an alert of its own, named by the column `instance`.

    Attributes:
        uid: Grafana's id of the rule; a new one loses the rule's history.
        title: Its Russian title.
        query: The file of the query, below `sql/`.
        instance: The column that names an alert.
        measure: The column with the measured number.
        unit: The number's unit.
        condition: How it is compared with the limit.
        setting: The field of the settings with the limit; without one the limit is 0.
        pending: How long the condition must be met before an alert fires, in whole intervals of the evaluation (10
            minutes); the comment beside it says why.
        dashboard: The uid of the dashboard whose panel shows the same figure.
        panel: That panel's title.
        what_to_do: Advice, in Russian.
        only: The one instance that the rule is about, if the query has others.
    """

    uid: str
    title: str
    query: str
    instance: str
    measure: str
    unit: Unit
    condition: Condition
    setting: str | None
    pending: str
    dashboard: str
    panel: str
    what_to_do: str
    only: str | None = None

    def statement(self, text: str) -> str:
        """Reduce a query to what a rule may return: one number, and the name of the instance.

        Args:
            text: The statement of the rule's query.

        Returns:
            The statement with the columns `instance` and `measure` only.
        """
        chosen = f" WHERE {self.instance} = '{self.only}'" if self.only else ""
        return f"SELECT {self.instance}, {self.measure} FROM (\n{text}\n){chosen}"  # noqa: S608  # only our own identifiers

    def limit(self, settings: BusinessSettings) -> float:
        """The limit that its number is compared with.

        Args:
            settings: The settings.

        Returns:
            The limit, in the unit of the number.
        """
        return settings.limit(self.setting) if self.setting else 0

    def firing(self, rows: Iterable[Mapping[str, Any]], limit: float) -> list[tuple[str, float]]:
        """Find the alerts that fire.

        Args:
            rows: The rows of the rule's query.
            limit: The limit, from the settings.

        Returns:
            The instances that fire, each with its number.
        """
        numbers = [(str(row[self.instance]), float(row[self.measure])) for row in rows]
        return [(name, number) for name, number in numbers if self.condition.is_met(number, limit)]


INSTANCE_TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": KIND_TITLES,
    "stage": STAGE_TITLES,
    "what": AMOUNT_TITLES,
}
"""The Russian titles of the instances, by the column that names them."""

ALERT_RULES: Final = (
    AlertRule(
        uid="shop-duplicates",
        title="Слишком много дублей в RAW",
        query="quality/duplicate_ratio",
        instance="kind",
        measure="duplicate_ratio",
        unit=Unit.SHARE,
        condition=Condition.ABOVE,
        setting="maximum_duplicate_ratio",
        pending="10m",  # duplicates stay until they are removed; this excludes a batch that is half read
        dashboard="shop-quality",
        panel="Доля дублей в таблицах RAW",
        what_to_do="Отчёт верен: в MART дублей нет. Выясните, кто запускает реплеи. Удалить дубли: shop raw compact.",
    ),
    AlertRule(
        uid="shop-stores",
        title="Число магазинов не совпадает с ожидаемым",
        query="quality/mart_documents",
        instance="kind",
        only=STORES.name,
        measure="documents",
        unit=Unit.COUNT,
        condition=Condition.UNEQUAL,
        setting="expected_stores",
        pending="20m",  # a first load brings stores one topic after another
        dashboard="shop-counts",
        panel=KIND_TITLES[STORES.name],
        what_to_do="Проверьте stores/ в landing и отклонённые документы. "
        "Если сеть изменилась, задайте SHOP_EXPECTED_STORES.",
    ),
    AlertRule(
        uid="shop-purchases",
        title="Покупок меньше ожидаемого",
        query="quality/mart_documents",
        instance="kind",
        only=PURCHASES.name,
        measure="documents",
        unit=Unit.COUNT,
        condition=Condition.BELOW,
        setting="minimum_purchases",
        pending="20m",  # a first load brings purchases last
        dashboard="shop-counts",
        panel=KIND_TITLES[PURCHASES.name],
        what_to_do="Проверьте purchases/ в landing, запуски задания ingest и отклонённые документы.",
    ),
    AlertRule(
        uid="shop-mart-behind-raw",
        title="MART расходится с RAW",
        query="quality/mart_difference_counts",
        instance="kind",
        measure="differences",
        unit=Unit.COUNT,
        condition=Condition.ABOVE,
        setting=None,
        pending="30m",  # the reconciliation at the end of the same run repairs what a failed view has missed
        dashboard="shop-quality",
        panel="Расхождения MART и RAW",
        what_to_do=f"Материализуйте {CLICKHOUSE_MART.to_user_string()} или запустите задание ingest: сверка всё "
        "восстановит. Не помогло — смотрите лог.",
    ),
    AlertRule(
        uid="shop-offsets",
        title="RAW приняла не каждое сообщение ровно один раз",
        query="quality/offset_faults",
        instance="kind",
        measure="faulty_offsets",
        unit=Unit.COUNT,
        condition=Condition.ABOVE,
        setting=None,
        pending="20m",  # a compaction records offsets and removes them a moment later
        dashboard="shop-quality",
        panel="Офсеты Kafka в RAW",
        what_to_do=f"Какие топики и офсеты — в проверке {RAW_HAS_EVERY_OFFSET_ONCE}. Потерянные документы "
        "вернёт следующий запуск. При log compaction (SHOP_KAFKA_CLEANUP_POLICY=compact) отключите это правило.",
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
        pending="0s",  # the limit already allows for a late run
        dashboard="shop-quality",
        panel="Возраст данных",
        what_to_do="Проверьте в Dagster расписания ingest_every_morning и report_of_yesterday и новые файлы в landing.",
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
        pending="20m",  # a batch of broken files may be followed by the fixed ones in the same run
        dashboard="shop-quality",
        panel="Доля отклонённых документов",
        what_to_do="Причины — в панели «Причины отклонения» и в mart.open_rejects. Исправьте файлы и запустите ingest.",
    ),
    AlertRule(
        uid="shop-amounts",
        title="Суммы не совпадают",
        query="quality/amount_shares",
        instance="what",
        measure="wrong_share",
        unit=Unit.SHARE,
        condition=Condition.ABOVE,
        setting="maximum_wrong_amounts",
        pending="20m",  # a batch may bring receipts before the prices of their products
        dashboard="shop-quality",
        panel="Суммы, которые не совпадают",
        what_to_do=f"Выручка может быть неверной, например в копейках. Пример чека и множитель — в проверке "
        f"{AMOUNTS_AGREE} (shop check --failed); делитель для копеек задаётся в сопоставлении (docs/mapping.md).",
    ),
)
