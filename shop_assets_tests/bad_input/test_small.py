"""Thousands of small bad inputs in one delivery: none ends a run, each is found again once, with its reason."""

from collections.abc import Iterator

import pytest

from shop_assets.settings import Settings
from shop_assets_tests import whole_run
from shop_assets_tests.bad_input import pipeline
from shop_assets_tests.bad_input.bad_files import files
from shop_assets_tests.bad_input.delivery import Delivered
from shop_assets_tests.bad_input.pipeline import Found, PipelineRun

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def delivered() -> list[Delivered]:
    return files()


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Iterator[Settings]:
    with pipeline.own_shop(stack_settings) as settings:
        yield settings


@pytest.fixture(scope="module")
def pipeline_run(shop: Settings, delivered: list[Delivered]) -> PipelineRun:
    pipeline.deliver(shop, ((thing.key, thing.content) for thing in delivered))
    return pipeline.run_pipeline(shop)


@pytest.fixture(scope="module")
def found(shop: Settings, pipeline_run: PipelineRun) -> Found:
    return pipeline.find(shop)


def test_every_input_is_found_again_exactly_once_with_its_reason(delivered: list[Delivered], found: Found) -> None:
    problems = pipeline.problems(delivered, found)
    assert not problems, "\n".join(problem[:300] for problem in problems)


def test_the_counts_of_all_stages_add_up(delivered: list[Delivered], pipeline_run: PipelineRun, found: Found) -> None:
    inputs = sum(len(thing.texts) for thing in delivered)
    assert inputs >= 300
    loads = pipeline_run.loads.values()
    assert sum(load.read for load in loads) == inputs
    assert sum(load.rejected for load in loads) == len(found.rejected)
    stored = sum(len(ids) for ids in found.stored.values())
    assert sum(load.inserted for load in loads) == stored
    copies = inputs - stored - len(found.rejected)
    assert 2 <= copies == sum(load.duplicate_ids for load in loads)
    assert (pipeline_run.capture.sent, pipeline_run.capture.rejected, pipeline_run.ingested) == (stored, 0, stored)
    shown = sum(ids.total() for ids in found.shown.values())
    assert stored == shown + sum(len(reasons) for reasons in found.rejected_count.values())


def test_nothing_is_read_or_published_a_second_time(shop: Settings, found: Found) -> None:
    again = pipeline.run_pipeline(shop)
    assert sum(load.read for load in again.loads.values()) == 0
    assert (again.capture.sent, again.ingested) == (0, 0)
    assert pipeline.find(shop) == found


def test_no_personal_value_of_any_shape_gets_out_in_the_clear(found: Found, shop: Settings) -> None:
    values = whole_run.published_values(shop)
    assert b"enc:v1:k1:" in values
    assert b"900 123-45-67" not in values
    assert b"79001234567" not in values
