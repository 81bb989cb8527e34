"""Landing while other programs write to it: what they deliver stays, and what was not read is named."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shop_assets.document_store.collection_setup import REWRITTEN_OBJECTS, ensure_collections
from shop_assets.document_store.loads import rewritten_objects
from shop_assets.documents.kinds import CUSTOMERS
from shop_assets.erasure import landing_erasure
from shop_assets.erasure.errors import ErasureError
from shop_assets.erasure.landing_erasure import LandingErasure
from shop_assets.erasure.records import begin
from shop_assets.landing.inventory.contents import count_inventory
from shop_assets.object_store.bucket import Bucket, ConditionalWrites
from shop_assets.personal_data.traces import Traces
from shop_assets.services import Services
from shop_assets_tests.erasure.conftest import ANNA, IVAN, deliver
from shop_assets_tests.writers import SoleWriter

KEY = "customers/a.jsonl"


def lines(*documents: dict[str, Any]) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)


@pytest.fixture
def landing(services: Services) -> Bucket:
    services.object_store.landing().ensure()
    ensure_collections(services.database)
    return services.object_store.landing()


@pytest.fixture
def versioned(landing: Bucket) -> Iterator[Bucket]:
    landing.client.put_bucket_versioning(Bucket=landing.name, VersioningConfiguration={"Status": "Enabled"})
    yield landing
    landing.client.put_bucket_versioning(Bucket=landing.name, VersioningConfiguration={"Status": "Suspended"})
    landing.delete([KEY])
    landing.delete_older_versions(KEY)


@pytest.fixture
def erasure(services: Services, landing: Bucket) -> LandingErasure:
    writer = SoleWriter(services.database.client)
    record = begin(services.database, writer, services.pii.cipher(), "cus-1", "request 17")
    return LandingErasure(services, writer, record, Traces(["cus-1"]))


def erase(erasure: LandingErasure) -> int:
    erasure.settle()
    erasure.learn()
    erasure.erase_all_but_sources()
    erasure.search_what_no_run_loads()
    erasure.erase_sources()
    return erasure.erase_delivered_meanwhile()


def versions(bucket: Bucket) -> int:
    listed = bucket.client.list_object_versions(Bucket=bucket.name)
    return len(listed.get("Versions", ())) + len(listed.get("DeleteMarkers", ()))


def once(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Act at the moment when an object was read and is not yet replaced."""
    announce = rewritten_objects.announce
    acts = [act]

    def act_first(*arguments: Any) -> None:
        announce(*arguments)
        if acts:
            acts.pop()()

    monkeypatch.setattr(landing_erasure.rewritten_objects, "announce", act_first)


@pytest.mark.parametrize("is_alone", [False, True])
def test_what_is_delivered_while_an_object_is_rewritten_stays_without_the_customer(
    landing: Bucket, erasure: LandingErasure, monkeypatch: pytest.MonkeyPatch, is_alone: bool
) -> None:
    deliver(landing, {KEY: lines(IVAN) if is_alone else lines(IVAN, ANNA)})
    newer = ANNA | {"first_name": "Мария"}
    once(monkeypatch, lambda: deliver(landing, {KEY: lines(newer, IVAN)}))

    assert erase(erasure) == 0

    assert landing.get(KEY).decode() == lines(newer) + "\n"
    assert not erasure.unguarded


