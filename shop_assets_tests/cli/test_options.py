"""Values of options are refused before any work, by a message that names the option."""

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
