"""A kill hits at the given place and time; what forked processes start with."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shop_assets_tests.faults.forked import Forks, survivors
from shop_assets_tests.faults.kills import Kill, Moment

STEP = f"{__name__}:step"


@pytest.fixture
def forks(tmp_path: Path) -> Forks:
    return Forks(tmp_path / "runs.log")


def step(folder: Path, number: int) -> None:
    (folder / f"begun-{number}").touch()
    (folder / f"done-{number}").touch()


def work(folder: Path) -> None:
    for number in (1, 2, 3):
        step(folder, number)


def rest(seconds: float) -> None:
    time.sleep(seconds)


def work_slowly(seconds: float) -> None:
    rest(seconds)


def nothing() -> None:
    pass


def start_another() -> None:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    nothing()


def look_around(file: Path) -> None:
    libraries = {"dagster", "pyspark", "chdb"} & sys.modules.keys()
    file.write_text(f"{len(list(Path('/proc/self/task').iterdir()))} {sorted(libraries)}")


@pytest.mark.parametrize(
    ("moment", "left"),
    [("before", {"begun-1", "done-1"}), ("after", {"begun-1", "done-1", "begun-2", "done-2"})],
)
def test_a_process_dies_at_the_call_that_was_chosen(
    tmp_path: Path, forks: Forks, moment: Moment, left: set[str]
) -> None:
    ending = forks.run(work, tmp_path, kill=Kill(STEP, moment, call=2))
    assert ending.exit_code == -signal.SIGKILL
    assert ending.struck
    assert {path.name for path in tmp_path.iterdir()} - {"runs.log"} == left


@pytest.mark.parametrize("kill", [Kill(f"{__name__}:rest", "during", delay=0.1), Kill(None, delay=0.1)], ids=str)
def test_a_process_dies_during_a_call_or_at_any_time(forks: Forks, kill: Kill) -> None:
    ending = forks.run(work_slowly, 60, kill=kill)
    assert ending.exit_code == -signal.SIGKILL
    assert ending.struck
    assert ending.seconds < 30


def test_a_point_that_is_not_reached_is_no_kill(tmp_path: Path, forks: Forks) -> None:
    ending = forks.run(work, tmp_path, kill=Kill(STEP, call=4))
    assert ending.succeeded
    assert not ending.struck


def test_an_engine_can_be_the_victim_and_the_process_continues(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as engine:
        forks = Forks(tmp_path / "runs.log", lambda: {"mongo": engine.pid})
        ending = forks.run(work, tmp_path, kill=Kill(STEP, call=2, victim="mongo"))
        assert engine.wait(30) == -signal.SIGKILL
    assert ending.succeeded
    assert ending.struck
    assert (tmp_path / "done-3").exists()


def test_a_forked_process_has_everything_imported_and_no_thread_of_a_client(tmp_path: Path, forks: Forks) -> None:
    assert forks.run(look_around, tmp_path / "seen").succeeded
    assert (tmp_path / "seen").read_text() == "1 ['dagster', 'pyspark']"


def test_what_a_process_started_and_left_behind_is_found(forks: Forks) -> None:
    assert forks.run(start_another, kill=Kill(f"{__name__}:nothing")).struck
    (left,) = survivors(patience_seconds=0)
    left.kill()
    left.wait(10)
    assert survivors(patience_seconds=0) == []
