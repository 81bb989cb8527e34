"""Temporary folders go with their block, and with a process that ends while somebody still writes to them."""

import os
import signal
import sys
from pathlib import Path

from shop_assets.temporary_folders import temporary_folder
from shop_assets_tests.cli.terminal import CTRL_C, Terminal, is_soon

WRITING = """
import sys
from pathlib import Path
from shop_assets.cli.terminal import interruption
from shop_assets.temporary_folders import temporary_folder
interruption.handle_signals()
interruption.doing("the test")
def work():
    with temporary_folder("shop-test-", Path(sys.argv[1])) as folder:
        for number in range(20_000):
            (folder / str(number)).touch()
        print("ready", flush=True)
        while True:
            for number in range(20_000, 40_000):
                (folder / str(number)).touch()
sys.exit(interruption.run(work))
"""


def test_a_folder_is_of_this_account_alone_and_goes_with_its_block(tmp_path: Path) -> None:
    with temporary_folder("shop-test-", tmp_path) as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "file").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_files_are_written_to_a_folder_removes_it_and_prints_one_line(tmp_path: Path) -> None:
    terminal = Terminal([sys.executable, "-c", WRITING, str(tmp_path)], dict(os.environ))
    terminal.wait_for("ready")
    ended = terminal.press(CTRL_C)
    assert ended.code == 130
    assert ended.lines_after == ["Interrupted in the test; nothing is lost, the same command goes on."]
    assert is_soon(lambda: not list(tmp_path.iterdir()))


def test_a_process_that_is_killed_leaves_no_folder(tmp_path: Path) -> None:
    terminal = Terminal([sys.executable, "-c", WRITING, str(tmp_path)], dict(os.environ))
    terminal.wait_for("ready")
    terminal.send(signal.SIGKILL)
    assert is_soon(lambda: not list(tmp_path.iterdir()))
