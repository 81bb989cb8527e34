"""The ClickHouse data source in Grafana, and a query of it. The SDK has no type for this plugin's queries."""

from enum import IntEnum
from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

TYPE: Final = "grafana-clickhouse-datasource"
UID: Final = "shop-clickhouse"
"""As in `grafana/provisioning/datasources/clickhouse.yaml`; a test compares the two."""

SOURCE: Final = DataSourceRef(type_val=TYPE, uid=UID)


class Format(IntEnum):
    """The form of a query's rows in Grafana."""

    TIMESERIES = 0
    TABLE = 1


class Query(Dataquery, Builder[Dataquery]):
    """One SQL query."""

    def __init__(self, statement: str, rows: Format) -> None:
        self._statement = statement
        self._format = rows

    def build(self) -> Dataquery:
        """The query itself: there is nothing to build."""
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
