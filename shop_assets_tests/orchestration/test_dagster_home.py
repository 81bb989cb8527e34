"""The folder in which Dagster keeps its runs."""

from pathlib import Path

import pytest
from dagster import DagsterInstance

from shop_assets.orchestration.dagster_home import create_dagster_home


def test_dagster_keeps_its_runs_in_the_folder_and_sends_no_telemetry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = tmp_path / "stack" / "dagster"
    create_dagster_home(home)
    monkeypatch.setenv("DAGSTER_HOME", str(home))

    with DagsterInstance.get() as instance:
        assert not instance.telemetry_enabled
        assert instance.get_runs_count() >= 0

    assert any((home / "history").iterdir())
