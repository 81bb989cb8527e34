"""An environment full of other programs' variables: none of them reaches the stack, its clients or Spark."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from pyspark.find_spark_home import _find_spark_home

from shop_assets import object_store
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.supervisor_config import supervisor_environment
from shop_assets.errors import InputError
from shop_assets.features import spark_process
from shop_assets.foreign_variables import ignore_foreign_variables, without_proxy
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.dagster_home import require_usable
from shop_assets.settings import Settings
from shop_assets.warehouse import client_pool
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests import whole_run
from shop_assets_tests.cli.conftest import CHECKOUT, in_own_environment, own_environment, program
from shop_assets_tests.isolation import empty_warehouse, isolated

FOREIGN = {
    "AWS_PROFILE": "of-another-project",
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "CLICKHOUSE_USER": "somebody",
    "HADOOP_CONF_DIR": "/nowhere",
    "KAFKA_OPTS": "-Xmx1m",
    "MONGO_USER": "somebody",
    "PYSPARK_PYTHON": "/nowhere/python",
    "PYSPARK_SUBMIT_ARGS": "--master yarn pyspark-shell",
    "SPARK_CONF_DIR": "/nowhere",
    "SPARK_HOME": "/nowhere",
    "JAVA_TOOL_OPTIONS": "-Duser.language=tr -Duser.country=TR",
}
PROXY = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "example.com"}


def run_shop(settings: Settings, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(["shop", *arguments]), cwd=CHECKOUT, env=in_own_environment(own_environment(settings) | variables),
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def turkish(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A Turkish locale, which few machines have."""
    folder = tmp_path_factory.mktemp("locales")
    if shutil.which("localedef") is None:
        pytest.skip("there is no localedef to make a Turkish locale with")
    made = subprocess.run(
        ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")], capture_output=True, check=False
    )
    if not (folder / "tr_TR.UTF-8").exists():
        pytest.skip(f"no Turkish locale can be made: {made.stderr.decode()}")
    return {"LOCPATH": str(folder), "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}


def test_what_the_stack_starts_inherits_nothing_of_other_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in {**FOREIGN, **PROXY, "LC_ALL": "tr_TR.UTF-8", "WEED_X": "1", "SHOP_X": "1"}.items():
        monkeypatch.setenv(name, value)
    inherited = supervisor_environment(Home(tmp_path), ())
    assert not {*FOREIGN, *PROXY, "LC_ALL", "WEED_X", "SHOP_X"} & inherited.keys()
    assert inherited["PATH"] == os.environ["PATH"]


@contextmanager
def new_clients() -> Iterator[None]:
    """Clients read variables when they are made: none from before serves the block, and none of the block stays."""
    object_store.resource._client.cache_clear()
    idle = list(client_pool.IDLE)
    client_pool.IDLE.clear()
    try:
        yield
    finally:
        object_store.resource._client.cache_clear()
        client_pool.IDLE.clear()
        client_pool.IDLE.extend(idle)


def test_a_proxy_and_another_projects_aws_profile_do_not_stand_before_the_stack(stack_settings: Settings):
    settings = isolated(stack_settings)
    with patch.dict(os.environ, FOREIGN | PROXY | {"HTTP_PROXY": "http://127.0.0.1:9"}), new_clients():
        ignore_foreign_variables(os.environ, own_services=False)
        bucket = object_store_resource(settings).landing()
        with clickhouse_resource(settings).client() as client:
            assert client.command("SELECT 1") == 1
    assert bucket.name == settings.s3_landing_bucket


def test_what_is_ignored_is_named_and_what_leads_to_ones_own_services_stays():
    embedded, own = dict(FOREIGN), dict(FOREIGN) | {"AWS_CA_BUNDLE": "/own.pem"}
    assert ignore_foreign_variables(embedded, own_services=False) == sorted(FOREIGN)
    assert not FOREIGN.keys() & embedded.keys()
    assert "SPARK_HOME" in ignore_foreign_variables(own, own_services=True)
    assert {"AWS_CA_BUNDLE", "HADOOP_CONF_DIR", "JAVA_TOOL_OPTIONS", "PYSPARK_PYTHON", "SPARK_CONF_DIR"} <= own.keys()
    assert own["AWS_CONFIG_FILE"] == os.devnull
    assert not ignore_foreign_variables(own, own_services=True), "a child of a command has nothing more to ignore"


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"no_proxy": "a.example, localhost"}, "a.example,localhost,127.0.0.1"),
        ({"NO_PROXY": "b.example"}, "b.example,127.0.0.1,localhost"),
        ({"no_proxy": "*"}, "*"),
    ],
)
def test_this_machine_is_never_reached_through_a_proxy(given: dict[str, str], hosts: str):
    assert without_proxy(given) == hosts


