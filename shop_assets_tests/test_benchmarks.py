"""`make bench` measures something, and writes and shows what it found. How fast anything is, no test says."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.loops import LoopCosts, shares
from benchmarks.pipeline import RunCosts, StageCosts
from benchmarks.processes import RUN, ProcessWatch, Usage
from benchmarks.results import Results

ROOT = Path(__file__).parents[1]


def test_the_watch_sees_what_a_process_and_its_children_use(tmp_path: Path):
    busy = "import time\nwhile time.process_time() < 1.5: pass"
    with ProcessWatch(os.getpid(), tmp_path) as watch:
        child = subprocess.Popen([sys.executable, "-c", busy])
        deadline = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        usage = watch.take()
        nothing = watch.take()
    assert usage.cpu[RUN] > 0.9, "all but what it used in its last half second"
    assert usage.peak_together >= usage.peak[RUN] > 10
    assert nothing.cpu.get(RUN, 0) < 1


def test_results_are_shown_with_ratios_and_written_as_json_and_plot(tmp_path: Path):
    def run(seconds: float) -> RunCosts:
        usage = Usage({RUN: seconds}, {RUN: 300}, 900)
        return RunCosts("first", 1000, seconds, [StageCosts("mongo_collections", 1000, seconds, usage)])

    loops = [
        LoopCosts("mongo_collections", "bulk", 1000, 1.0),
        LoopCosts("mongo_collections", "one at a time", 10, 1.0, is_naive=True),
    ]
    results = Results("abc", "def", [run(2.0)], [run(7.0)], {1000: loops})
    console = Console(file=io.StringIO(), width=160)
    results.show(console)
    results.write(tmp_path)

    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "base 7 s, 3.50 times faster" in shown
    assert "mongo_collections 0.5" in shown
    assert json.loads((tmp_path / "results.json").read_text())["runs"][0]["stages"][0]["seconds"] == 2.0
    assert (tmp_path / "plot.svg").read_text().startswith("<svg")
    assert shares({"mongo_collections": 500.0}, loops) == {"mongo_collections": 0.5}


@pytest.mark.slow
def test_a_small_shop_is_measured_from_end_to_end(tmp_path: Path):
    command = [sys.executable, "-m", "benchmarks", "60", "--output", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=1200)
    (found,) = tmp_path.glob("*/results.json")
    results = json.loads(found.read_text())
    assert [run["name"] for run in results["runs"]] == ["first", "again", "day"]
    assert {"raw_purchases_json", "report_csv"} <= {stage["asset"] for stage in results["runs"][0]["stages"]}
    assert {loop["asset"] for loop in results["loops"]["60"]} >= {"mongo_collections", "kafka_topics_loaded"}
