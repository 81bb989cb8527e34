"""Reads MART with Spark: customers and baskets as of a day, over JDBC and in parallel.

Only the columns and rows that the features need leave ClickHouse. Times are transferred as whole milliseconds, so that
the time zones of the driver and of Java have no effect.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from shop_assets.features import mart_queries
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import CONNECT_TIMEOUT_SECONDS, RESPONSE_TIMEOUT_SECONDS, reader_login

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

DRIVER: Final = "com.clickhouse.jdbc.ClickHouseDriver"
FETCH_ROWS: Final = 10_000  # rows that the driver holds of each parallel read

TIME_LIMITS: Final = {
    # In milliseconds. The driver itself waits for a response without a limit: a hanging server would hang the run.
    "connection_timeout": str(CONNECT_TIMEOUT_SECONDS * 1000),
    "connection_request_timeout": str(CONNECT_TIMEOUT_SECONDS * 1000),
    "socket_timeout": str(RESPONSE_TIMEOUT_SECONDS * 1000),
}


@dataclass(frozen=True)
class MartConnection:
    """Where Spark finds MART, and in how many parallel parts it reads a table."""

    host: str
    port: int
    user: str
    password: SecretStr
    secure: bool
    ca_file: Path | None
    partitions: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "MartConnection":
        """Create the connection from the settings, with Spark's own user if they have one, otherwise the reader."""
        user, password = reader_login(settings)
        if settings.clickhouse_spark_user and settings.clickhouse_spark_password:
            user, password = settings.clickhouse_spark_user, settings.clickhouse_spark_password
        return cls(
            host=settings.clickhouse_host,
            port=settings.clickhouse_port,
            user=user,
            password=password,
            secure=settings.clickhouse_secure,
            ca_file=settings.clickhouse_ca_file,
            partitions=settings.spark_read_partitions,
        )

    @property
    def url(self) -> str:
        """The JDBC URL. Compression is off, because not every ClickHouse endpoint supports the driver's framing."""
        secure = "true" if self.secure else "false"
        return f"jdbc:clickhouse://{self.host}:{self.port}/mart?ssl={secure}&compress=false&decompress=false"


def read_customers(spark: "SparkSession", mart: MartConnection, moment: datetime) -> "DataFrame":
    """Read the customers registered before `moment`, with the columns that the features need.

    Args:
        spark: The session.
        mart: Where MART is.
        moment: The as-of date.

    Returns:
        One row per customer: customer_id, registration_date (a timestamp), is_loyalty_member, loyalty_card_number.
    """
    rows = _read(spark, mart, mart_queries.customers(moment))
    return _with_time(rows, "registration_date").withColumn(
        "is_loyalty_member", rows["is_loyalty_member"].cast("boolean")
    )


def read_baskets(spark: "SparkSession", mart: MartConnection, moment: datetime) -> "DataFrame":
    """Read the purchases before `moment`, with the columns that the features need.

    Args:
        spark: The session.
        mart: Where MART is.
        moment: The as-of date.

    Returns:
        One row per purchase, as in `mart.baskets`; purchase_datetime is a timestamp.
    """
    return _with_time(_read(spark, mart, mart_queries.baskets(moment)), "purchase_datetime")


def _read(spark: "SparkSession", mart: MartConnection, query: str) -> "DataFrame":
    buckets = [f"cityHash64(customer_id) % {mart.partitions} = {bucket}" for bucket in range(mart.partitions)]
    properties = {
        "user": mart.user,
        "password": mart.password.get_secret_value(),
        "driver": DRIVER,
        "fetchsize": str(FETCH_ROWS),
        **TIME_LIMITS,
    }
    if mart.ca_file is not None:
        properties["sslrootcert"] = str(mart.ca_file)  # a PEM file at the same path on every executor
    return spark.read.jdbc(mart.url, f"({query}) AS mart_rows", predicates=buckets, properties=properties)


def _with_time(rows: "DataFrame", column: str) -> "DataFrame":
    from pyspark.sql import functions as F  # noqa: N812  # the name that PySpark's own documentation gives it

    return rows.withColumn(column, F.timestamp_millis(rows[f"{column}_ms"])).drop(f"{column}_ms")
