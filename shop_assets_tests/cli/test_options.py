"""Values of options are refused before any work, by a message that names the option."""

from pathlib import Path

import pytest

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


def test_a_full_disk_is_no_wrong_input() -> None:
    with pytest.raises(OSError, match="No space left"):
        write_output(Path("/dev/full"), b"x")
