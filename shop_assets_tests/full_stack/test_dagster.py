"""Dagster's own configuration in docker-compose.yml, as Dagster reads it."""

from pathlib import Path

import pytest
from dagster._core.instance.ref import InstanceRef
from dagster._core.workspace.load import location_origins_from_yaml_paths
from dagster_postgres.utils import pg_url_from_config
from sqlalchemy import create_engine

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


def test_webserver_and_daemon_look_for_the_assets_where_the_code_server_is(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text(ENVIRONMENT["WORKSPACE_YAML"])
    (origin,) = location_origins_from_yaml_paths([str(workspace)])
    assert (origin.host, origin.port, origin.location_name) == ("dagster-code", 4000, "shop_assets")
    assert "--port 4000" in SERVICES["dagster-code"]["command"][0]


def _database(instance: InstanceRef) -> dict[str, object]:
    database = dict(instance.storage_data.config_dict["postgres_db"])
    assert database["password"] == {"env": "DAGSTER_POSTGRES_PASSWORD"}  # it stays out of the file and of the database
    return database | {"password": "secret"}
