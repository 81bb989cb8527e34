"""Dagster's own configuration in docker-compose.yml, as Dagster reads it."""

import socket
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from dagster._core.instance.ref import InstanceRef
from dagster._core.workspace.load import location_origins_from_yaml_paths
from dagster_postgres.utils import pg_url_from_config
from sqlalchemy import create_engine, make_url

from shop_assets_tests.full_stack import compose_file

SERVICES = compose_file.services()
ENVIRONMENT = SERVICES["dagster-code"]["environment"]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InstanceRef:
    (tmp_path / "dagster.yaml").write_text(ENVIRONMENT["DAGSTER_YAML"])
    monkeypatch.setenv("DAGSTER_POSTGRES_PASSWORD", "secret")
    return InstanceRef.from_dir(str(tmp_path))


def test_dagster_takes_the_configuration_and_sends_no_telemetry(instance: InstanceRef) -> None:
    assert instance.settings["telemetry"] == {"enabled": False}
    assert instance.settings["run_retries"]["max_retries"] == 2
    assert instance.settings["run_monitoring"]["enabled"] is True


def test_the_database_is_the_service_and_its_driver_is_installed(instance: InstanceRef) -> None:
    assert instance.storage_data.class_name == "DagsterPostgresStorage"
    url = pg_url_from_config(instance.storage_data.config_dict | {"postgres_db": _database(instance)})
    engine = create_engine(url)
    assert (engine.url.host, engine.url.database) == ("postgres", SERVICES["postgres"]["environment"]["POSTGRES_DB"])
    assert engine.url.username == SERVICES["postgres"]["environment"]["POSTGRES_USER"]


def test_no_process_waits_for_a_database_that_does_not_answer(instance: InstanceRef) -> None:
    url = pg_url_from_config({"postgres_db": _database(instance)})
    _, options = create_engine(url).dialect.create_connect_args(make_url(url))
    limits = {"connect_timeout": 10, "tcp_user_timeout": 30_000, "keepalives_idle": 30, "keepalives_interval": 10}
    assert {name: int(options[name]) for name in limits} == limits
    with socket.create_server(("127.0.0.1", 0)) as silent:
        # libpq refuses a parameter that it does not know before it waits; 2 is its shortest limit.
        own = options | {"host": "127.0.0.1", "port": silent.getsockname()[1], "connect_timeout": 2}
        with pytest.raises(psycopg2.OperationalError, match="timeout"):
            psycopg2.connect(**own)


def test_webserver_and_daemon_look_for_the_assets_where_the_code_server_is(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text(ENVIRONMENT["WORKSPACE_YAML"])
    (origin,) = location_origins_from_yaml_paths([str(workspace)])
    assert (origin.host, origin.port, origin.location_name) == ("code-location", 4000, "shop_assets")
    assert "--host code-location --port 4000" in SERVICES["dagster-code"]["command"][0]
    assert SERVICES["dagster-code"]["networks"]["dagster"] == {"aliases": ["code-location"]}


def test_the_database_of_an_earlier_dagster_is_migrated_before_the_code_server_starts() -> None:
    (command,) = SERVICES["dagster-code"]["command"]
    dagster_home, migration, start = (
        command.index(text) for text in ("dagster.yaml", "dagster instance migrate", "exec dagster api grpc")
    )
    assert dagster_home < migration < start


def test_only_webserver_and_daemon_can_reach_the_code_server_and_only_traefik_the_webserver() -> None:
    members = {
        network: {name for name, service in SERVICES.items() if network in service["networks"]}
        for network in ("dagster", "dagster-ui")
    }
    assert members["dagster"] == {"dagster-code", "dagster-webserver", "dagster-daemon", "postgres"}
    assert members["dagster-ui"] == {"traefik", "dagster-webserver"}
    aliases = [name for service in SERVICES.values() for name in _aliases(service, other_than="dagster")]
    assert "code-location" not in aliases


def test_the_webserver_is_the_guarded_one_and_knows_its_name() -> None:
    webserver = SERVICES["dagster-webserver"]
    assert "exec python -m shop_assets.dagster_ui " in webserver["command"][0]
    assert webserver["environment"]["SHOP_DAGSTER_URL"] == "http://dagster.localhost:80"
    assert not [name for name, service in SERVICES.items() if "dagster-webserver --" in str(service.get("command"))]


def test_only_what_encrypts_has_the_keys_of_personal_data() -> None:
    keys = compose_file.secrets()["PII_KEYS"]
    assert {name for name, service in SERVICES.items() if keys in str(service)} == {"dagster-code"}
    secrets = {value for name, value in compose_file.secrets().items() if not compose_file.variables_of_example()[name]}
    for name in ("dagster-webserver", "dagster-daemon"):
        held = {key for key, value in SERVICES[name]["environment"].items() if any(s in str(value) for s in secrets)}
        assert held == {"DAGSTER_POSTGRES_PASSWORD"}


def _aliases(service: dict[str, Any], other_than: str) -> list[str]:
    networks = service["networks"]
    if isinstance(networks, list):
        return []
    return [
        alias
        for network, options in networks.items()
        if network != other_than
        for alias in (options or {}).get("aliases", [])
    ]


def _database(instance: InstanceRef) -> dict[str, object]:
    database = dict(instance.storage_data.config_dict["postgres_db"])
    assert database["password"] == {"env": "DAGSTER_POSTGRES_PASSWORD"}  # it stays out of the file and of the database
    return database | {"password": "secret"}
