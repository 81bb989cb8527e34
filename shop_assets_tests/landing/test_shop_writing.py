import gzip
import json
import re
from datetime import date

import pytest

from shop_assets.coordination import workers
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, STORES
from shop_assets.landing.files.reading import read_documents
from shop_assets.landing.filling import shop_writing
from shop_assets.landing.filling.generated_erasures import ERASED_KEY, note_erased
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.landing.filling.manifest import GENERATOR, LandingManifest, write_manifest
from shop_assets.landing.filling.shop_writing import write_shop
from shop_assets.landing.filling.writing import WriteCounts
from shop_assets.landing.inventory.contents import count_inventory
from shop_assets.landing.mapping.translation import ParsedDocument
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.landing.conftest import contents, keys

SHOP = Shop(seed=1, stores=4, products=20, customers=8, purchases=25, as_of=date(2026, 5, 1))


def test_a_few_documents_have_a_file_each_that_a_user_can_read(bucket: Bucket):
    written = write_shop(bucket, SHOP, STORES)
    files = contents(bucket)
    assert set(files) == {f"stores/store-00{number}.json" for number in range(1, 5)}
    assert written == WriteCounts(objects=4, bytes=sum(map(len, files.values())))
    assert '\n  "store_network": "Большая Пикча"' in files["stores/store-001.json"].decode()
    assert json.loads(files["stores/store-002.json"])["store_id"] == "store-002"


@pytest.mark.parametrize(("files", "documents"), [(25, [25]), (24, [10, 10, 5])])
def test_many_documents_share_compressed_files_of_equal_bytes_whenever_they_are_made(
    bucket: Bucket, monkeypatch, files: int, documents: list[int]
):
    monkeypatch.setattr(shop_writing, "MAXIMUM_SINGLE_FILES", files)
    monkeypatch.setattr(shop_writing, "DOCUMENTS_PER_FILE", 10)
    write_shop(bucket, SHOP, PURCHASES)
    first = contents(bucket)
    monkeypatch.setattr(workers, "FIRST_BATCHES", 1)
    assert write_shop(bucket, SHOP, PURCHASES, workers=2) == WriteCounts(unchanged=len(first))
    assert contents(bucket) == first
    counts = count_inventory(bucket, PURCHASES)
    assert (counts.documents, counts.distinct_ids, counts.faults) == (25, 25, {})
    if len(documents) > 1:
        assert set(first) == {f"purchases/part-00000{number}.jsonl.gz" for number in (1, 2, 3)}
        assert [gzip.decompress(first[key]).count(b"\n") for key in sorted(first)] == documents


def test_what_is_written_is_read_back_as_it_was_generated(bucket: Bucket, monkeypatch):
    monkeypatch.setattr(shop_writing, "MAXIMUM_SINGLE_FILES", 0)
    write_shop(bucket, SHOP, PURCHASES)
    found = [item for key in sorted(keys(bucket)) for item in read_documents(bucket, key)]
    assert all(isinstance(item, ParsedDocument) for item in found)
    assert [item.document for item in found] == [document for _, document in generate(SHOP, PURCHASES)]


def test_copies_of_dirty_documents_have_files_of_their_own(bucket: Bucket):
    shop = Shop(seed=1, stores=40, products=1, customers=0, purchases=0, as_of=date(2026, 5, 1), dirty_share=1.0)
    write_shop(bucket, shop, STORES)
    copies = {key for key in keys(bucket) if key.endswith("-copy.json")}
    assert copies
    assert len(keys(bucket)) == 40 + len(copies)
    assert all(re.fullmatch(r"stores/store-\d{3}(-copy)?\.json", key) for key in keys(bucket))


@pytest.mark.parametrize("files", [8, 7])
def test_a_customer_who_is_erased_while_the_shop_is_written_is_not_in_it(bucket: Bucket, monkeypatch, files: int):
    monkeypatch.setattr(shop_writing, "MAXIMUM_SINGLE_FILES", files)
    write_manifest(bucket, CUSTOMERS, LandingManifest(CUSTOMERS.name, GENERATOR, SHOP))
    erased = next(document["customer_id"] for _, document in generate(SHOP, CUSTOMERS))

    write = shop_writing.write_unless_equal

    def erase_and_write(*arguments, **named) -> None:
        if not bucket.exists(ERASED_KEY):
            note_erased(bucket, erased, "erased-a")
        write(*arguments, **named)

    monkeypatch.setattr(shop_writing, "write_unless_equal", erase_and_write)
    write_shop(bucket, SHOP, CUSTOMERS)

    found = [item.document for key in keys(bucket, "customers/") for item in read_documents(bucket, key)]
    assert len(found) == 7
    assert erased not in {document["customer_id"] for document in found}
