"""Documents whose ids look like phones or e-mails: refused, or sent under ciphertexts that still join."""

from typing import Any

import orjson
import pytest

from shop_assets.document_store import rejects
from shop_assets.documents.kinds import CUSTOMERS, KINDS, PURCHASES
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.topics.change_capture import ChangeCapture, DocumentSource, sent_indexes
from shop_assets.topics.resource import KafkaResource
from shop_assets_tests.topics.conftest import Capture, Documents, Read, customer
from shop_assets_tests.writers import SoleWriter

PHONE = "+79001234567"
ENCRYPTING = PersonalDataCipher({"k1": b"1" * 64}, encrypts_ids=True)
PUBLISHED = PersonalDataEncryption(ENCRYPTING).sent_id(PHONE)


def insert(database: Documents) -> None:
    database.customers.insert_many([customer(1), {"_id": PHONE, "customer_id": PHONE, "phone": PHONE}])
    database.purchases.insert_one({"_id": "o-1", "purchase_id": "o-1", "customer": {"customer_id": f" {PHONE} "}})


def newest(read_topic: Read, kind: Any) -> dict[str, Any]:
    ordered = sorted(read_topic(kind), key=lambda message: message.source_time)
    return {message.key: message.value for message in ordered}


def everything_sent(read_topic: Read) -> str:
    return "\n".join(f"{message.key} {message.value!r}" for kind in KINDS for message in read_topic(kind))


def test_they_are_refused_with_the_field_and_what_to_do(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    insert(database)

    result = capture()

    assert {kind: dict(topic.reasons) for kind, topic in result.topics.items() if topic.reasons} == {
        kind: {"an id looks like a phone or an e-mail": 1} for kind in ("customers", "purchases")
    }
    details = [reject["detail"] for reject in database.rejected_documents.find()]
    assert sorted(details) == [
        "customer.customer_id: SHOP_PERSONAL_IDS=encrypt encrypts such ids",
        "customer_id: SHOP_PERSONAL_IDS=encrypt encrypts such ids",
    ]
    assert newest(read_topic, CUSTOMERS).keys() == {"cus-1"}
    database.customers.delete_one({"_id": PHONE})
    capture()
    assert PHONE[2:] not in everything_sent(read_topic)
    assert rejects.count_open(database, rejects.collection_key(CUSTOMERS)) == 0


FORGED = PersonalDataEncryption(ENCRYPTING).sent_id("+79001234568")
"""Delivered as the id of one customer, and what another one is called when it is sent."""


def insert_forged(database: Documents) -> None:
    database.customers.insert_one({"_id": FORGED, "customer_id": FORGED})
    database.purchases.insert_one({"_id": "o-1", "purchase_id": "o-1", "customer": {"customer_id": FORGED}})


def test_ids_that_look_like_ciphertexts_are_refused(database: Documents, capture: Capture, read_topic: Read) -> None:
    insert_forged(database)
    result = capture()
    assert {kind: dict(topic.reasons) for kind, topic in result.topics.items() if topic.reasons} == {
        kind: {"an id looks like a ciphertext": 1} for kind in ("customers", "purchases")
    }
    assert everything_sent(read_topic) == ""


def test_an_id_that_looks_like_the_ciphertext_of_another_is_sent_under_one_of_its_own(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read
) -> None:
    insert_forged(database)
    database.customers.insert_one({"_id": "+79001234568", "customer_id": "+79001234568"})
    assert capture(cipher=ENCRYPTING).rejected == 0
    own = PersonalDataEncryption(ENCRYPTING).sent_id(FORGED)
    assert newest(read_topic, CUSTOMERS).keys() == {FORGED, own}
    assert orjson.loads(newest(read_topic, PURCHASES)["o-1"])["customer"]["customer_id"] == own

    database.customers.delete_one({"_id": FORGED})
    assert capture(cipher=ENCRYPTING).sent == 1
    assert newest(read_topic, CUSTOMERS)[own] is None
    assert newest(read_topic, CUSTOMERS)[FORGED] is not None
    ChangeCapture.on(DocumentSource(database, kafka, ENCRYPTING), SoleWriter(database.client)).send_current_state(
        {CUSTOMERS: {own: 1}}
    )
    assert newest(read_topic, CUSTOMERS)[own] is None


def test_encrypted_they_lead_to_their_documents_and_are_deleted_with_them(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    insert(database)

    assert capture(cipher=ENCRYPTING).rejected == 0

    sent = orjson.loads(newest(read_topic, CUSTOMERS)[PUBLISHED])
    assert (sent["customer_id"], ENCRYPTING.decrypt("phone", sent["phone"])) == (PUBLISHED, PHONE)
    assert orjson.loads(newest(read_topic, PURCHASES)["o-1"])["customer"]["customer_id"] == PUBLISHED
    assert PHONE[2:] not in everything_sent(read_topic)

    database.customers.update_one({"_id": PHONE}, {"$set": {"first_name": "Анна"}})
    assert capture(cipher=ENCRYPTING).sent == 1
    database.customers.delete_one({"_id": PHONE})
    assert capture(cipher=ENCRYPTING).sent == 1
    assert newest(read_topic, CUSTOMERS)[PUBLISHED] is None
    assert capture("replay", cipher=ENCRYPTING).sent == 2


def test_a_document_is_found_by_the_id_under_which_it_was_sent(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read
) -> None:
    insert(database)
    capture(cipher=ENCRYPTING)

    source, writer = DocumentSource(database, kafka, ENCRYPTING), SoleWriter(database.client)
    ChangeCapture.on(source, writer).resend({CUSTOMERS: [PUBLISHED]})
    assert sum(message.key == PUBLISHED for message in read_topic(CUSTOMERS)) == 2
    ChangeCapture.on(source, writer).send_current_state({CUSTOMERS: {PUBLISHED: 1, "cus-9": 1}})
    assert sum(message.key == PUBLISHED for message in read_topic(CUSTOMERS)) == 3
    totals = sent_indexes(database, kafka, writer)[CUSTOMERS].totals()
    assert totals is not None
    assert totals.documents == 2


@pytest.mark.parametrize("cipher", [ENCRYPTING, PersonalDataCipher({"k1": b"1" * 64})], ids=["encrypted", "refused"])
def test_an_id_that_an_older_release_sent_as_it_was_is_deleted(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read, cipher: PersonalDataCipher
) -> None:
    insert(database)
    capture(cipher=cipher)

    ChangeCapture.on(DocumentSource(database, kafka, cipher), SoleWriter(database.client)).send_current_state(
        {CUSTOMERS: {PHONE: 1}}
    )

    assert newest(read_topic, CUSTOMERS)[PHONE] is None
