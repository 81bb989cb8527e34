"""A whole run, with Spark: its doors are tried while they are open, and its command lines read."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from shop_assets.embedded.home import Home
from shop_assets.settings import Settings
from shop_assets_tests.isolation import variables
from shop_assets_tests.strangers.conftest import command_lines, secrets, shown
from shop_assets_tests.strangers.doors import Door, doors_of
from shop_assets_tests.strangers.harmless import is_harmless
from shop_assets_tests.strangers.visitor import Visitor

RUN_SECONDS = 240
LOOK_SECONDS = 0.1


def test_a_run_opens_no_door_to_strangers_and_shows_no_secret(
    home: Home, warehouse_settings: Settings, stranger: Visitor, tmp_path: Path
) -> None:
    command = [Path(sys.executable).with_name("shop"), "run"]
    environment = os.environ | variables(warehouse_settings)
    seen: set[Door] = set()
    pids: set[int] = set()
    lines: set[str] = set()
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
        pids |= {child.pid for child in processes}
        lines |= set(command_lines(processes))
        time.sleep(LOOK_SECONDS)

    assert process.returncode == 0, (tmp_path / "run.log").read_text()  # whatever strangers did
    # Spark's RPC and block manager, and both ends of its bridge to Python.
    assert len([door for door in seen if door.kind == "tcp"]) >= 4
    assert [line for line in lines if "org.apache.spark.deploy.SparkSubmit" in line]
    found = [reply for reply in stranger.collect() if not is_harmless(reply.text)]
    assert not found, shown(found)
    assert not [secret for secret in secrets(home) if any(secret in line for line in lines)]