def test_the_spark_is_that_of_the_package_and_needs_no_host_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("SPARK_SUBMIT_OPTS", raising=False)
    for name in ("SPARK_HOME", "SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME", "PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"):
        monkeypatch.setenv(name, "/nowhere")
    spark_process.prepare_environment(None, tmp_path, is_local=True)
    assert Path(_find_spark_home()).is_relative_to(sys.prefix)
    assert os.environ["SPARK_LOCAL_IP"] == os.environ["SPARK_LOCAL_HOSTNAME"] == "127.0.0.1"


@pytest.mark.parametrize(("flags", "is_usual"), [(0, True), (os.ST_NOEXEC, False)])
def test_java_unpacks_its_libraries_where_they_may_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: int, is_usual: bool
):
    mounted = os.statvfs_result((4096, 4096, 1, 1, 1, 1, 1, 1, flags, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: mounted)
    monkeypatch.setenv("SPARK_SUBMIT_OPTS", "")
    spark_process.prepare_environment(None, tmp_path / "spark", is_local=True)
    folder = tempfile.gettempdir() if is_usual else tmp_path / "spark"
    assert f'"-Djava.io.tmpdir={folder}"' in os.environ["SPARK_SUBMIT_OPTS"]
    assert (tmp_path / "spark").is_dir() is not is_usual


def test_in_a_turkish_locale_kafkas_client_knows_its_own_words(turkish: dict[str, str]):
    lines = (
        "import os",
        "from shop_assets.foreign_variables import use_neutral_locale",
        "use_neutral_locale(os.environ)",
        "from confluent_kafka import Producer",
        "Producer({'security.protocol': 'PLAINTEXT'})",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=os.environ | turkish, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("value", "reason"),
    [("/nowhere/at/all", "not a folder"), ("relative/dir", "not an absolute path"), (None, "cannot use")],
)
def test_a_dagster_home_that_cannot_be_used_is_refused_by_name(value: str | None, reason: str, tmp_path: Path):
    lines = ("storage:", "  postgres:", "    postgres_url: postgresql://nobody@127.0.0.1:9/x")
    (tmp_path / "dagster.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=f"DAGSTER_HOME is .*{reason}.*unset it"):
        require_usable(value or str(tmp_path))


def test_a_run_with_such_a_dagster_home_starts_nothing(tmp_path: Path):
    home = tmp_path / "home"
    done = subprocess.run(
        program(["shop", "run"]), capture_output=True, text=True, timeout=60, check=False,
        env=in_own_environment({"SHOP_HOME": str(home), "DAGSTER_HOME": "/nowhere"}),
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "DAGSTER_HOME" in done.stderr
    assert not home.exists()


@pytest.mark.slow
def test_a_whole_run_in_such_an_environment_gives_its_csv(stack_settings: Settings, turkish: dict[str, str]):
    settings = isolated(stack_settings)
    empty_warehouse(settings)
    done = run_shop(
        settings, "run", "--customers", "60", "--purchases", "250", "--seed", "7", **FOREIGN, **PROXY, **turkish
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert whole_run.report(settings)


@pytest.mark.slow
def test_a_run_on_a_machine_whose_name_does_not_resolve_gives_its_csv(stack_settings: Settings):
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("only root can give a process another host name")
    settings = isolated(stack_settings)
    empty_warehouse(settings)
    rename = "import os, socket, sys; socket.sethostname('no-such-host-xyz'); os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run(
        ["unshare", "--uts", sys.executable, "-c", rename, *program(["shop", "run", "--purchases", "250"])],
        env=in_own_environment(own_environment(settings)), cwd=CHECKOUT,
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert whole_run.report(settings)
