"""A stack that is copied while it runs, and the same data in another folder, beside the first one."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop_assets.embedded.backups.backup import PARTIAL
from shop_assets.settings import PREFIX

SMALL = ("--customers", "60", "--purchases", "250", "--seed", "7")


class Shop:
    """The `shop` command with a home of its own."""

    def __init__(self, home: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DAGSTER"))}
        self._environment = inherited | {"SHOP_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
        self._folder = home.parent

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("shop")), *arguments],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __call__(self, *arguments: str) -> str:
        with self.start(*arguments) as process:
            output, _ = process.communicate(timeout=400)
        assert process.returncode == 0, output
        return output


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "first")
    yield shop
    shop("down", "--delete-data", "--yes")


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "second")
    yield shop
    shop("down", "--delete-data", "--yes")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_restored_stack_has_the_same_report_and_nothing_left_to_do(tmp_path: Path, first: Shop, second: Shop) -> None:
    first("run", *SMALL)
    report = first("report", "--output", str(tmp_path / "first.csv"))
    killed = first.start("backup", str(tmp_path / "copy"))
    while not (tmp_path / f"copy{PARTIAL}").exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    assert "the services were paused for" in first("backup", str(tmp_path / "copy"))
    first("check")
    second("restore", str(tmp_path / "copy"))
    second("up")

    assert second("report", "--output", str(tmp_path / "second.csv")) == report.replace("first.csv", "second.csv")
    assert (tmp_path / "second.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()
    again = second("run", *SMALL)
    assert "lease" not in again, "that of the backup itself"
    for stage in ("mongo_collections", "kafka_topics_loaded", "clickhouse_raw"):
        assert re.search(rf"✓ {stage} +0 in +0 out", again)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_backup_in_the_middle_of_a_run_is_a_state_that_the_next_run_finishes(
    tmp_path: Path, first: Shop, second: Shop
) -> None:
    first("up")
    running = first.start("run", *SMALL)
    assert running.stdout is not None
    for line in running.stdout:
        if "raw_purchases_json" in line:
            break
    first("backup", str(tmp_path / "copy"))
    running.communicate(timeout=400)
    assert running.returncode == 0
    first("report", "--output", str(tmp_path / "first.csv"))

    second("restore", str(tmp_path / "copy"))
    second("run", *SMALL)
    second("report", "--output", str(tmp_path / "second.csv"))
    assert (tmp_path / "second.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()
