"""A ring that is not the ring of the data is refused before anything is sent."""

import pytest

from shop_assets.documents.kinds import KINDS
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.settings import Settings
from shop_assets.topics.errors import KeyLostError, WrongKeyError
from shop_assets.topics.known_keys import known_keys, remember_keys, require_same_keys
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.topics.conftest import Capture, Documents, customer
from shop_assets_tests.writers import SoleWriter

OLD, NEW, OTHER = bytes(range(64)), bytes(range(64, 128)), bytes(range(128, 192))


def test_a_key_that_is_missing_or_another_of_its_name_is_refused(
    database: Documents, capture: Capture, settings: Settings
) -> None:
    database.customers.insert_one(customer(1))
    capture(cipher=PersonalDataCipher({"k1": OLD}))
    capture(cipher=PersonalDataCipher({"k2": NEW, "k1": OLD}))

    for ring, what in (({"k2": NEW}, "is missing"), ({"k2": NEW, "k1": OTHER}, "another key")):
        with pytest.raises(KeyLostError, match=f"key k1 .* {what}"):
            capture(cipher=PersonalDataCipher(ring))
    assert capture(cipher=PersonalDataCipher({"k2": NEW, "k1": OLD})).sent == 0

    delete_topics(settings, *KINDS)  # as `shop topics recreate` does: the loss is accepted
    assert capture(cipher=PersonalDataCipher({"k2": NEW})).sent == 1
    assert "retired_at" in known_keys(database)["k1"]
    assert capture(cipher=PersonalDataCipher({"k2": NEW})).sent == 0


def test_a_ring_that_is_imported_must_have_the_keys_of_the_data_or_others(database: Documents) -> None:
    remember_keys(database, PersonalDataCipher({"k1": OLD}).fingerprints, SoleWriter(database.client))
    require_same_keys(database, PersonalDataCipher({"k3": NEW, "k1": OLD}).fingerprints)
    require_same_keys(database, PersonalDataCipher({"k3": NEW}).fingerprints)
    with pytest.raises(WrongKeyError, match="the ring of other data") as raised:
        require_same_keys(database, PersonalDataCipher({"k3": NEW, "k1": OTHER}).fingerprints)
    assert raised.value.exit_code == 2