def test_what_is_delivered_after_the_listing_is_erased_as_well(
    landing: Bucket, erasure: LandingErasure, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(landing, {KEY: lines(IVAN, ANNA)})
    once(monkeypatch, lambda: deliver(landing, {"customers/late.jsonl": lines(ANNA, IVAN)}))
    assert erase(erasure) == 0
    assert landing.get("customers/late.jsonl").decode() == lines(ANNA) + "\n"


def test_a_program_that_delivers_the_customer_without_end_makes_the_erasure_fail(
    landing: Bucket, erasure: LandingErasure, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(landing, {KEY: lines(IVAN)})
    replaced = iter(range(100))
    announce = rewritten_objects.announce

    def deliver_first(*arguments: Any) -> None:
        announce(*arguments)
        deliver(landing, {KEY: lines(IVAN, ANNA | {"age": next(replaced)})})

    monkeypatch.setattr(landing_erasure.rewritten_objects, "announce", deliver_first)
    with pytest.raises(ErasureError, match="replaced again and again"):
        erase(erasure)


def test_in_a_store_without_conditions_a_replaced_object_is_noticed_and_the_rest_is_said(
    landing: Bucket, erasure: LandingErasure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bucket, "conditional_writes", lambda *_: ConditionalWrites(replace=False, remove=False))
    deliver(landing, {KEY: lines(IVAN, ANNA)})
    once(monkeypatch, lambda: deliver(landing, {KEY: lines(ANNA, IVAN)}))
    assert erase(erasure) == 0
    assert landing.get(KEY).decode() == lines(ANNA) + "\n"
    assert erasure.unguarded


def test_older_versions_go_although_an_erasure_was_killed_before_it_deleted_them(
    services: Services, versioned: Bucket, erasure: LandingErasure
) -> None:
    deliver(versioned, {KEY: lines(IVAN, ANNA)})
    before = versioned.find(KEY)
    assert before is not None
    content = io.BytesIO(lines(ANNA).encode())
    size, etag = landing_erasure.entity_tag(content)
    rewritten_objects.announce(services.database, SoleWriter(services.database.client), before, etag, size, ["cus-1"])
    versioned.replace(before, content, "application/x-ndjson")
    assert versions(versioned) == 2

    assert erase(erasure) == 0

    assert versions(versioned) == 1
    assert services.database[REWRITTEN_OBJECTS].count_documents({}) == 0


def test_no_version_of_an_object_keeps_the_customer(versioned: Bucket, erasure: LandingErasure) -> None:
    for customers in ([IVAN], [IVAN, ANNA]):
        deliver(versioned, {KEY: lines(*customers)})
    assert erase(erasure) == 0
    assert versions(versioned) == 1
    assert versioned.get(KEY).decode() == "\n" + lines(ANNA)
    assert list(erasure.expires) == ["landing, older versions of other objects"]


def test_what_no_run_loads_is_searched_and_what_cannot_be_read_is_named(
    landing: Bucket, erasure: LandingErasure
) -> None:
    damaged = gzip.compress(lines(*(ANNA | {"customer_id": f"c-{number}"} for number in range(999))).encode())[:-900]
    csv = f"id;phone\r\n17;{IVAN['phone']}\r\n"
    deliver(
        landing,
        {
            KEY: lines(IVAN),
            "customers.json": json.dumps([{"name": "A", "email": IVAN["email"]}]),
            "exports/of 2026/all.csv.gz": gzip.compress(csv.encode()),
            "exports/wide.csv": b"\xff\xfe" + csv.encode("utf-16-le"),
            "customers/notes.txt": f"позвонить {IVAN['phone']}",
            "exports/others.csv": csv.replace("67", "68"),
            "exports/others.csv.gz": gzip.compress(b"\n" * 9),
            "customers/book.xlsx": b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(99),
            "exports/a.parquet": b"PAR1\x15\x04" + bytes(99),
            "purchases/damaged.jsonl.gz": damaged,
        },
    )

    assert erase(erasure) == 0

    assert erasure.by_hand == [
        "customers.json", "customers/notes.txt", "exports/of 2026/all.csv.gz", "exports/wide.csv",
    ]  # fmt: skip
    assert erasure.not_searched == ["customers/book.xlsx", "exports/a.parquet", "purchases/damaged.jsonl.gz"]


def test_the_inventory_of_the_pipeline_is_not_left_to_people_and_is_gone(
    landing: Bucket, erasure: LandingErasure
) -> None:
    deliver(landing, {KEY: lines(IVAN, ANNA), "customers/cus-1.json": json.dumps(IVAN)})
    count_inventory(landing, CUSTOMERS)
    assert landing.exists("_inventory/customers.sqlite")

    assert erase(erasure) == 0

    assert (erasure.by_hand, erasure.not_searched) == ([], [])
    assert not landing.exists("_inventory/customers.sqlite")


def test_what_was_left_to_people_is_known_after_a_kill_although_what_told_it_is_gone(
    services: Services, landing: Bucket, erasure: LandingErasure
) -> None:
    deliver(landing, {KEY: lines(IVAN), "exports/a.csv": IVAN["phone"], "exports/b.csv": IVAN["phone"]})
    erasure.learn()
    erasure.erase_all_but_sources()
    erasure.search_what_no_run_loads()
    landing.delete([KEY, "exports/b.csv"])

    writer = SoleWriter(services.database.client)
    record = begin(services.database, writer, services.pii.cipher(), "cus-1", "request 17")
    again = LandingErasure(services, writer, record, Traces(["cus-1"]))
    assert erase(again) == 0

    assert again.by_hand == ["exports/a.csv"]


def test_what_may_hold_others_or_is_damaged_is_left_as_it_is_with_its_versions(
    versioned: Bucket, erasure: LandingErasure
) -> None:
    page = json.dumps({"data": [ANNA, IVAN]})[:-1]
    damaged = gzip.compress((lines(IVAN, ANNA) + "\n" * 99999).encode())[:-9]
    files = {"customers/page.json": page.encode(), "purchases/a.jsonl.gz": damaged, KEY: page.encode()}
    deliver(versioned, {KEY: b"[]"})
    deliver(versioned, files)

    assert erase(erasure) == 0

    assert erasure.by_hand == sorted(files)
    assert {key: versioned.get(key) for key in files} == files
    assert versions(versioned) == 4
    for key in files:
        versioned.delete([key])
        versioned.delete_older_versions(key)
