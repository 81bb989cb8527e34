"""Spark's master and worker as docker-compose.yml starts them, at free ports of this machine."""

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from shop_assets.settings import Settings
from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.weed_server import free_port

SERVICES = compose_file.services()
SCRIPTS = Path(sysconfig.get_path("scripts"))


def places(tmp_path: Path) -> dict[str, str]:
    """What of the containers is where on this machine."""
    ports = {f":{port}": f":{free_port()}" for port in ("7077", "8080", "8081")}
    options = {f"port {port[1:]}": f"port {found[1:]}" for port, found in ports.items()}
    return {"spark-cluster": "127.0.0.1", "/scratch": str(tmp_path / "scratch")} | ports | options


def moved(text: str, here: Mapping[str, str]) -> str:
    for of_compose, place in here.items():
        text = text.replace(of_compose, place)
    return text


@contextmanager
def daemon(name: str, here: Mapping[str, str], environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """The service `name` once it is healthy; yields its process id."""
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
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:  # a busy machine: there is nothing that it would have to save
                process.kill()
                process.wait()


def daemon_environment(stack_settings: Settings, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(SERVICES["spark-master"]["environment"]["SPARK_DEFAULTS"])
    given = {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "192m"}
    return os.environ | given | {"JAVA_HOME": str(stack_settings.java_home), "PYSPARK_PYTHON": sys.executable}
