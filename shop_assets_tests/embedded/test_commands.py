"""`shop up`, `down`, `status`, `doctor`, `env` as a person or a script meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from shop_assets.cli import stack
from shop_assets.cli.services import export_lines
from shop_assets.embedded.environment import read_stack_env, write_stack_env
from shop_assets.embedded.home import Home
from shop_assets.errors import InputError, ShopError
from shop_assets.settings import Settings, variable
from shop_assets_tests.cli.terminal import CONTROL_SEQUENCE, Terminal

SHOP = str(Path(sys.executable).with_name("shop"))

app = typer.Typer()
stack.register(app)


@pytest.fixture
def nothing_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv(variable("home"), str(tmp_path / "home"))
    return Home(tmp_path / "home")


def test_status_of_a_running_stack_is_success_for_people_and_scripts(stack_settings: Settings):
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 0
    assert "Kafka" in result.stdout
    shown = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    services = shown["services"]
    assert {"stages", "newest_purchase"} < shown.keys()
    assert {service["name"] for service in services} == {"kafka", "mongo", "clickhouse", "s3"}
    assert all(service["ready"] for service in services)


def test_up_on_a_running_stack_is_success(stack_settings: Settings):
    assert CliRunner().invoke(app, ["up"]).exit_code == 0


def test_status_without_a_stack_is_a_failure_and_makes_nothing(nothing_up: Home):
    assert CliRunner().invoke(app, ["status"]).exit_code == 1
    services = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)["services"]
    assert {service["state"] for service in services} == {"STOPPED"}
    assert not nothing_up.root.exists()


def test_down_without_a_stack_is_success_makes_nothing_and_says_where_it_looked(nothing_up: Home):
    assert CliRunner().invoke(app, ["down"]).exit_code == 0
    result = CliRunner().invoke(app, ["down", "--delete-data"])
    assert result.exit_code == 0
    assert result.stderr == f"No stack is in {nothing_up.root}: nothing to stop or delete\n"
    assert not nothing_up.root.exists()


def test_deletion_of_a_folder_that_is_not_ours_is_refused(nothing_up: Home):
    nothing_up.root.mkdir()
    (nothing_up.root / "data").mkdir()
    (nothing_up.root / "data" / "thesis.txt").write_text("years of work")
    for arguments in (["--delete-data"], ["--delete-data", "--yes"]):  # no question about what will not happen
        refused = CliRunner().invoke(app, ["down", *arguments])
        assert "was not created by `shop up`" in str(refused.exception)
    assert (nothing_up.root / "data" / "thesis.txt").exists()


def test_yes_without_anything_to_delete_is_refused(nothing_up: Home):
    nothing_up.create()
    refused = CliRunner().invoke(app, ["down", "--yes"])
    assert isinstance(refused.exception, InputError)
    assert "--delete-data" in str(refused.exception)


def test_env_without_a_stack_says_what_to_start(nothing_up: Home):
    refused = CliRunner().invoke(app, ["env"])
    assert isinstance(refused.exception, ShopError)
    assert "shop up" in str(refused.exception)


def test_a_shell_that_evaluates_env_has_the_settings_of_the_stack(stack_settings: Settings):
    lines = CliRunner().invoke(app, ["env"]).stdout
    shown = subprocess.run(
        ["sh", "-c", f"{lines}\nenv -0"], capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    ).stdout
    variables = dict(entry.split("=", 1) for entry in shown.split("\0") if entry)
    assert variables["SHOP_MONGO_URI"] == stack_settings.mongo_uri.get_secret_value()
    assert variables["SHOP_PII_KEYS"] == stack_settings.pii_keys.get_secret_value()
    assert variables["DAGSTER_HOME"] == str(stack_settings.home / "dagster")
    assert variables["JAVA_HOME"] == str(stack_settings.java_home)


def test_values_survive_the_file_and_the_shell_whatever_they_hold(tmp_path: Path):
    home = Home(tmp_path)
    value = """it's "quoted" $HOME `x` \\ # %s дом"""
    write_stack_env(home, {"SHOP_HOME": value, "SHOP_JAVA_HOME": "/j"})
    settings = read_stack_env(home)
    assert settings is not None
    assert settings["SHOP_HOME"] == value
    script = "\n".join(export_lines(settings, str(home.dagster))) + '\nprintf %s "$SHOP_HOME"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == value


