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
from benchmarks.sizing import service_table, stage_rates, stage_table

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


def test_a_sizing_is_measured_costs_times_purchases():
    def stage(asset: str, seconds: float, cpu: float) -> dict[str, object]:
        return {"asset": asset, "seconds": seconds, "usage": {"cpu": {RUN: cpu / 2, "MongoDB": cpu / 2}}}

    run = {
        "purchases": 1_000_000,
        "stages": [
            stage("raw_stores_json", 1, 1),
            stage("raw_purchases_json", 99, 99),
            stage("mongo_collections", 200, 300),
            stage("kafka_topics_loaded", 100, 100),
            stage("clickhouse_raw", 100, 150),
            stage("customer_features_parquet", 20, 30),
            stage("report_csv", 1, 1),
        ],
    }
    rates = list(stage_rates(run))
    assert [(rate.asset, rate.purchases_a_second) for rate in rates][:2] == [
        ("landing", 10_000), ("mongo_collections", 5_000),
    ]  # fmt: skip
    stages = list(stage_table(rates))
    assert stages[2].startswith("| `customer_features_parquet` | 2,700 | 8 million | 3 | 268 |"), "it reads 90 days"
    assert stages[3].startswith("| `mongo_collections` | 300 | 72 million | 1 | 30 |")
    services = dict(line.strip("| ").split(" | ", 1) for line in list(service_table(rates, 1000.0))[2:])
    assert services["messages per second, within these hours"] == "69 | 694 | 69,444"
    assert services["partitions of the purchases topic"] == "3 | 3 | 7"
    assert services["brokers"] == "3 | 3 | 23"
    assert services["S3 requests per day, with one file per document"] == "$5.40 | $54.00 | $5,400.00"


@pytest.mark.slow
def test_a_small_shop_is_measured_from_end_to_end(tmp_path: Path):
    command = [sys.executable, "-m", "benchmarks", "60", "--output", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=1200)
    (found,) = tmp_path.glob("*/results.json")
    results = json.loads(found.read_text())
    assert [run["name"] for run in results["runs"]] == ["first", "again", "day"]
    assert {"raw_purchases_json", "report_csv"} <= {stage["asset"] for stage in results["runs"][0]["stages"]}
    assert {loop["asset"] for loop in results["loops"]["60"]} >= {"mongo_collections", "kafka_topics_loaded"}
