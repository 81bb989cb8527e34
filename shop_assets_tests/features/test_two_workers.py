"""The features on a cluster of two Spark workers are the same, byte for byte, as on this machine alone."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY
from shop_assets_tests.features.mart_rows import as_the_mart_can_have_it, fill_mart
from shop_assets_tests.features.random_shops import random_shop
from shop_assets_tests.full_stack.spark_daemons import daemon, daemon_environment, moved, places

DRIVER = """
import json, sys
from datetime import date
from shop_assets.features.computation import customer_features
from shop_assets.features.reading import MartConnection, read_baskets, read_customers
from shop_assets.features.resource import spark_resource
from shop_assets.features.windows import as_of
from shop_assets.settings import Settings
settings, day = Settings.load(), date.fromisoformat(sys.argv[1])
mart, moment = MartConnection.from_settings(settings), as_of(day, "UTC")
with spark_resource(settings).on_demand() as start:
    spark = start()
    matrix = customer_features(read_customers(spark, mart, moment), read_baskets(spark, mart, moment), day, "UTC")
    lines = sorted(",".join(map(str, row)) for row in matrix.collect())
    executors = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()
    print(json.dumps([executors - 1, lines]))
"""


def computed(environment: dict[str, str]) -> tuple[int, list[str]]:
    """How many executors there were besides the driver, and the lines of the matrix."""
    command = [sys.executable, "-c", DRIVER, DAY.isoformat()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    executors, lines = json.loads(done.stdout.splitlines()[-1])
    return executors, lines


@pytest.mark.slow
def test_two_workers_compute_the_bytes_that_one_machine_computes(
    client: Client, stack_settings: Settings, tmp_path: Path
) -> None:
    customers, purchases = random_shop(5, DAY, "UTC", size=120)
    purchases = [as_the_mart_can_have_it(purchase) for purchase in purchases]
    fill_mart(client, customers, purchases)
    environment = daemon_environment(stack_settings, tmp_path) | {"SHOP_SPARK_DRIVER_MEMORY": "512m"}
    _, alone = computed(environment)
    here = places(tmp_path)
    cluster = {"SHOP_SPARK_MASTER": moved("spark://spark-cluster:7077", here), "SPARK_LOCAL_HOSTNAME": "localhost"}
    with ExitStack() as daemons:
        daemons.enter_context(daemon("spark-master", here, environment, tmp_path / "master.log"))
        for name in ("first", "second"):
            other = places(tmp_path / name)  # a port and a folder of its own
            own = here | {key: other[key] for key in (":8081", "port 8081", "/scratch")}
            daemons.enter_context(daemon("spark-worker", own, environment, tmp_path / f"{name}.log"))
        executors, together = computed(environment | cluster)
    assert executors == 2
    assert together == alone
    rows = plain_reading.matrix(customers, purchases, DAY, "UTC")
    assert alone == sorted(",".join([name, *map(str, row.values())]) for name, row in rows.items())
