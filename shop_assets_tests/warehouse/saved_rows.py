"""Rows that return to the warehouse without being cleaned again, which takes up to half a second for each INSERT."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from clickhouse_connect.driver.client import Client

DATABASE: Final = "saved_rows"

_PARTITIONS: Final = (
    "SELECT database || '.' || table, groupUniqArray(partition_id) FROM system.parts "
    "WHERE active AND database IN ('raw', 'mart') AND table != 'migrations' GROUP BY 1"
)


@dataclass
class SavedRows:
    """Copies of the MergeTree tables of RAW and MART: linked files, of which no materialized view sees a row."""

    client: Client
    _partitions: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, fill: Callable[[], None]) -> None:
        """Fill a warehouse without rows: the first time by the function, later with the rows that this gave."""
        if self._partitions:
            self._attach(lambda table: table, _copy_of)
            return
        fill()
        self._partitions = {str(table): list(ids) for table, ids in self.client.query(_PARTITIONS).result_rows}
        self.drop()
        self.client.command(f"CREATE DATABASE {DATABASE}")
        for table in self._partitions:
            self.client.command(f"CREATE TABLE {_copy_of(table)} AS {table}")
        self._attach(_copy_of, lambda table: table)

    def drop(self) -> None:
        """Remove the copies."""
        self.client.command(f"DROP DATABASE IF EXISTS {DATABASE} SYNC")

    def _attach(self, target: Callable[[str], str], source: Callable[[str], str]) -> None:
        for table, partitions in self._partitions.items():
            for partition in partitions:
                self.client.command(
                    f"ALTER TABLE {target(table)} ATTACH PARTITION ID '{partition}' FROM {source(table)}"
                )


def _copy_of(table: str) -> str:
    return f"{DATABASE}.`{table}`"
