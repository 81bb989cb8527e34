"""The same 30 features without Spark: by one query of ClickHouse, and by polars.

The conditions are those of the definitions: SQL that both engines know, but for one function. The measures are written
once for both. Who measures them compares the result with what the run published first: a fast wrong answer is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
from clickhouse_connect.driver.client import Client

from shop_assets.features import mart_queries, windows
from shop_assets.features.definitions import COLUMNS, CUSTOMER_ID, FEATURE_NAMES, FEATURES
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.object_store.bucket import Bucket

WINDOWS: Final = (7, 14, 30, 90)
GROUPS: Final = ("bakery", "meat", "dairy", "fruit", "vegetable")
_INT: Final = re.compile(r"\bint\(([^()]*)\)")
"""Spark's way to count a condition."""


@dataclass(frozen=True)
class DayMatrix:
    """The matrix of a day, as of its end. Times are milliseconds of UTC."""

    day: date
    timezone: str

    @property
    def customers(self) -> str:
        """ClickHouse's query for the customers."""
        return mart_queries.customers(windows.as_of(self.day, self.timezone))

    @property
    def baskets(self) -> str:
        """ClickHouse's query for the purchases."""
        return mart_queries.baskets(windows.as_of(self.day, self.timezone))

    def by_clickhouse(self, client: Client) -> pl.DataFrame:
        """Let ClickHouse compute the matrix.

        Args:
            client: A client of the warehouse.

        Returns:
            The matrix, by customer.
        """
        local = f"fromUnixTimestamp64Milli(purchase_datetime_ms, '{self.timezone}')"
        baskets = (
            f"SELECT *, if(has_time = 1, toHour({local}), NULL) AS hour, toDayOfWeek({local}) AS weekday "  # noqa: S608
            f"FROM ({self.baskets})"
        )
        statement = self._statement(f"({self.customers})", f"({baskets})")
        return _frame(client, f"{statement} SETTINGS join_use_nulls = 1")

    def by_polars(self, client: Client) -> pl.DataFrame:
        """Read MART as Arrow, and compute the matrix with polars.

        Args:
            client: A client of the warehouse.

        Returns:
            The matrix, by customer.
        """
        local = (
            pl.from_epoch("purchase_datetime_ms", "ms").dt.replace_time_zone("UTC").dt.convert_time_zone(self.timezone)
        )
        baskets = _frame(client, self.baskets).with_columns(
            hour=pl.when(pl.col("has_time") == 1).then(local.dt.hour()), weekday=local.dt.weekday()
        )
        customers = _frame(client, self.customers).with_columns(pl.col("is_loyalty_member").cast(pl.Boolean))
        context = pl.SQLContext(customers=customers, baskets=baskets, eager=True)
        return context.execute(self._statement("customers", "baskets"))

    def _statement(self, customers: str, baskets: str) -> str:
        measures = ", ".join(f"{sql} AS {name}" for name, sql in self._measures().items())
        features = ", ".join(
            f"CASE WHEN {self._condition(feature.condition)} THEN 1 ELSE 0 END AS {feature.name}"
            for feature in FEATURES
        )
        return (  # our own texts
            f"SELECT {CUSTOMER_ID}, {features} FROM (SELECT *, registration_date_ms AS registration_date "  # noqa: S608
            f"FROM {customers} AS c) AS registered LEFT JOIN (SELECT {CUSTOMER_ID}, {measures} FROM {baskets} AS b "
            f"GROUP BY {CUSTOMER_ID}) AS histories USING ({CUSTOMER_ID}) ORDER BY {CUSTOMER_ID}"
        )

    def _start(self, days: int) -> int:
        return int(windows.window_start(self.day, days, self.timezone).timestamp() * 1000)

    def _condition(self, condition: str) -> str:
        counted = _INT.sub(r"CASE WHEN \1 THEN 1 ELSE 0 END", condition)
        for days in WINDOWS:
            counted = re.sub(rf"\bstart_{days}\b", str(self._start(days)), counted)
        return counted

    def _measures(self) -> Mapping[str, str]:
        """The measures as SQL; a NULL is in no count."""
        within = {days: f"purchase_datetime_ms >= {self._start(days)}" for days in WINDOWS}
        return {
            "purchases": "count(*)",
            "purchases_30": _count(within[30]),
            "latest": "max(purchase_datetime_ms)",
            "spent": "sum(total_amount)",
            "spent_7": f"sum(CASE WHEN {within[7]} THEN total_amount ELSE NULL END)",
            "lines": "sum(line_count)",
            "single_line": _count("line_count = 1"),
            "delivered": _count("is_delivery = 1"),
            "organic": _count("has_organic = 1"),
            "cash": _count("payment_method = 'cash'"),
            "card": _count("payment_method = 'card'"),
            "weekend": _count("weekday >= 6"),
            "night": _count("hour >= 20"),
            "morning": _count("hour < 10"),
            "midday": _count("hour >= 12 AND hour < 15"),
            "first_store": "min(store_id)",
            "last_store": "max(store_id)",
            "first_city": "min(store_city)",
            "last_city": "max(store_city)",
            "dairy_30": _count(f"has_dairy = 1 AND {within[30]}"),
            "fruit_14": _count(f"has_fruit = 1 AND {within[14]}"),
            "fruit_30": _count(f"has_fruit = 1 AND {within[30]}"),
            "vegetable_14": _count(f"has_vegetable = 1 AND {within[14]}"),
            "meat_7": _count(f"has_meat = 1 AND {within[7]}"),
            "meat_90": _count(f"has_meat = 1 AND {within[90]}"),
            **{group: _count(f"has_{group} = 1") for group in GROUPS},
        }


def published(bucket: Bucket, day: date) -> pl.DataFrame:
    """Read the matrix that a run has published.

    Args:
        bucket: The features bucket.
        day: The day.

    Returns:
        The matrix, by customer.

    Raises:
        PublicationError: The day is not published.
    """
    manifest = PublicationManifest.require(bucket, day)
    with on_disk(bucket, manifest.files) as paths:
        return pl.read_parquet(paths).sort(CUSTOMER_ID)


def require_equal(expected: pl.DataFrame, found: pl.DataFrame, how: str) -> None:
    """Make sure that a matrix has the values of another one.

    Args:
        expected: The published one.
        found: The other one.
        how: What computed it.

    Raises:
        ValueError: They differ; the message names the columns.
    """
    comparable = [
        frame.select(CUSTOMER_ID, pl.col(FEATURE_NAMES).cast(pl.Int8)).sort(CUSTOMER_ID) for frame in (expected, found)
    ]
    if len(found) != len(expected):
        raise ValueError(f"{how} has {len(found)} customers, and the publication {len(expected)}")
    wrong = [name for name in COLUMNS if not comparable[0][name].equals(comparable[1][name])]
    if wrong:
        raise ValueError(f"{how} differs from the publication in {', '.join(wrong)}")


def _count(condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _frame(client: Client, statement: str) -> pl.DataFrame:
    found = pl.from_arrow(client.query_arrow(statement, use_strings=True))
    assert isinstance(found, pl.DataFrame)
    return found
