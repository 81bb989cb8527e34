"""`python -m benchmarks.sizing RESULTS`: what more purchases a day need, computed from what `make bench` measured.

Every number is a measured cost times documents, or one of the limits and prices below. The costs are those of the
embedded stack: MongoDB's stand-in is one process and needs more than a real one.
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.results import FIRST

VOLUMES: Final = (10**6, 10**7, 10**9)
"""Purchases a day."""

HOURS: Final = 4
"""Between the two schedules, 06:00 and 10:00: the day's documents must be in MART by then."""

LOAD: Final = 0.7
"""Of a core, on average: the rest is for peaks and merges."""

REPLICAS: Final = 3
RETENTION_DAYS: Final = 30
HISTORY_DAYS: Final = 90
"""The history that the tables count. Spark reads every purchase before its day: after a year, four times as much."""

OF_THE_HISTORY: Final = frozenset({"customer_features_parquet", "report_csv"})
"""Stages that work on that history every day, and not on the new purchases alone."""

BROKER_BYTES_A_SECOND: Final = 50_000_000
BROKER_DISK_BYTES: Final = 4 * 10**12
BLOCK_ROWS: Final = 50_000
"""Of one INSERT into RAW at most; each makes a part in RAW and one in MART."""

ARCHIVE_DOCUMENTS: Final = 10_000
"""Of a JSON Lines object in landing."""

PUT_DOLLARS: Final = 0.005 / 1000
GET_DOLLARS: Final = 0.0004 / 1000
CORE_HOUR_DOLLARS: Final = 0.048
"""AWS's list prices in us-east-1: S3 Standard, and a core of a general-purpose machine on demand."""

REMEDIES: Final = {
    "landing": "deliver JSON Lines archives, not one file per document; several producers",
    "mongo_collections": "a replica set of real servers, sharded by `_id`",
    "kafka_topics_loaded": "`SHOP_WORKERS`; changes instead of snapshots",
    "clickhouse_raw": "`SHOP_CLICKHOUSE_CLUSTER`; past one machine, ingestion divided by partitions",
    "customer_features_parquet": "`SHOP_SPARK_MASTER`, `SHOP_SPARK_READ_PARTITIONS`: more executors",
    "report_csv": "a report of Parquet files: one CSV is written by one process",
}
"""The stages whose work grows with purchases, and what to change when one machine is not enough."""


@dataclass(frozen=True)
class StageRate:
    """A stage's new purchases a second, and its CPU seconds for a million of them, all processes together."""

    asset: str
    purchases_a_second: float
    cpu_seconds: float

    @property
    def purchases_a_day(self) -> int:
        """As many as it takes within `HOURS` as it was measured."""
        return int(self.purchases_a_second * HOURS * 3600)

    def cores(self, purchases: int) -> float:
        """Cores for so many purchases a day, within `HOURS`."""
        return self.cpu_seconds * purchases / 1e6 / (HOURS * 3600 * LOAD)


def stage_rates(run: Mapping[str, Any]) -> Iterator[StageRate]:
    """The rates of a measured first run.

    Args:
        run: As `results.json` has it.

    Yields:
        Those of the stages in `REMEDIES`; the four assets of landing are one.
    """
    for name in REMEDIES:
        days = HISTORY_DAYS if name in OF_THE_HISTORY else 1
        stages = [one for one in run["stages"] if one["asset"] == name or (name == "landing" and _is_landing(one))]
        seconds = sum(one["seconds"] for one in stages)
        cpu = sum(sum(one["usage"]["cpu"].values()) for one in stages)
        purchases = run["purchases"] / days
        yield StageRate(name, purchases / max(seconds, 0.01), cpu * 1e6 / purchases)


def _is_landing(stage: Mapping[str, Any]) -> bool:
    return str(stage["asset"]).startswith("raw_")


def stage_table(rates: Sequence[StageRate]) -> Iterator[str]:
    """The stages as a table of Markdown: how far each goes as it is, and its cores beyond."""
    yield (
        f"| stage | CPU seconds per million | purchases in {HOURS} h, as measured | "
        "cores for 10⁷ a day | cores for 10⁹ a day | what to change |"
    )
    yield "|---|---|---|---|---|---|"
    for rate in sorted(rates, key=lambda one: one.purchases_a_day):
        cores = " | ".join(f"{math.ceil(rate.cores(volume)):,}" for volume in VOLUMES[1:])
        name = rate.asset if rate.asset == "landing" else f"`{rate.asset}`"
        yield (
            f"| {name} | {rate.cpu_seconds:,.0f} | {rate.purchases_a_day / 1e6:,.0f} million | {cores} | "
            f"{REMEDIES[rate.asset]} |"
        )


def service_table(rates: Sequence[StageRate], message_bytes: float) -> Iterator[str]:
    """What the services need, as a table of Markdown."""
    names = ("10⁶ a day", "10⁷ a day", "10⁹ a day")
    yield f"| | {' | '.join(names)} |"
    yield f"|---{'|---' * len(names)}|"
    ingestion = next(rate for rate in rates if rate.asset == "clickhouse_raw")
    read_by_spark = f"purchases that Spark reads, with {HISTORY_DAYS} days of history"
    cpu = sum(rate.cpu_seconds for rate in rates)
    rows = {
        "messages per second, within these hours": lambda n: f"{n / HOURS / 3600:,.0f}",
        "partitions of the purchases topic": lambda n: f"{_partitions(n, ingestion):,}",
        "brokers": lambda n: f"{_brokers(n, message_bytes):,}",
        "Kafka's storage, with replicas": lambda n: _size(n * message_bytes * RETENTION_DAYS * REPLICAS),
        "INSERTs (parts) per second": lambda n: f"{n / BLOCK_ROWS / HOURS / 3600:,.3f}",
        read_by_spark: lambda n: f"{n * HISTORY_DAYS / 1e6:,.0f} million",
        "S3 requests per day, with archives": lambda n: f"${_requests(n / ARCHIVE_DOCUMENTS):,.2f}",
        "S3 requests per day, with one file per document": lambda n: f"${_requests(n):,.2f}",
        "computing per day": lambda n: f"${cpu * n / 1e6 / LOAD / 3600 * CORE_HOUR_DOLLARS:,.2f}",
    }
    for name, cell in rows.items():
        yield f"| {name} | {' | '.join(cell(volume) for volume in VOLUMES)} |"


def _partitions(purchases: int, ingestion: StageRate) -> int:
    return max(3, math.ceil(purchases / (HOURS * 3600) / ingestion.purchases_a_second))


def _brokers(purchases: int, message_bytes: float) -> int:
    stored = purchases * message_bytes * RETENTION_DAYS * REPLICAS / BROKER_DISK_BYTES
    written = purchases * message_bytes * REPLICAS / (HOURS * 3600) / BROKER_BYTES_A_SECOND
    return max(REPLICAS, math.ceil(stored), math.ceil(written))


def _requests(objects: float) -> float:
    return objects * (PUT_DOLLARS + GET_DOLLARS)


def _size(size: float) -> str:
    return f"{size / 1e12:,.1f} TB" if size >= 1e12 else f"{size / 1e9:,.0f} GB"


def main() -> None:
    """Print both tables for the largest first run of the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizing", description=__doc__)
    parser.add_argument("results", type=Path, help="results.json of make bench")
    results = json.loads(parser.parse_args().results.read_text(encoding="utf-8"))
    run = max((one for one in results["runs"] if one["name"] == FIRST), key=lambda one: one["purchases"])
    rates = list(stage_rates(run))
    lines = [*stage_table(rates), "", *service_table(rates, results["message_bytes"])]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
