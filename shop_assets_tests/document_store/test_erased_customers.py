"""What is delivered of an erased customer later is not loaded, unless they registered again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shop_assets.document_store.capture.changes import Change
from shop_assets.document_store.collection_setup import ERASURES, entry_id
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.erased_customers import ErasedCustomers
from shop_assets.document_store.erasure_hash_key import ensure_hash_key
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.document_store.loads import rewritten_objects
from shop_assets.document_store.loads.identities import SAME_ID
from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.loads.preparation import moment_rules
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES
from shop_assets.landing.filling.writing import entity_tag
from shop_assets.object_store.bucket import Bucket
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.settings import ReadingSettings
from shop_assets_tests.document_store.conftest import Documents, put
from shop_assets_tests.writers import SoleWriter

CIPHER = PersonalDataCipher({"k1": bytes(range(64))})
ERASED_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def load(database: Documents, bucket: Bucket) -> dict[str, LoadResult]:
    return load_landing(database, bucket, [CUSTOMERS, PURCHASES], cipher=CIPHER, writer=SoleWriter(database.client))


def customer(**more: Any) -> dict[str, Any]:
    return {"customer_id": "cus-1", "phone": "+79001234567", "registration_date": "2026-01-01T00:00:00Z"} | more


def purchase(number: int, at: datetime, customer_id: str = "cus-1") -> dict[str, Any]:
    buyer = {"customer_id": customer_id, "phone": "+79001234567"}
    return {"purchase_id": f"ord-{number}", "customer": buyer, "purchase_datetime": at.isoformat()}


@pytest.fixture
def erased(database: Documents) -> Documents:
    ensure_hash_key(database, CIPHER, SoleWriter(database.client))
    known = ErasedCustomers.load(database, CIPHER)
    entry = {"pseudonym": "erased-x", "erased_at": ERASED_AT, "contacts": [known.hash_of("+79001234567")]}
    database[ERASURES].insert_one({"_id": known.hash_of("cus-1"), **entry})
    return database


def buyers(database: Documents) -> dict[str, str]:
    return {found["_id"]: found["customer"]["customer_id"] for found in database.purchases.find()}


def test_an_old_file_brings_nothing_back_and_no_reject_quotes_it(erased: Documents, bucket: Bucket) -> None:
    put(bucket, "customers/a.jsonl", customer(), customer(customer_id=" CUS-1 "), customer(customer_id="cus-2"))
    put(bucket, "customers/b.json", customer(registration_date="2026-05-01"))
    put(bucket, "customers/c.json", customer(registration_date="1 июня 2026", purchase_location="no object"))
    put(bucket, "purchases/a.json", purchase(1, ERASED_AT), purchase(2, ERASED_AT, "cus-2"))
    put(bucket, "purchases/b.json", purchase(3, ERASED_AT) | {"items": "no list", "note": "8 900 123-45-67"})
    bucket.put("customers/cut.json", b'{"customer_id": "another", "phone": "8 900 123-45-67', "application/json")
    bucket.put("customers/other.json", b'{"customer_id": "another", "phone": "8 911 123-45-67', "application/json")

    results = load(erased, bucket)

    texts = {found["object_key"]: found["text"] for found in erased.rejected_documents.find()}
    assert texts["customers/cut.json"] == ""
    assert "911" in texts["customers/other.json"]
    assert [found["_id"] for found in erased.customers.find()] == ["cus-2"]
    assert buyers(erased) == {"ord-1": "erased-x", "ord-2": "cus-2", "ord-3": "erased-x"}
    assert (results["customers"].erased, results["purchases"].pseudonymised) == (4, 2)
    stored = str([*erased.rejected_documents.find(), *erased.purchases.find({"_id": {"$ne": "ord-2"}})])
    assert not re.search(r"900\W*123", stored)  # digits alone may be those of a hash
    assert load(erased, bucket)["customers"].read == 0


def test_no_reject_of_a_second_document_with_an_id_quotes_the_customer(erased: Documents, bucket: Bucket) -> None:
    first = purchase(1, ERASED_AT) | {"store": {"store_id": "s-1"}, "total_amount": 10}
    second = purchase(1, ERASED_AT) | {"store": {"store_id": "s-2"}, "total_amount": 99}
    second["customer"]["first_name"] = "Афанасий"
    second["purchase_datetime"] = "2020-01-01T00:00:00Z"
    put(bucket, "purchases/a.jsonl", first, second)

    load(erased, bucket)

    (reject,) = erased.rejected_documents.find()
    assert reject["reason"] == SAME_ID
    assert '"erased-x"' in reject["text"]
    assert [one for one in ("Афанасий", "cus-1", "900") if one in reject["text"]] == []


def test_who_registered_again_is_loaded_with_the_purchases_since_then(erased: Documents, bucket: Bucket) -> None:
    again = ERASED_AT + timedelta(days=3)
    put(bucket, "customers/a.json", customer(registration_date=again.isoformat()))
    put(bucket, "customers/b.json", customer())
    put(bucket, "purchases/a.json", purchase(1, again - timedelta(days=1)), purchase(2, again), purchase(3, ERASED_AT))

    load(erased, bucket)

    assert [found["registration_date"] for found in erased.customers.find()] == [again.isoformat()]
    assert buyers(erased) == {"ord-1": "erased-x", "ord-2": "cus-1", "ord-3": "erased-x"}
    put(bucket, "purchases/later.json", purchase(4, again + timedelta(days=9)))
    load(erased, bucket)
    assert buyers(erased)["ord-4"] == "cus-1"


def test_without_the_key_ring_nothing_is_loaded(erased: Documents, bucket: Bucket) -> None:
    put(bucket, "customers/a.json", customer())
    for cipher in (None, PersonalDataCipher({"k1": bytes(range(1, 65))})):
        with pytest.raises(DocumentStoreError, match="restore the key ring"):
            load_landing(erased, bucket, [CUSTOMERS], cipher=cipher, writer=SoleWriter(erased.client))
    assert erased.customers.find_one() is None


@pytest.mark.parametrize(
    ("written", "is_later"),
    [("02.05.2026 10:00", True), (1777975200, True), ("1777975200000", True), ("2026/05/01 14:30", False)],
)
def test_a_registration_is_read_as_mart_reads_it(
    erased: Documents, bucket: Bucket, written: Any, is_later: bool
) -> None:
    put(bucket, "customers/a.json", customer(registration_date=written))
    put(bucket, "purchases/a.json", purchase(1, ERASED_AT) | {"purchase_datetime": "06.05.2026 23:00"})
    moscow = moment_rules(ReadingSettings(timezone="Europe/Moscow"))

    load_landing(
        erased, bucket, [CUSTOMERS, PURCHASES], cipher=CIPHER, moments=moscow, writer=SoleWriter(erased.client)
    )

    assert erased.customers.count_documents({}) == int(is_later)
    assert buyers(erased) == {"ord-1": "cus-1" if is_later else "erased-x"}


@pytest.mark.parametrize(("key", "text", "is_kept"), [
    ("customers/a.json", '{"customer_id": " CUS-1", "first_name": "Афанасий', False),
    ("customers/a.json", '{"customer_id": "cus-12", "first_name": "Афанасий', True),
    ("purchases/a.jsonl", '{"purchase_id": "ord-1", "customer": {"customer_id": "cus-1", "first_name": "Афа', False),
    ("purchases/a.jsonl", "cus-1;Афанасий;Рожковский", False),
    ("customers/a.json", '{"id": 17, "first_name": "Афанасий', False),
    ("customers/a.json", '{"id": 18, "age": 17, "first_name": "Афанасий', True),
    ("purchases/a.json", '{"client": {"id": 17.0}, "first_name": "Афанасий', False),
    ("purchases/a.json", '{"id": 17, "first_name": "Афанасий', True),
    ("customers/a.json", '{"customer_id": "покупатель 5", "first_name": "Афанасий', False),
])  # fmt: skip
def test_of_a_damaged_text_with_the_id_of_an_erased_customer_nothing_is_stored(
    erased: Documents, bucket: Bucket, key: str, text: str, is_kept: bool
) -> None:
    known = ErasedCustomers.load(erased, CIPHER)
    for name in ("17", "покупатель 5"):
        erased[ERASURES].insert_one({"_id": known.hash_of(name), "pseudonym": "erased-y", "erased_at": ERASED_AT})
    bucket.put(key, text.encode(), "application/json")
    load(erased, bucket)
    (reject,) = erased.rejected_documents.find()
    assert ("Афа" in reject["text"]) == is_kept


def test_a_rewritten_object_is_not_loaded_again(database: Documents, bucket: Bucket) -> None:
    """What was deleted or changed in MongoDB alone stays so, also if the erasure was killed after the PUT."""
    writer = SoleWriter(database.client)
    put(bucket, "customers/a.jsonl", customer(), customer(customer_id="cus-2"), customer(customer_id="cus-3"), b"{")
    load(database, bucket)
    database.customers.delete_one({"_id": "cus-2"})
    database.customers.update_one({"_id": "cus-3"}, {"$set": {"note": "by hand"}})
    before = bucket.find("customers/a.jsonl")
    assert before is not None
    content = b"\n" + bucket.get("customers/a.jsonl").partition(b"\n")[2]
    size, etag = entity_tag(content)

    rewritten_objects.announce(database, writer, before, etag, size, ["cus-1"])
    bucket.put("customers/a.jsonl", content, "application/x-ndjson")
    database.customers.delete_one({"_id": "cus-1"})
    result = load(database, bucket)["customers"]

    assert (result.read, result.restored) == (0, 0)
    assert [(found["_id"], found.get("note")) for found in database.customers.find()] == [("cus-3", "by hand")]
    (reject,) = database.rejected_documents.find()
    assert (reject["etag"], reject["position"], reject["superseded"]) == (etag, 4, False)
    database.customers.delete_one({"_id": "cus-3"})
    database.deleted_documents.delete_many({})
    assert load(database, bucket)["customers"].restored == 2, "the ledger still names what the object has"
    assert database.customers.find_one({"_id": "cus-1"}) is None


def test_an_announced_rewriting_that_never_came_changes_nothing(database: Documents, bucket: Bucket) -> None:
    put(bucket, "customers/a.jsonl", customer(), customer(customer_id="cus-2"))
    load(database, bucket)
    before = bucket.find("customers/a.jsonl")
    assert before is not None
    rewritten_objects.announce(database, SoleWriter(database.client), before, "another", 1, ["cus-1"])

    assert load(database, bucket)["customers"].read == 0
    assert database.rewritten_objects.find_one() is None
    assert database.customers.count_documents({}) == 2


def test_a_purchase_that_names_nobody_is_loaded_if_nothing_of_the_customer_is_in_it(erased: Documents) -> None:
    known = ErasedCustomers.load(erased, CIPHER)
    of_them = {"purchase_id": "ord-1", "customer": {"customer_id": None, "phone": "8 900 123-45-67"}}
    of_others = {"purchase_id": "ord-2", "customer": None, "total_amount": 9}
    assert known.replacement(PURCHASES, of_them) is None
    assert known.replacement(PURCHASES, of_others) is of_others
    of_the_store = of_others | {"store": {"store_id": "store-1", "manager": {"phone": "8 900 123-45-67"}}}
    assert known.replacement(PURCHASES, of_the_store) is of_the_store


@pytest.mark.parametrize("value", [10**20, "\ud800"])
def test_a_purchase_that_names_nobody_and_cannot_be_stored_is_left_to_be_rejected(
    erased: Documents, value: Any
) -> None:
    document = {"purchase_id": "ord-9", "barcode": value}
    assert ErasedCustomers.load(erased, CIPHER).replacement(PURCHASES, document) is document


def test_the_deletion_of_an_erased_customer_is_not_recorded(erased: Documents) -> None:
    deletions = Deletions(erased, SoleWriter(erased.client), ErasedCustomers.load(erased, CIPHER))
    changes = {entry_id("customers", name): Change(CUSTOMERS, "delete", name, None, 1) for name in ("cus-1", "cus-2")}
    deletions._record(changes)
    assert list(deletions.recorded("customers")) == ["cus-2"]
