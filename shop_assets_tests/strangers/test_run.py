"""A whole run, with Spark: its doors and files are tried while they are open, and its command lines read."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from shop_assets.embedded.home import Home
from shop_assets.settings import Settings
from shop_assets_tests.isolation import variables
from shop_assets_tests.strangers.conftest import command_lines, secrets, shown
from shop_assets_tests.strangers.doors import Door, doors_of
from shop_assets_tests.strangers.harmless import is_harmless
from shop_assets_tests.strangers.visitor import Visitor

RUN_SECONDS = 240
LOOK_SECONDS = 0.1
IS_FOLDER = IsADirectoryError.__name__
# Code and packages, wherever they are installed, are everybody's to read.
INSTALLED = (Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[2])


def files_of(processes: Iterable[psutil.Process], scratch: Path) -> set[Path]:
    """What is in Spark's folders, and what the processes have open below the home and the machine's folder for all.

    Without what is installed, which may be below that folder too.
    """
    found = set(scratch.rglob("*"))
    folders = (scratch.parent, Path(tempfile.gettempdir()))
    for process in processes:
        with suppress(OSError):  # it has ended
            for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
                with suppress(OSError):  # closed meanwhile
                    target = descriptor.readlink()
                    found |= {target} if any(target.is_relative_to(folder) for folder in folders) else set()
    return {path for path in found if not any(path.is_relative_to(folder) for folder in INSTALLED)}


def reached(path: Path, home: Home) -> str:
    """A path as the stranger can follow it: those below the tests' folder from there."""
    above = home.root.parent
    return str(path.relative_to(above) if path.is_relative_to(above) else path)


@pytest.fixture
def scratch(home: Home) -> Iterator[Path]:
    """Where Spark writes its blocks: a folder like /tmp, that is open to all; Spark has to close what is in it."""
    folder = home.root.parent / "scratch"
    folder.mkdir()
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_run_opens_no_door_and_no_file_to_strangers_and_shows_no_secret(
    home: Home, warehouse_settings: Settings, stranger: Visitor, scratch: Path, tmp_path: Path
) -> None:
    command = [Path(sys.executable).with_name("shop"), "run"]
    environment = os.environ | variables(warehouse_settings) | {"SPARK_LOCAL_DIRS": str(scratch)}
    seen: set[Door] = set()
    pids: set[int] = set()
    lines: set[str] = set()
    files: set[Path] = set()
    with (tmp_path / "run.log").open("w") as log:
        process = psutil.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + RUN_SECONDS
    while process.poll() is None:
        assert time.monotonic() < deadline
        processes = [process, *process.children(recursive=True)]
        new = doors_of(child.pid for child in processes) - seen
        stranger.visit(new)
        seen |= new
        if os.geteuid() == 0:  # otherwise the stranger is the same user
            stranger.open_files(f"/proc/{child.pid}/environ" for child in processes if child.pid not in pids)
            written = files_of(processes, scratch) - files
            stranger.open_files(reached(path, home) for path in written)
            files |= written
        pids |= {child.pid for child in processes}
        lines |= set(command_lines(processes))
        time.sleep(LOOK_SECONDS)

    assert process.returncode == 0, (tmp_path / "run.log").read_text()  # whatever strangers did
    # Spark's RPC and block manager, and both ends of its bridge to Python.
    assert len([door for door in seen if door.kind == "tcp"]) >= 4
    assert [line for line in lines if "org.apache.spark.deploy.SparkSubmit" in line]
    if os.geteuid() == 0:
        assert [path for path in files if "blockmgr" in str(path) and path.suffix], files
        assert {reply.target for reply in stranger.collect()} >= {reached(path, home) for path in files}
    # A folder cannot be opened for writing by anyone; one that can be listed was opened for reading, too.
    found = [reply for reply in stranger.collect() if not is_harmless(reply.text) and reply.text != IS_FOLDER]
    assert not found, shown(found)
    assert not [secret for secret in secrets(home) if any(secret in line for line in lines)]
