"""Dagster's project command `dg` works in the project's folder, as [tool.dg] in pyproject.toml configures it."""

import json
import subprocess
import sys
from pathlib import Path

from shop_assets.build import build_definitions
from shop_assets.settings import Settings

ROOT = Path(__file__).parents[1]


def test_dg_loads_the_definitions(stack_settings: Settings):
    assert "All definitions loaded successfully" in _dg("check", "defs")


def test_dg_lists_every_asset_job_schedule_sensor_and_check(stack_settings: Settings):
    listed = json.loads(_dg("list", "defs", "--json"))
    definitions = build_definitions(stack_settings)
    graph = definitions.resolve_asset_graph()
    assert {asset["asset_key"] for asset in listed["assets"]} == {
        key.to_user_string() for key in graph.get_all_asset_keys()
    }
    assert {check["key"] for check in listed["asset_checks"]} == {
        f"{key.asset_key.to_user_string()}:{key.name}" for key in graph.asset_check_keys
    }
    for section in ("jobs", "schedules", "sensors"):
        assert {listing["name"] for listing in listed[section]} == {
            definition.name for definition in getattr(definitions, section)
        }


def _dg(*arguments: str) -> str:
    """Run `dg` on the session's stack, whose home is in the environment, and return what it prints."""
    command = [str(Path(sys.executable).with_name("dg")), *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
