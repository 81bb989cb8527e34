"""Spark's failures, translated into errors whose messages say what to do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from shop_assets.features import spark_process
from shop_assets.features.errors import JavaLostError, SparkJobError, SparkServiceError
from shop_assets.features.reading import MartConnection
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CUSTOMER_FEATURES_PARQUET

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

LOGGER: Final = logging.getLogger(__name__)

STORE_RESPONSE_TIMEOUT_SECONDS: Final = 10
"""For a single request: the six attempts of the bucket's own client would add minutes to Spark's."""

JAVA_NETWORK_ERRORS: Final = (
    "java.net.ConnectException",
    "java.net.SocketException",
    "java.net.SocketTimeoutException",
)
"""Spark's text contains one of these when Java could not reach a service; the exception's type does not say so."""

_CAUSED_BY: Final = "Caused by: "
_LONGEST_CAUSE: Final = 300


@contextmanager
def spark_job(client: "Client", mart: MartConnection, bucket: Bucket) -> Iterator[None]:
    """Translate Spark's failures in the block; Spark's own text is Java's, with the whole stack.

    Spark reads ClickHouse and writes object storage with clients of its own. Which of them failed is checked here.

    Args:
        client: A client of the warehouse.
        mart: Where Spark reads.
        bucket: The bucket to which Spark writes.

    Yields:
        Nothing.

    Raises:
        JavaLostError: Spark's Java ended.
        SparkServiceError: A service does not respond.
        SparkJobError: Any other failure.
    """
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, ConnectionError) as error:
        # str() asks Java for the text: take it now, because Java has ended when Dagster records the error.
        text = str(error)
        LOGGER.warning("Spark failed: %s", text)
        has_answered = isinstance(error, (Py4JJavaError, PySparkException))
        ending = None if has_answered else spark_process.java_ending()
        if ending is not None:
            message = (
                f"Spark's Java ended ({ending}) while it read MART and wrote the features: it was killed, or the "
                "machine ran out of memory. Nothing was published: materialize "
                f"{CUSTOMER_FEATURES_PARQUET.to_user_string()} again."
            )
            raise JavaLostError(message) from None
        unreachable = _unreachable_services(client, mart, bucket)
        message = (
            f"Spark failed while reading MART and writing the features: {_cause(text)}. {_advice(unreachable)}. "
            f"Nothing was published: materialize {CUSTOMER_FEATURES_PARQUET.to_user_string()} again."
        )
        if unreachable or any(name in text for name in JAVA_NETWORK_ERRORS):
            raise SparkServiceError(message) from None
        raise SparkJobError(message) from None


def _cause(text: str) -> str:
    """The last cause in Java's text, or its first line without one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line.removeprefix(_CAUSED_BY) for line in lines if line.startswith(_CAUSED_BY)]
    return (causes or lines[:1] or ["no reason was given"])[-1][:_LONGEST_CAUSE]


def _unreachable_services(client: "Client", mart: MartConnection, bucket: Bucket) -> list[str]:
    """Which of Spark's services do not respond now, and their addresses."""
    unreachable = []
    if not client.ping():
        unreachable.append(f"ClickHouse at {mart.host}:{mart.port}")
    if not bucket.responds(STORE_RESPONSE_TIMEOUT_SECONDS):
        unreachable.append(f"object storage at {bucket.endpoint}")
    return unreachable


def _advice(unreachable: list[str]) -> str:
    if unreachable:
        return f"No response from {' and '.join(unreachable)}: start what is down (`shop status`)"
    return "ClickHouse and object storage respond now; see Spark's log"
