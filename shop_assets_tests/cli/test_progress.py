"""What a run shows while it runs, on a terminal and in a log."""

import os
import time
from pathlib import Path

import pytest
from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    AssetKey,
    DagsterEvent,
    DagsterEventType,
    EventLogEntry,
)

from shop_assets.cli.running import progress
from shop_assets.cli.running.progress import RunProgress


def begun(step: str) -> EventLogEntry:
    event = DagsterEvent(DagsterEventType.STEP_START.value, job_name="everything", step_key=step)
    return EventLogEntry(
        error_info=None, level=20, user_message="", run_id="r", timestamp=0.0, step_key=step, dagster_event=event
    )


def checked(name: str, severity: AssetCheckSeverity, *, passed: bool) -> EventLogEntry:
    evaluation = AssetCheckEvaluation(
        asset_key=AssetKey("clickhouse_mart"),
        check_name=name,
        passed=passed,
        metadata={},
        severity=severity,
        description="what was found",
    )
    event = DagsterEvent(
        DagsterEventType.ASSET_CHECK_EVALUATION.value, job_name="everything", event_specific_data=evaluation
    )
    return EventLogEntry(error_info=None, level=10, user_message="", run_id="r", timestamp=0.0, dagster_event=event)


def said(step: str, message: str) -> EventLogEntry:
    return EventLogEntry(error_info=None, level=20, user_message=message, run_id="r", timestamp=0.0, step_key=step)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What a run of one long step prints to a file."""
    monkeypatch.setattr(progress, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(progress, "LOG_SECONDS", 0.1)

    def run(*, quiet: bool) -> str:
        file = tmp_path / "log"
        with file.open("wb") as output, RunProgress(output=output.fileno(), quiet=quiet) as shown:
            shown.on_event(begun("mongo_collections"))
            shown.on_event(said("mongo_collections", "1,000 of 2,000 documents"))
            time.sleep(0.35)
        return file.read_text()

    return run


def test_a_log_says_now_and_then_which_step_runs_and_for_how_long(shown):
    lines = shown(quiet=False).splitlines()
    assert 2 <= len(lines) <= 3
    assert set(lines) == {"mongo_collections … 0 s: 1,000 of 2,000 documents"}


def test_a_quiet_run_says_nothing_of_its_progress(shown):
    assert shown(quiet=True) == ""


def test_no_colour_reaches_a_log_even_where_one_is_forced_on_a_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    read, write = os.pipe()
    with RunProgress(output=write) as shown:
        shown._print("[green]✓[/] done")
    os.close(write)
    assert os.read(read, 100).decode() == "✓ done\n"
    os.close(read)


def test_a_check_that_failed_has_another_mark_than_one_that_warns(tmp_path: Path):
    file = tmp_path / "log"
    with file.open("wb") as output, RunProgress(output=output.fileno()) as shown:
        shown.on_event(checked("stores_count", AssetCheckSeverity.ERROR, passed=False))
        shown.on_event(checked("amounts_agree", AssetCheckSeverity.WARN, passed=False))
        shown.on_event(checked("mart_equals_raw", AssetCheckSeverity.ERROR, passed=True))
    assert file.read_text().splitlines() == [
        "✗ check clickhouse_mart.stores_count: what was found",
        "! check clickhouse_mart.amounts_agree: what was found",
    ]
