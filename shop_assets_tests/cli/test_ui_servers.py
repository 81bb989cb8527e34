"""The code location has one name everywhere: switches and cursors of schedules and sensors are kept by it."""

import re
import tomllib
from pathlib import Path

import orjson
import yaml
from dagster._core.workspace.load import location_origins_from_yaml_paths

from shop_assets.cli.ui_servers import LOCATION, MODULE, workspace

ROOT = Path(__file__).parents[2]


def test_the_ui_names_the_code_location_as_everything_else_does(tmp_path: Path) -> None:
    file = tmp_path / "workspace.yaml"
    file.write_bytes(orjson.dumps(workspace(tmp_path)))
    (ours,) = location_origins_from_yaml_paths([str(file)])
    (of_the_project,) = location_origins_from_yaml_paths([str(ROOT / "workspace.yaml")])
    assert ours.location_name == of_the_project.location_name == LOCATION
    assert ours.loadable_target_origin.module_name == MODULE
    assert ours.loadable_target_origin.working_directory == str(tmp_path)
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    names = re.findall(r"'code_location_name': '([^']*)'", str(tool))
    assert set(names) == {LOCATION}
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    in_compose = re.findall(r"location[_-]name:? ([\w.]+)", str(compose["services"]["dagster-code"]))
    assert set(in_compose) == {LOCATION}
