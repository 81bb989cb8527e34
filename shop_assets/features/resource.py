"""Spark as a Dagster resource: dagster-pyspark's lazy session, configured from the settings.

Dagster stores a resource's configuration, so it must not contain secrets: the keys of object storage and the password
of the warehouse are passed to each read and write (`reading`, `parquet_writing`).
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from dagster_pyspark import LazyPySparkResource
from pydantic import Field

from shop_assets.features import spark_process
from shop_assets.java import LANGUAGE_OPTIONS, JavaError, java_advice, refuse_unknown_time_zone, require_java
from shop_assets.loopback import LOOPBACK
from shop_assets.settings import SPARK_SCRATCH, Settings, variable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SHUFFLE_PARTITIONS: Final = 8
"""Room for millions of customers on a few cores; adaptive execution joins them into one for a small shop."""

JVM_OPTIONS: Final = ("-Duser.timezone=UTC", *LANGUAGE_OPTIONS)
"""For the driver and the executors."""

S3A_LIMITS: Final = {
    # A file is uploaded in one or a few requests. A store that is back within some ten seconds costs a retry; one that
    # stays unavailable causes an error after some minutes: the hanging call and three clean-ups, two attempts each, and
    # the pauses between them. Hadoop's own limits add up to hours: 200 s for a response, 15 min for an upload, six
    # attempts each, and these eight times. It accepts none shorter than 15 s.
    "spark.hadoop.fs.s3a.connection.establish.timeout": "15s",
    "spark.hadoop.fs.s3a.connection.timeout": "20s",
    "spark.hadoop.fs.s3a.connection.request.timeout": "30s",
    "spark.hadoop.fs.s3a.connection.part.upload.timeout": "120s",
    "spark.hadoop.fs.s3a.attempts.maximum": "0",  # retries of the client, in spite of its name: S3A has its own
    "spark.hadoop.fs.s3a.retry.limit": "1",
    "spark.hadoop.fs.s3a.retry.interval": "5s",  # a random pause around twice this
}


LOCAL_AUTHENTICATION: Final = {
    # The driver listens for executors even when it has none: anyone on the machine could send it Java objects. With
    # these, it asks for a secret, which Spark makes for itself in local mode.
    "spark.authenticate": "true",
    "spark.network.crypto.enabled": "true",
}


class SparkResource(LazyPySparkResource):
    """A Spark session that is started on first use and does not outlive the step that used it."""

    java_home: str | None = Field(None, description="The Java that Spark starts on; JAVA_HOME or the PATH by default.")
    timezone: str = Field("UTC", description="The business time zone, which Java must know.")
    scratch: str = Field(description="For temporary files of Java where programs may not run from the usual folder.")

    @contextmanager
    def on_demand(self) -> Iterator[Callable[[], "SparkSession"]]:
        """Open Spark for the block.

        Yields:
            A function that starts the session when it is first called, and returns it. Spark and its Java end with the
            block.

        Raises:
            JavaError: There is no suitable Java, or Spark does not start on it.
            JavaTimeZoneError: It does not know the business time zone.
        """
        try:
            yield self._start
        finally:
            session, self._spark_session = self._spark_session, None
            if session is not None:
                spark_process.end(session)

    def _start(self) -> "SparkSession":
        from pyspark.errors import PySparkRuntimeError

        if self._spark_session is None:
            is_local = self.spark_config.get("spark.master", "local").startswith("local")
            spark_process.prepare_environment(self.java_home, Path(self.scratch), is_local=is_local)
            source = "JAVA_HOME" if self.java_home is None else variable("java_home")
            java = require_java(source)
            refuse_unknown_time_zone(java, self.timezone, variable("timezone"))
            try:
                with warnings.catch_warnings():
                    # About pandas, which is not used here: PySpark imports its own test helpers when it starts.
                    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
                    with spark_process.private_files():
                        self._init_session()
            except PySparkRuntimeError as error:
                message = f"Spark did not start on {java}; `shop run -v` prints why. {java_advice(source)}"
                raise JavaError(message) from error
        return cast("SparkSession", self._spark_session)


def spark_resource(settings: Settings) -> SparkResource:
    """Create the resource from the settings; nothing is started yet.

    Args:
        settings: The settings.

    Returns:
        The resource.
    """
    java_home = None if settings.java_home is None else str(settings.java_home)
    scratch = str(settings.home.expanduser().absolute() / SPARK_SCRATCH)
    return SparkResource(
        spark_config=spark_configuration(settings), java_home=java_home, timezone=settings.timezone, scratch=scratch
    )


def spark_configuration(settings: Settings) -> dict[str, str]:
    """Spark's configuration, without any secret."""
    is_local = settings.spark_master.startswith("local")
    configuration = {
        "spark.app.name": "shop_assets",
        "spark.master": settings.spark_master,
        "spark.driver.memory": settings.spark_driver_memory,
        "spark.driver.extraJavaOptions": _java_options(is_local),
        "spark.executor.extraJavaOptions": " ".join(JVM_OPTIONS),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(SHUFFLE_PARTITIONS),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **_object_storage(settings),
    }
    if is_local:  # otherwise executors on other machines must reach the driver, and the cluster sets their secret
        configuration |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK, **LOCAL_AUTHENTICATION}
    if settings.spark_jars is not None:
        jars = f"{settings.spark_jars.absolute()}/*"
        configuration |= {"spark.driver.extraClassPath": jars, "spark.executor.extraClassPath": jars}
    return configuration


def _java_options(is_local: bool) -> str:
    # As a URI: Spark takes a path with a blank for two options, and Log4j one with a comma for two files.
    logging = Path(__file__).resolve().with_name("log4j2.properties").as_uri()
    options = [*JVM_OPTIONS, f"-Dlog4j2.configurationFile={logging}"]
    if is_local:
        # A parallel collector only costs a small process memory: 670 instead of 510 MiB resident. And most of the time
        # for a small shop's matrix is Java's compilation: with the first compiler alone it takes 16 instead of 25
        # CPU-seconds, while a million purchases take 24 instead of 17 seconds.
        options += ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return " ".join(options)


def _object_storage(settings: Settings) -> dict[str, str]:
    configuration = {
        "spark.hadoop.fs.s3a.endpoint.region": settings.s3_region,
        "spark.hadoop.fs.s3a.aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        **S3A_LIMITS,
    }
    if settings.s3_endpoint is not None:  # a gateway, which has no DNS name for each bucket
        configuration |= {
            "spark.hadoop.fs.s3a.endpoint": settings.s3_endpoint,
            "spark.hadoop.fs.s3a.path.style.access": "true",
        }
    return configuration
