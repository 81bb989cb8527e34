"""Documents of megabytes, a million levels, archives that unpack to a thousand times their size, in bounded memory."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from shop_assets.settings import Settings
from shop_assets_tests.bad_input import pipeline
from shop_assets_tests.bad_input.bad_files import files
from shop_assets_tests.bad_input.heavy_files import CLEAN, FILES, REFUSED, UNPUBLISHED
from shop_assets_tests.bad_input.pipeline import Found

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

OWN = ("s3_landing_bucket", "mongo_database", "kafka_topic_prefix")
GROWTH_SMALL_MIB = 250
"""Of small documents: libraries that the stages load (100), a batch of 16 MiB as BSON, the producer's queue of 64, the
consumer's of 32, and a batch of messages as columns and as a request.
"""

GROWTH_HEAVY_MIB = 1_300
"""Of large ones, beside that: 16 MiB of empty objects are five million of Python's, 64 bytes each and their places in
the list, and are in memory with their text, its copies and 80 MiB of BSON while they are checked. That is one
document's price, however many there are.
"""


def growth(settings: Settings) -> int:
    """MiB that one pass in a process of its own took at its highest."""
    own = json.dumps({name: getattr(settings, name) for name in OWN})
    command = [sys.executable, "-m", "shop_assets_tests.bad_input.measured_pipeline", own]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    measured = json.loads(done.stdout.splitlines()[-1])
    print(measured)
    return measured["highest"] - measured["before"]


@pytest.fixture(scope="module")
def heavy(stack_settings: Settings) -> Iterator[Settings]:
    with pipeline.own_shop(stack_settings) as settings:
        pipeline.deliver(settings, ((key, make()) for key, make in FILES.items()))
        yield settings


@pytest.fixture(scope="module")
def grown(heavy: Settings) -> int:
    return growth(heavy)


@pytest.fixture(scope="module")
def found(heavy: Settings, grown: int) -> Found:
    return pipeline.find(heavy)


def test_every_heavy_input_is_found_again_once_with_its_reason(found: Found) -> None:
    wanted: dict[tuple[str, int | str], list[str]] = {place: [reason] for place, reason in REFUSED.items()}
    wanted |= {("collection stores", key): ["message is larger than the topic takes"] for key in UNPUBLISHED}
    assert found.rejected.keys() == wanted.keys()
    assert {place: reasons for place, reasons in found.rejected.items() if reasons != wanted[place]} == {}
    assert (found.stored["products"], found.stored["stores"]) == (CLEAN, UNPUBLISHED)
    assert found.shown["products"] == dict.fromkeys(CLEAN, 1)
    assert found.rejected_count == {}


def test_memory_is_bounded_by_one_document_whatever_the_files_are(grown: int) -> None:
    assert grown < GROWTH_HEAVY_MIB


def test_memory_is_bounded_over_thousands_of_small_inputs(stack_settings: Settings) -> None:
    with pipeline.own_shop(stack_settings) as settings:
        pipeline.deliver(settings, ((thing.key, thing.content) for thing in files()))
        assert growth(settings) < GROWTH_SMALL_MIB
