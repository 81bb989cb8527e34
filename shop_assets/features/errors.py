"""What can go wrong while Spark works, in words that a person can act on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from shop_assets.errors import ShopError
from shop_assets.features.reading import MartConnection
from shop_assets.landing.bucket import Bucket
from shop_assets.landing.errors import ObjectStoreError

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

LOGGER: Final = logging.getLogger(__name__)

_CAUSED_BY: Final = "Caused by: "
_LONGEST_CAUSE: Final = 300


class SparkJobError(ShopError):
    """Spark did not finish its work; the message says which of the services that it needs does not answer."""


@contextmanager
def spark_job(client: "Client", mart: MartConnection, bucket: Bucket) -> Iterator[None]:
    """Makes SparkJobError of a failure of Spark, whose own text is that of Java with its whole stack.

    Spark reads ClickHouse and writes object storage by clients of its own; who has failed it is asked here.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        message = (
            f"Spark could not read the MART and write the features: {_cause(str(error))}. "
            f"{_asked(client, mart, bucket)}. Nothing was published: materialize customer_features_parquet again."
        )
        # Java's text is asked of Java, which is gone when Dagster comes to write a cause down.
        LOGGER.warning("Spark failed: %s", error)
        raise SparkJobError(message) from None


def _cause(text: str) -> str:
    """The last cause in Java's text, else its first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line.removeprefix(_CAUSED_BY) for line in lines if line.startswith(_CAUSED_BY)]
    return (causes or lines[:1] or ["no reason was given"])[-1][:_LONGEST_CAUSE]


def _asked(client: "Client", mart: MartConnection, bucket: Bucket) -> str:
    silent = []
    if not client.ping():
        silent.append(f"ClickHouse at {mart.host}:{mart.port}")
    try:
        bucket.exists("_manifests")
    except ObjectStoreError:
        silent.append(f"object storage at {bucket.client.meta.endpoint_url}")
    if silent:
        return f"No answer comes from {' and '.join(silent)}: start it (`shop status`)"
    return "ClickHouse and object storage answer now; the log of Spark says more"
