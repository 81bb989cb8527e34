"""The clock of one service is stepped back and forth between runs, as by a wrong time server or a restored machine.

The run ends with MART equal to MongoDB all the same. libfaketime gives the service its clock; its monotonic clock goes
on as it was, as when a person sets the time.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from rich.console import Console

from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.embedded.home import Home
from shop_assets.embedded.services import clickhouse, kafka, mongo
from shop_assets.embedded.services.service import Service
from shop_assets.embedded.stack import Stack
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.settings import Settings, variable
from shop_assets_tests.restores.stack_copies import CopiedStack, in_mart, in_mongodb, write_document

LIBRARIES: Final = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
SHOP: Final = Shop(12, stores=4, products=10, customers=20, purchases=40, as_of=date(2026, 2, 1))
SERVICES: Final = (clickhouse, mongo, kafka)
READ_AGAIN_SECONDS: Final = 1
STEPS: Final = ("-2h", "+2h", "+0")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed"),
]


@dataclass(frozen=True)
class ClockedStack:
    """A stack of which each service has a file with what its clock is off."""

    copied: CopiedStack
    clocks: Path

    def step(self, service: ModuleType, offset: str) -> None:
        """Sets the clock of a running service."""
        (self.clocks / service.NAME).write_text(offset)
        time.sleep(READ_AGAIN_SECONDS + 0.5)


def clocked(module: ModuleType, clocks: Path, patch: pytest.MonkeyPatch) -> None:
    """Starts a service with a clock of its own."""
    plain = module.service

    def service(*arguments: Any) -> Service:
        made: Service = plain(*arguments)
        clock = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(clocks / module.NAME),
            "FAKETIME_CACHE_DURATION": str(READ_AGAIN_SECONDS),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Of timed waits: with the fix, which is for an older C library, they return at once and the service spins.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }
        return replace(made, environment={**made.environment, **clock})

    (clocks / module.NAME).write_text("+0")
    patch.setattr(module, "service", service)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClockedStack]:
    folder = tmp_path_factory.mktemp("clocks")
    embedded = Stack(Home(folder / "home"), Console(stderr=True))
    copied = CopiedStack(embedded, folder / "copies", folder / "source")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable("home"), str(embedded.home.root))
        for module in SERVICES:
            clocked(module, folder, patch)
        try:
            for kind in KINDS:
                for name, document in generate(SHOP, kind):
                    write_document(copied.source, kind.name, name, document)
            embedded.up()
            assert copied.run() == ""
            yield ClockedStack(copied, folder)
        finally:
            embedded.down(delete_data=True)


def edit(text: str) -> None:
    with mongo_resource(Settings.load()).connect() as database:
        for kind, field in {"customers": "first_name", "products": "name", "stores": "store_name"}.items():
            for document in database[kind].find({}, {"_id": 1}).sort("_id").limit(3):
                database[kind].update_one({"_id": document["_id"]}, {"$set": {field: f"edited {text}"}})
        purchase = database["purchases"].find_one({}, {"_id": 1})
        assert purchase is not None
        database["purchases"].delete_one({"_id": purchase["_id"]})


@pytest.mark.parametrize("service", [clickhouse, mongo], ids=lambda service: service.NAME)
def test_a_run_ends_with_what_mongodb_has_whatever_the_clock_of_a_service_says(
    stack: ClockedStack, service: ModuleType
) -> None:
    for number, offset in enumerate(STEPS):
        stack.step(service, offset)
        edit(f"{service.NAME} {number}")
        assert stack.copied.run() == "", offset
        assert in_mart() == in_mongodb(), offset


def test_while_kafka_is_behind_the_run_stops_and_the_next_one_is_right(stack: ClockedStack) -> None:
    """Its messages are then older than the changes in them, and they are taken for forged ones."""
    stack.step(kafka, "-2h")
    edit("kafka behind")
    assert "mart_equals_mongodb" in stack.copied.run()
    for number, offset in enumerate(("+0", "+2h", "+0")):
        stack.step(kafka, offset)
        edit(f"kafka {number}")
        assert stack.copied.run() == "", offset
        assert in_mart() == in_mongodb(), offset
