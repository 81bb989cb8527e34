"""Each service is restored to an earlier state, or to nothing, between two runs: alone, and together with another.

The next run ends with MART equal to MongoDB, or refuses and names the command that goes on.
"""

import base64
import itertools
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console

from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS, PURCHASES
from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.home import Home
from shop_assets.embedded.stack import Stack
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.settings import Settings, variable
from shop_assets_tests.restores.stack_copies import (
    KEY_RING,
    SERVICES,
    CopiedStack,
    State,
    in_mart,
    in_mongodb,
    write_document,
)

SHOP: Final = Shop(11, stores=4, products=10, customers=20, purchases=40, as_of=date(2026, 2, 1))
NEW_TOPICS: Final = "shop topics recreate"

ALONE: Final[list[dict[str, State]]] = [{service: "earlier"} for service in SERVICES] + [
    {service: "nothing"} for service in SERVICES
]
PAIRS: Final[list[dict[str, State]]] = [
    {first: one, second: two}
    for first, second in itertools.combinations(SERVICES, 2)
    for one in ("earlier", "nothing")
    for two in ("earlier", "nothing")
]


def refuses(replaced: Mapping[str, State]) -> bool:
    """Whether the run stops until the topics are made again.

    An earlier Kafka would give offsets that RAW has already; nothing in RAW can contradict it if RAW lost all and the
    checkpoint too. And what the topics hold cannot be decrypted with a key ring that lost its newest key.
    """
    if replaced.get("kafka") == "nothing":
        return False
    return replaced.get("kafka") == "earlier" or KEY_RING in replaced


def edit(number: int) -> None:
    """Another program works on the collections."""
    with mongo_resource(Settings.load()).connect() as database:
        for kind in ("customers", "purchases", "products"):
            ids = sorted(document["_id"] for document in database[kind].find({}, {"_id": 1}))
            if not ids:  # MongoDB was restored to nothing
                continue
            if kind == "customers":
                database[kind].update_one({"_id": ids[number]}, {"$set": {"first_name": f"edited {number}"}})
            else:
                database[kind].delete_one({"_id": ids[number]})


def shop(*arguments: str) -> None:
    """The `shop` command of this environment."""
    command = [str(Path(sys.executable).with_name("shop")), *arguments]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedStack]:
    folder = tmp_path_factory.mktemp("restores")
    stack = Stack(Home(folder / "home"), Console(stderr=True))
    copied = CopiedStack(stack, folder / "copies", folder / "source")
    made = {kind: list(generate(SHOP, kind)) for kind in KINDS}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(variable("home"), str(stack.home.root))
        try:
            for kind, documents in made.items():
                for name, document in documents[: len(documents) // 2 if kind is PURCHASES else None]:
                    write_document(copied.source, kind.name, name, document)
            stack.up()
            assert copied.run() == ""
            edit(0)
            assert copied.run() == ""
            copied.copy("earlier")

            credentials = Credentials.load(stack.home.credentials)
            new_key = base64.b64encode(secrets.token_bytes(64)).decode()
            credentials.with_pii_keys(f"k2:{new_key},{credentials.pii_keys}").save(stack.home.credentials)
            stack.up()
            for kind, documents in made.items():
                for name, document in documents:
                    write_document(copied.source, kind.name, name, document)
            edit(1)
            assert copied.run() == ""
            copied.copy("later")
            yield copied
        finally:
            stack.down(delete_data=True)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "replaced", [*ALONE, *PAIRS], ids=lambda replaced: ", ".join(f"{name} {state}" for name, state in replaced.items())
)
def test_the_run_after_a_restore_ends_with_what_mongodb_has_or_names_the_command_that_goes_on(
    copied: CopiedStack, replaced: dict[str, State]
) -> None:
    copied.start(replaced)
    edit(2)

    failed = copied.run()

    assert (NEW_TOPICS in failed) == bool(failed) == refuses(replaced), failed
    if failed:
        shop(*NEW_TOPICS.split()[1:])
        assert copied.run() == ""
    shown = in_mart()
    assert all(shown.values())
    assert shown == in_mongodb()
