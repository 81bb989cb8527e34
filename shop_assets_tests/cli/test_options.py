"""Values of options are refused before any work, by a message that names the option."""

import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
from typer import BadParameter
from typer.main import get_command

from shop_assets.cli.application import app
from shop_assets.cli.dashboard import dashboard
from shop_assets.cli.explain import explain
from shop_assets.cli.terminal.output import write_output
from shop_assets.errors import InputError
from shop_assets_tests.cli.conftest import in_own_environment, program


def test_a_file_that_cannot_be_written_is_refused_with_the_option_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "page.html"
    with pytest.raises(InputError, match=r"^--html .*page\.html cannot be written"):
        explain("cus-1", html=file)
    with pytest.raises(InputError, match=r"^--output .*page\.html cannot be written"):
        dashboard(output=file)
    with pytest.raises(InputError, match=r"^--html .* is a folder"):
        explain("cus-1", html=tmp_path)


def test_a_file_that_the_system_refuses_is_one_sentence_also_for_root(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to("loop.csv")  # /proc and /sys refuse files in the same way
    with pytest.raises(InputError, match=r"^--html .*loop\.csv cannot be written: Too many levels of symbolic"):
        write_output(tmp_path / "loop.csv", b"", "--html")
    with pytest.raises(InputError, match=r"^--output /proc/a\.csv cannot be written: "):
        write_output(Path("/proc/a.csv"), b"")


@pytest.mark.parametrize("option", ["--seed", "--stores", "--products", "--customers", "--purchases"])
def test_numbers_of_a_generated_shop_that_no_machine_could_make_are_refused(option: str) -> None:
    run = cast("Any", get_command(app)).commands["run"]
    with pytest.raises(BadParameter, match="less than or equal to"):
        run.make_context("run", [option, str(2**63)])
    assert run.make_context("run", [option, "1000000"]).params[option.removeprefix("--")] == 1_000_000


def test_a_full_disk_is_no_wrong_input() -> None:
    with pytest.raises(OSError, match="No space left"):
        write_output(Path("/dev/full"), b"x")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run", "--sed", "1"], "No such option: --sed. Did you mean --seed? See `shop run --help`."),
        (["rnu"], "No such command 'rnu'. Did you mean 'run'? See `shop --help`."),
        (["pii", "bogus"], "No such command 'bogus'. See `shop pii --help`."),
        (["--bogus"], "No such option: --bogus. See `shop --help`."),
        (["run", "--day"], "Option '--day' requires an argument. See `shop run --help`."),
        (["explain"], "Missing argument 'CUSTOMER'. See `shop explain --help`."),
        (
            ["ui", "--port", "70000"],
            "Invalid value for '--port': Input should be less than or equal to 65535. See `shop ui --help`.",
        ),
        (
            ["check", "--day", "x"],
            "Invalid value for '--day': 'x': no such day; write it as 2026-01-31. See `shop check --help`.",
        ),
        (
            ["pii", "erase", "--even-if-unknown"],
            "Invalid value for --even-if-unknown: it goes with --customer. See `shop pii erase --help`.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_arguments_are_one_line_that_ends_with_where_they_are_explained(arguments: list[str], line: str) -> None:
    done = subprocess.run(
        program(["shop", *arguments]), env=in_own_environment({}), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {line}\n")


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["pii"], 2), (["pii", "--help"], 0), (["--version"], 0)])
def test_help_and_version_are_printed_without_an_error(arguments: list[str], code: int) -> None:
    done = subprocess.run(
        program(["shop", *arguments]), env=in_own_environment({}), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.strip()


def test_the_help_shows_a_type_only_for_options_that_take_a_value() -> None:
    environment = in_own_environment({"COLUMNS": "80"})
    for arguments, flag in ((["run"], "--json"), ([], "--version"), (["query"], "--help"), (["pii", "keys"], "--json")):
        shown = subprocess.run(
            program(["shop", *arguments, "--help"]), env=environment, capture_output=True, text=True, check=True
        ).stdout
        assert flag in shown
        assert "<bool>" not in shown
