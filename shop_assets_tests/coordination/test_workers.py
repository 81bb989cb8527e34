"""Worker processes: results in order, bounded batches, and an end with the run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shop_assets.coordination import workers
from shop_assets.coordination.workers import AHEAD, FIRST_BATCHES, WorkerLostError, computed

RUN = """
import os, time
from shop_assets.coordination.workers import computed
from shop_assets_tests.coordination.test_workers import process_of
if __name__ == "__main__":
    print(*computed(process_of, range(9), 2), flush=True)
    results = computed(process_of, range(9), 2)
    print(*[next(results) for _ in range(6)], flush=True)
    time.sleep(60)
"""


def process_of(number: int) -> int:
    time.sleep(0.01 * (number % 3))
    return os.getpid()


def square(number: int) -> int:
    time.sleep(0.01 * (number % 3))
    return number * number


def die_at(number: int) -> int:
    if number == FIRST_BATCHES + 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("count", [1, 2])
def test_results_come_in_the_order_of_their_batches(count: int):
    assert list(computed(square, range(12), count)) == [number * number for number in range(12)]
    assert list(computed(square, [], count)) == []


def test_no_more_batches_are_taken_than_are_worked_on():
    taken: list[int] = []

    def batches() -> Iterator[int]:
        for number in range(30):
            taken.append(number)
            yield number

    for done, _ in enumerate(computed(square, batches(), 2), start=1):
        assert len(taken) <= done + 2 + AHEAD


def test_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "ProcessPoolExecutor", None)
    assert set(computed(process_of, range(FIRST_BATCHES), 8)) == {os.getpid()}


def test_a_worker_that_is_killed_fails_the_run():
    with pytest.raises(WorkerLostError, match="SHOP_WORKERS"):
        list(computed(die_at, range(9), 2))


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path):
    script = tmp_path / "run.py"
    script.write_text(RUN, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    run = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert run.stdout is not None
    ended = {int(pid) for pid in run.stdout.readline().split()} - {run.pid}
    working = {int(pid) for pid in run.stdout.readline().split()} - {run.pid}
    assert ended
    assert working
    assert not any(map(psutil.pid_exists, ended)), "they end with the work"
    run.kill()
    run.communicate()
    deadline = time.monotonic() + 20
    while any(map(psutil.pid_exists, working)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(psutil.pid_exists, working))
