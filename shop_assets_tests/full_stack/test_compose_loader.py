"""`docker compose config` without Docker: the loader of compose itself, where Go is there to build it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.compose_file import CLUSTER_PROFILE, COMPOSE, ROOT

pytestmark = pytest.mark.slow  # the first time, Go builds compose

SOURCE = ROOT / ".ci" / "compose_config"
PROFILES = [*compose_file.variables_of_example()["COMPOSE_PROFILES"].split(","), CLUSTER_PROFILE]


@pytest.fixture(scope="session")
def compose_config(tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("Go is not installed: it builds compose's own loader")
    program = tmp_path_factory.mktemp("go") / "compose_config"
    built = subprocess.run(
        ["go", "build", "-o", program, "."], cwd=SOURCE, capture_output=True, text=True, timeout=280, check=False
    )
    if "dial tcp" in built.stderr or "no such host" in built.stderr:
        pytest.skip(f"Go's modules cannot be fetched: {built.stderr.splitlines()[-1]}")
    assert built.returncode == 0, built.stderr

    def config(env_file: Path, *profiles: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": os.environ["PATH"], "HOME": str(env_file.parent)}  # no variable but the file's
        # A copy: a shop.env beside the original would count.
        copy = shutil.copy(COMPOSE, env_file.parent)
        return subprocess.run(
            [program, copy, env_file, *profiles], env=clean, capture_output=True, text=True, check=False
        )

    return config


@pytest.fixture
def env_file(tmp_path):
    path = tmp_path / ".env"
    path.write_text("".join(f"{name}={value}\n" for name, value in compose_file.secrets().items()))
    return path


def test_compose_loads_the_file_and_sees_the_services_of_the_profiles(compose_config, env_file):
    core = json.loads(compose_config(env_file).stdout)["services"]
    assert {"mongodb", "kafka-1", "clickhouse", "s3", "dagster-code", "traefik"} <= core.keys()
    assert not {"grafana", "jupyter", "spark-master", "kafka-2"} & core.keys()
    everything = json.loads(compose_config(env_file, *PROFILES).stdout)["services"]
    assert everything.keys() == compose_file.services().keys()


def test_compose_puts_in_the_same_values_as_the_tests_do(compose_config, env_file):
    loaded = json.loads(compose_config(env_file, *PROFILES).stdout)["services"]
    for name, service in compose_file.services().items():
        expected = {key: str(value) for key, value in service.get("environment", {}).items()}
        assert (loaded[name].get("environment") or {}) == expected
        assert loaded[name].get("command") == service.get("command")


def test_settings_of_shop_env_reach_the_code_server_alone_and_never_replace_those_of_the_file(compose_config, env_file):
    (env_file.parent / "shop.env").write_text("SHOP_EXPECTED_STORES=12\nSHOP_CLICKHOUSE_HOST=elsewhere\n")
    loaded = json.loads(compose_config(env_file, *PROFILES).stdout)["services"]
    given = {name: (service.get("environment") or {}) for name, service in loaded.items()}
    assert {name for name, environment in given.items() if "SHOP_EXPECTED_STORES" in environment} == {"dagster-code"}
    assert given["dagster-code"]["SHOP_EXPECTED_STORES"] == "12"
    assert given["dagster-code"]["SHOP_CLICKHOUSE_HOST"] == "clickhouse"


def test_compose_refuses_to_load_without_the_secrets_and_says_which(compose_config, env_file):
    env_file.write_text("")
    refused = compose_config(env_file, *PROFILES)
    assert refused.returncode != 0
    for name, value in compose_file.variables_of_example().items():
        assert bool(value) or f"required variable {name} is missing a value: run make secrets" in refused.stderr
