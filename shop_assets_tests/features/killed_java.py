"""A process whose Spark loses its Java in the middle of a job, and then uses Spark again; prints what it saw as JSON.

A process of its own, because PySpark has one Java a process, and that of the tests must live.
"""

import json
import signal
import threading

import psutil

from shop_assets.features.errors import SparkJobError
from shop_assets.features.reading import MartConnection
from shop_assets.features.resource import SparkResource, spark_resource
from shop_assets.features.spark_failures import spark_job
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.retries import is_transient
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource

ENDLESS = 10**13
WORKING_SECONDS = 1.0


def _count(spark: SparkResource, settings: Settings, rows: int, *, kill: bool) -> int:
    with (
        object_store_resource(settings).process_config_and_initialize_cm() as store,
        clickhouse_resource(settings).client() as client,
        spark.on_demand() as start,
    ):
        session = start()
        if kill:
            threading.Timer(WORKING_SECONDS, _kill_java).start()
        with spark_job(client, MartConnection.from_settings(settings), store.features()):
            return session.range(rows).selectExpr("max(hash(id))", "count(*)").collect()[0][1]


def _kill_java() -> None:
    for java in _javas():
        java.send_signal(signal.SIGKILL)


def _javas() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if child.name() == "java"]


def main() -> None:
    """Prints what the error is and says, whether it may pass, the Javas that are left, and what the next use counts."""
    settings = Settings.load()
    spark = spark_resource(settings)
    try:
        _count(spark, settings, ENDLESS, kill=True)
    except (SparkJobError, OSError) as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        saw = {"kinds": kinds, "text": str(error), "is_transient": is_transient(error)}
    left = len(_javas())
    print(json.dumps(saw | {"left": left, "counted": _count(spark, settings, 1000, kill=False)}))


if __name__ == "__main__":
    main()
