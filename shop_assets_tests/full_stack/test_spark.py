"""Spark's master and worker as docker-compose.yml starts them, on this machine: they authenticate, and compute."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from shop_assets.settings import Settings
from shop_assets_tests.full_stack.spark_daemons import daemon, daemon_environment, moved, places

DRIVER = """
import json
from shop_assets.features.resource import spark_resource
from shop_assets.settings import Settings
with spark_resource(Settings.load()).on_demand() as start:
    spark = start()
    # The function runs in Python on the executor: driver and executors must agree on its version.
    total = spark.sparkContext.parallelize(range(1000), 4).map(lambda number: number * 2).sum()
    print(json.dumps([total, spark.conf.get("spark.driver.host"), spark.sparkContext.master]))
"""


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    return places(tmp_path)


@pytest.fixture
def environment(stack_settings: Settings, tmp_path: Path) -> dict[str, str]:
    return daemon_environment(stack_settings, tmp_path)


@pytest.mark.slow
def test_a_driver_computes_on_the_worker_and_one_without_the_secret_is_turned_away(
    environment: dict[str, str], here: dict[str, str], tmp_path: Path
) -> None:
    master = moved("spark://spark-cluster:7077", here)
    with ExitStack() as daemons:
        for name in ("spark-master", "spark-worker"):
            daemons.enter_context(daemon(name, here, environment, tmp_path / f"{name}.log"))
        driver = environment | {"SHOP_SPARK_MASTER": master, "SHOP_SPARK_DRIVER_MEMORY": "512m"}
        driver |= {"SPARK_LOCAL_HOSTNAME": "localhost"}
        done = subprocess.run(
            [sys.executable, "-c", DRIVER], env=driver, capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert json.loads(done.stdout.splitlines()[-1]) == [999_000, "localhost", master]
        stranger = driver | {"SPARK_CONF_DIR": str(tmp_path)}
        refused = subprocess.run(
            [sys.executable, "-c", DRIVER], env=stranger, capture_output=True, text=True, timeout=200, check=False
        )
        assert refused.returncode != 0
