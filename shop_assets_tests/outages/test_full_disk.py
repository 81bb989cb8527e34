"""The disk of the stack fills up in the middle of a run: one sentence says so, and with room the next run goes on."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shop_assets.settings import variable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk"),
]

SHOP = str(Path(sys.executable).with_name("shop"))
STAGES = ["raw_purchases_json", "mongo_collections", "kafka_topics_loaded", "clickhouse_raw", "clickhouse_mart"]


@contextmanager
def mounted_home(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own for SHOP_HOME."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let its root mount a disk")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(variable("home"), str(folder / "home"))
        try:
            yield folder
        finally:
            (folder / "filler").unlink(missing_ok=True)
            subprocess.run([SHOP, "down", "--delete-data", "--yes"], check=False, timeout=120)
            subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with mounted_home(tmp_path_factory.mktemp("disk"), "400m") as folder:
        yield folder


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024 * 1024))
        except OSError:
            return


def shop(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SHOP, *arguments], capture_output=True, text=True, check=False, timeout=400)


def report() -> str:
    done = shop("report")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def reference(disk: Path) -> str:
    first = shop("run")
    assert first.returncode == 0, first.stdout + first.stderr
    return report()


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_goes_on_when_there_is_room(disk: Path, reference: str, stage: str) -> None:
    with subprocess.Popen(
        [SHOP, "run", "--replay"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        lines = []
        for line in run.stdout:
            lines.append(line)
            if re.match(rf"\W*{stage}\b", line):
                fill(disk)
        run.wait(400)
    output = "".join(lines)
    assert run.returncode == 1, output
    assert re.search("no space|not enough space|No space left", output, re.IGNORECASE), output
    assert "Traceback" not in output

    refused = shop("run")
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: No space left: "), refused.stderr
    assert len(refused.stderr.splitlines()) == 1

    (disk / "filler").unlink()
    done = shop("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search("passed +mart_equals_mongodb +0 documents differ", done.stdout)
    assert re.search("passed +raw_has_every_offset_once +0 offsets are in RAW twice, 0 are unaccounted", done.stdout)
    assert report() == reference


def test_a_disk_of_150_megabytes_is_enough_for_the_default_shop(tmp_path: Path) -> None:
    with mounted_home(tmp_path, "150m"):
        done = shop("run")
        assert done.returncode == 0, done.stdout + done.stderr
