"""The ClickHouse data source in Grafana, and a query of it. The SDK has no type for this plugin's queries."""

from enum import IntEnum
from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

TYPE: Final = "grafana-clickhouse-datasource"
UID: Final = "shop-clickhouse"
"""As `grafana/provisioning/datasources/clickhouse.yaml` has it; a test holds the two together."""

SOURCE: Final = DataSourceRef(type_val=TYPE, uid=UID)


class Format(IntEnum):
    """What the plugin makes of an answer."""

    TIMESERIES = 0
    TABLE = 1


class Query(Dataquery, Builder[Dataquery]):
    """One SQL query."""

    def __init__(self, statement: str, answer: Format) -> None:
        self._statement = statement
        self._format = answer

    def build(self) -> Dataquery:
        """Nothing is left to build."""
        return self

    def to_json(self) -> dict[str, object]:
        """As version 4 of the plugin stores it."""
        return {
            "datasource": {"type": TYPE, "uid": UID},
            "editorType": "sql",
            "format": int(self._format),
            "queryType": self._format.name.lower(),
            "rawSql": self._statement,
            "refId": "A",
        }
