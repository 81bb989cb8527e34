"""Growing memory is distinguished from flat memory."""

import os

from shop_assets_tests.faults.memory import MemoryRecord


def record(*values: float) -> MemoryRecord:
    record = MemoryRecord(dict)
    record.samples["mongo"] += values
    return record


def test_memory_that_grows_is_a_complaint() -> None:
    assert record(*range(100, 400, 10)).growth() == ["mongo grew from 195 to 355 MiB"]


def test_memory_that_grows_while_it_warms_up_and_then_goes_up_and_down_is_none() -> None:
    assert record(100, 150, 250, *[300, 320, 290] * 4).growth() == []


def test_little_memory_may_grow_by_more_of_its_share() -> None:
    assert record(20, 20, 20, 20, 40, 40).growth() == []


def test_the_processes_that_run_are_sampled() -> None:
    record = MemoryRecord(lambda: {"this": os.getpid()})
    record.sample()
    assert record.samples.keys() == {"this", "runner and fork server"}
    assert record.samples["this"][0] > 10
