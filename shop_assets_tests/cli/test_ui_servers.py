"""The code location has one name everywhere: switches and cursors of schedules and sensors are kept by it. A port that
the webserver cannot have is refused with the true reason.
"""

import errno
import os
import re
import tomllib
from pathlib import Path

import orjson
import pytest
import yaml
from dagster._core.workspace.load import location_origins_from_yaml_paths

from shop_assets.cli import ui
from shop_assets.cli.ui_servers import LOCATION, MODULE, workspace
from shop_assets.errors import InputError

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


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EACCES, "This account may not listen on port 80: shop ui --port 3001"),
        (errno.EADDRINUSE, "Port 80 is in use: shop ui --port 81"),
        (errno.EADDRNOTAVAIL, "No server can listen on port 80 (Cannot assign requested address): shop ui --port 81"),
    ],
)
def test_a_port_that_the_ui_cannot_have_is_refused_with_the_true_reason_and_one_that_it_can(
    monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    monkeypatch.setattr(ui, "refusal", lambda _: OSError(number, os.strerror(number)))
    monkeypatch.setattr(ui, "is_free", lambda port: port != 3000)
    with pytest.raises(InputError) as refused:
        ui.ui(port=80)
    assert str(refused.value) == message
