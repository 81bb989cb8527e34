"""Temporary folders go with their block, and with a process that ends while somebody still writes to them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

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

FORKING = """
import os, sys, time
from pathlib import Path
from shop_assets.temporary_folders import temporary_folder
with temporary_folder("shop-test-", Path(sys.argv[1])):
    child = os.fork()
    if child == 0:
        os.close(1)
        os.close(2)
        time.sleep(60)
    print(child, flush=True)
    os._exit(0)
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


def test_sigterm_to_a_process_and_all_that_it_has_started_leaves_no_folder(tmp_path: Path) -> None:
    terminal = Terminal([sys.executable, "-c", WRITING, str(tmp_path)], dict(os.environ))
    terminal.wait_for("ready")
    started = psutil.Process(terminal.pid).children(recursive=True)
    assert started
    for process in started:
        process.terminate()
    time.sleep(0.2)
    assert terminal.send(signal.SIGTERM).code == 143
    assert is_soon(lambda: not list(tmp_path.iterdir()))


def test_whoever_reads_the_output_does_not_wait_for_a_forked_process(tmp_path: Path) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(tmp_path)], stdout=subprocess.PIPE, timeout=50, check=True
    )
    seconds = time.monotonic() - began
    os.kill(int(done.stdout), signal.SIGKILL)
    assert seconds < 30
    assert is_soon(lambda: not list(tmp_path.iterdir()))
