"""Spark's master and worker as docker-compose.yml starts them, on this machine: they authenticate, and compute."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from shop_assets.settings import Settings
from shop_assets_tests.full_stack import compose_file

SERVICES = compose_file.services()
SCRIPTS = Path(sysconfig.get_path("scripts"))
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """What of the containers is where on this machine."""
    ports = {f":{port}": f":{free_port()}" for port in ("7077", "8080", "8081")}
    options = {f"port {port[1:]}": f"port {found[1:]}" for port, found in ports.items()}
    return {"spark-cluster": "127.0.0.1", "/scratch": str(tmp_path / "scratch")} | ports | options


def moved(text: str, here: Mapping[str, str]) -> str:
    for of_compose, place in here.items():
        text = text.replace(of_compose, place)
    return text


@contextmanager
def daemon(name: str, here: Mapping[str, str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    (command,) = SERVICES[name]["command"]
    started = re.search(r"exec spark-class (.*)", moved(command, here).replace("\\\n", ""), re.DOTALL)
    assert started
    arguments = shlex.split(started[1].replace("$HOSTNAME", name))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [SCRIPTS / "spark-class", *arguments], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            check = [sys.executable, "-c", moved(SERVICES[name]["healthcheck"]["test"][-1], here)]
            waiting = Retrying(retry=retry_if_result(bool), wait=wait_fixed(1), stop=stop_after_delay(60))
            waiting(lambda: subprocess.run(check, capture_output=True, check=False).returncode)
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:  # a busy machine: there is nothing that it would have to save
                process.kill()
                process.wait()


@pytest.fixture
def environment(stack_settings: Settings, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(SERVICES["spark-master"]["environment"]["SPARK_DEFAULTS"])
    given = {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "192m"}
    return os.environ | given | {"JAVA_HOME": str(stack_settings.java_home), "PYSPARK_PYTHON": sys.executable}


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