def test_doctor_finds_nothing_wrong_with_a_running_stack(stack_settings: Settings):
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0, result.stdout
    assert "all run and are ready" in result.stdout


def test_doctor_names_the_folder_that_others_use_and_what_to_do(nothing_up: Home):
    nothing_up.root.mkdir()
    (nothing_up.root / "thesis.txt").touch()
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "holds other things" in result.stdout
    assert "set SHOP_HOME" in result.stdout


def test_doctor_names_a_file_of_secrets_that_others_can_read(nothing_up: Home):
    nothing_up.create()
    nothing_up.credentials.write_text("{}")
    nothing_up.credentials.chmod(0o644)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "chmod 600" in result.stdout


def test_doctor_calls_the_java_from_pypi_a_stand_in(nothing_up: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "openjdk-17-jre-headless or newer is the simplest choice" in CliRunner().invoke(app, ["doctor"]).stdout


def test_deletion_takes_what_the_command_line_left_in_the_folder(nothing_up: Home):
    nothing_up.create()
    for name in ("query_history", "dashboard.html", "logs/ui.log"):
        (nothing_up.root / name).touch()
    assert CliRunner().invoke(app, ["down", "--delete-data", "--yes"]).exit_code == 0
    assert not nothing_up.root.exists()


@pytest.mark.parametrize(("answer", "is_deleted"), [("y\n", True), ("n\n", False), ("\n", False), ("\x04", False)])
def test_deletion_asks_on_a_terminal_and_names_the_folder(nothing_up: Home, answer: str, is_deleted: bool):
    nothing_up.create()
    terminal = Terminal([SHOP, "down", "--delete-data"], {**os.environ, "SHOP_HOME": str(nothing_up.root)})
    terminal.wait_for("Delete them?")
    shown = " ".join(CONTROL_SEQUENCE.sub("", terminal.output).split())
    assert f"deletes what the stack created in {nothing_up.root}: all its documents, reports, keys and" in shown
    ended = terminal.press(answer)
    assert (ended.code, nothing_up.root.exists()) == ((0, False) if is_deleted else (1, True))


def test_deletion_is_refused_where_nobody_can_be_asked_unless_the_option_says_yes(nothing_up: Home):
    nothing_up.create()
    command = [SHOP, "down", "--delete-data"]
    own = {**os.environ, "SHOP_HOME": str(nothing_up.root)}
    refused = subprocess.run(command, env=own, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (refused.returncode, nothing_up.root.exists()) == (2, True)
    assert f"what the stack created in {nothing_up.root}" in " ".join(refused.stderr.split())
    assert "add --yes" in refused.stderr
    done = subprocess.run([*command, "--yes"], env=own, stdin=subprocess.DEVNULL, check=False, capture_output=True)
    assert (done.returncode, nothing_up.root.exists()) == (0, False)


def test_env_says_on_a_terminal_what_it_is_for_and_a_shell_evaluates_settings_alone(stack_settings: Settings):
    shown = Terminal([SHOP, "env"], {**os.environ}).ended().output.splitlines()
    assert [line for line in shown if "export" not in line] == [shown[0]]
    assert shown[0].startswith("# ")
    assert 'eval "$(shop env)"' in shown[0]
    for command in ('eval "$(shop env)"', "eval $(shop env)"):
        path = f"{Path(SHOP).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", f"set -e; {command}; printf %s $SHOP_S3_ENDPOINT"],
            env={"PATH": path, "SHOP_HOME": str(stack_settings.home)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert (done.stdout, done.stderr) == (stack_settings.s3_endpoint, "")
