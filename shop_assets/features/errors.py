"""What can go wrong while Spark works, in words that a person can act on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from shop_assets.errors import ShopError, TransientError
from shop_assets.features import spark_process
from shop_assets.features.reading import MartConnection
from shop_assets.object_store.bucket import Bucket

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

LOGGER: Final = logging.getLogger(__name__)

STORE_ANSWER_SECONDS: Final = 10
"""For a question that is asked once: the six attempts of the bucket's own client would add minutes to Spark's."""

JAVA_NETWORK: Final = ("java.net.ConnectException", "java.net.SocketException", "java.net.SocketTimeoutException")
"""In the text of a failure of Spark: Java could not reach a service. Its exception's type is in the text alone."""

_CAUSED_BY: Final = "Caused by: "
_LONGEST_CAUSE: Final = 300


class SparkJobError(ShopError):
    """Spark did not finish its work."""


class SparkServiceError(SparkJobError, TransientError):
    """It lost a service that it needs; the message says which of them does not answer now."""


class JavaLostError(SparkJobError, TransientError):
    """Its Java ended while it worked; the next try has another one."""


@contextmanager
def spark_job(client: "Client", mart: MartConnection, bucket: Bucket) -> Iterator[None]:
    """Raises SparkJobError for a failure of Spark, whose own text is that of Java with its whole stack.

    Spark reads ClickHouse and writes object storage by clients of its own; who has failed it is asked here.
    """
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, ConnectionError) as error:
        # Java's text is asked of Java, which is gone when Dagster comes to write a cause down.
        text = str(error)
        LOGGER.warning("Spark failed: %s", text)
        has_answered = isinstance(error, (Py4JJavaError, PySparkException))
        ending = None if has_answered else spark_process.java_ending()
        if ending is not None:
            message = (
                f"Spark's Java ended ({ending}) while it read the MART and wrote the features: somebody killed it, or "
                "the machine was short of memory. Nothing was published: materialize customer_features_parquet again."
            )
            raise JavaLostError(message) from None
        unreachable = _unreachable_services(client, mart, bucket)
        message = (
            f"Spark could not read the MART and write the features: {_cause(text)}. {_advice(unreachable)}. Nothing "
            "was published: materialize customer_features_parquet again."
        )
        if unreachable or any(name in text for name in JAVA_NETWORK):
            raise SparkServiceError(message) from None
        raise SparkJobError(message) from None


def _cause(text: str) -> str:
    """The last cause in Java's text, else its first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line.removeprefix(_CAUSED_BY) for line in lines if line.startswith(_CAUSED_BY)]
    return (causes or lines[:1] or ["no reason was given"])[-1][:_LONGEST_CAUSE]


def _unreachable_services(client: "Client", mart: MartConnection, bucket: Bucket) -> list[str]:
    """Which of Spark's services do not answer now, and where they should be."""
    unreachable = []
    if not client.ping():
        unreachable.append(f"ClickHouse at {mart.host}:{mart.port}")
    if not bucket.answers(STORE_ANSWER_SECONDS):
        unreachable.append(f"object storage at {bucket.client.meta.endpoint_url}")
    return unreachable


def _advice(unreachable: list[str]) -> str:
    if unreachable:
        return f"No answer comes from {' and '.join(unreachable)}: start it (`shop status`)"
    return "ClickHouse and object storage answer now; the log of Spark says more"
