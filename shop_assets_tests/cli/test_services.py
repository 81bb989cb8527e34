"""A shell that evaluated `shop env` while the stack was another one: down since, or with another key ring."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from shop_assets.cli import services
from shop_assets.cli.services import export_lines, remove_exported
from shop_assets.cli.terminal import interruption
from shop_assets.embedded import stack
from shop_assets.embedded.errors import StackError
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision import stack_processes
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings import Settings, environment_names_services, variable
from shop_assets_tests.isolation import variables

PHONE = "+79001234567"


def in_a_shell_of(settings: Settings, then: str) -> subprocess.CompletedProcess[str]:
    """Evaluates `shop env` of these settings, then a command, in one shell."""
    lines = export_lines(variables(settings), str(settings.home / "dagster"))
    return subprocess.run(
        ["sh", "-c", "\n".join([*lines, then])], capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
    )  # fmt: skip


@pytest.fixture
def evaluated(stack_settings: Settings) -> dict[str, str]:
    """The variables of such a shell."""
    lines = export_lines(variables(stack_settings), str(stack_settings.home / "dagster"))
    return dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in lines)


def test_a_key_ring_that_was_rotated_since_is_not_taken_from_the_shell(stack_settings: Settings):
    text = PersonalDataCipher(parse_key_ring(stack_settings.pii_keys.get_secret_value())).encrypt("phone", PHONE)
    before = stack_settings.model_copy(update={"pii_keys": SecretStr(f"k1:{'A' * 43}=")})
    done = in_a_shell_of(before, f"shop pii decrypt {text} --reason test")
    assert done.stdout == f"{PHONE}\n", done.stderr


def test_a_stack_that_is_down_since_is_missed_and_not_looked_for_on_its_old_ports(
    stack_settings: Settings, tmp_path: Path
):
    done = in_a_shell_of(stack_settings.model_copy(update={"home": tmp_path}), "shop query 'SELECT 1'")
    assert done.returncode == 1
    assert "shop up" in done.stderr
    assert f"No stack runs in {tmp_path}: start one with `shop up`." in done.stderr


def test_after_it_a_command_starts_the_stack_where_it_lies(evaluated: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    home = evaluated[variable("home")]
    remove_exported(evaluated)
    assert evaluated.keys() == {variable("home"), "JAVA_HOME", "EXPORTED_BY_SHOP_ENV"}
    assert evaluated[variable("home")] == home
    for name, value in evaluated.items():
        monkeypatch.setenv(name, value)
    assert not environment_names_services()


def test_what_a_user_has_set_since_stays(evaluated: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    evaluated |= {variable("mongo_uri"): "mongodb://mine/", variable("timezone"): "Asia/Omsk"}
    remove_exported(evaluated)
    assert evaluated[variable("mongo_uri")] == "mongodb://mine/"
    assert evaluated[variable("timezone")] == "Asia/Omsk"
    assert variable("clickhouse_password") not in evaluated
    monkeypatch.setenv(variable("mongo_uri"), evaluated[variable("mongo_uri")])
    assert environment_names_services()


@pytest.mark.parametrize(("is_up", "shown"), [(False, "the start of the stack"), (True, "the check of the services")])
def test_ctrl_c_names_the_start_of_the_stack_only_while_it_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_up: bool, shown: str
):
    during = []
    monkeypatch.setenv(variable("home"), str(tmp_path))
    for name in (variable("mongo_uri"), "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(stack_processes, "stack_processes", lambda _home: ["a process"] if is_up else [])
    monkeypatch.setattr(stack, "up", lambda: during.append(interruption.doing("")))
    monkeypatch.setattr(services.Settings, "load", lambda: None)
    interruption.doing("shop run")
    services.ensure_services()
    assert during == [shown]
    assert interruption.doing("shop") == "shop run"


@pytest.mark.parametrize("use", [services.ensure_services, services.running_services])
def test_root_by_sudo_uses_no_stack_of_the_account_that_called_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, use: Callable[[], Settings]
):
    home = Home(tmp_path / "home")
    home.create()
    home.stack_env.touch()
    monkeypatch.setenv(variable("home"), str(home.root))
    for name in (variable("mongo_uri"), "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(stack_processes, "stack_processes", lambda _home: ["a process"])
    monkeypatch.setattr(stack, "up", lambda: None)
    monkeypatch.setattr(services.Settings, "load", lambda: None)
    theirs = os.stat_result((stat.S_IFDIR | 0o700, 0, 0, 2, 1000, 1000, 0, 0, 0, 0))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_UID", "1000")
    monkeypatch.setattr(Path, "stat", lambda _path, **_: theirs)
    with pytest.raises(StackError, match="run the command without sudo"):
        use()
