from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shop_assets.documents import product_groups
from shop_assets.documents.kinds import CUSTOMERS, KINDS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.landing.errors import FillingError, InvalidShopError, ManifestError
from shop_assets.landing.filling import generated_state, shop_writing, sources
from shop_assets.landing.filling.generated_erasures import note_erased
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.landing.filling.manifest import read_manifest, shared_as_of
from shop_assets.landing.filling.shop_writing import write_shop
from shop_assets.landing.filling.sources import FillRequest, fill, mixing_warning, require_documents
from shop_assets.landing.filling.writing import WriteCounts
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.landing.conftest import contents, keys

SMALL = FillRequest(seed=7, stores=3, products=10, customers=6, purchases=12)


def fill_all(bucket: Bucket, request: FillRequest):
    return {kind.name: fill(bucket, kind, request) for kind in KINDS}


def folder_with(tmp_path: Path, *names: str) -> Path:
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    return tmp_path


def test_an_empty_landing_gets_a_shop_and_a_manifest_of_each_kind(bucket: Bucket):
    filled = fill_all(bucket, SMALL)
    assert {name: (result.origin, result.written.objects) for name, result in filled.items()} == {
        "stores": ("generator", 3),
        "products": ("generator", 10),
        "customers": ("generator", 6),
        "purchases": ("generator", 12),
    }
    today = datetime.now(UTC).date()
    for kind in KINDS:
        manifest = read_manifest(bucket, kind)
        assert manifest is not None
        assert manifest.origin == "generator"
        assert manifest.shop is not None
        assert (manifest.shop.seed, manifest.shop.purchases) == (7, 12)
        assert manifest.shop.as_of in (today, today - timedelta(days=1))


def test_documents_are_required_where_nobody_started_the_run(bucket: Bucket):
    with pytest.raises(FillingError, match="scheduled runs do not generate a shop"):
        require_documents(bucket)
    bucket.put("stores/store-1.json", b"{}", "application/json")
    require_documents(bucket)


def test_a_generated_shop_is_made_again_by_a_schedule_too(bucket: Bucket):
    made = fill(bucket, STORES, FillRequest())
    require_documents(bucket)
    assert fill(bucket, STORES, FillRequest()).shop == made.shop


def test_the_same_shop_again_writes_nothing_whatever_the_day(bucket: Bucket, monkeypatch):
    fill_all(bucket, SMALL)
    before = {summary.key: summary.etag for summary in bucket.list()}
    from shop_assets.landing.filling import sources

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(days=40)

    monkeypatch.setattr(sources, "datetime", Later)
    again = fill_all(bucket, SMALL)
    assert all(result.written.objects == 0 for result in again.values())
    assert again["purchases"].written.unchanged == 12
    assert {summary.key: summary.etag for summary in bucket.list()} == before


def test_a_shop_that_is_there_is_not_generated_again_unless_something_has_changed(bucket: Bucket, monkeypatch):
    fill_all(bucket, SMALL)
    generated: list[str] = []

    def noting(bucket: Bucket, shop: Shop, kind: DocumentKind, workers: int) -> WriteCounts:
        generated.append(kind.name)
        return write_shop(bucket, shop, kind, workers)

    monkeypatch.setattr(shop_writing, "write_shop", noting)
    again = fill_all(bucket, SMALL)
    assert generated == []
    assert [result.written.unchanged for result in again.values()] == [3, 10, 6, 12]

    lost, changed, *_ = sorted(keys(bucket, "purchases/"))
    before = contents(bucket, "purchases/")
    bucket.delete([lost])
    assert fill(bucket, PURCHASES, SMALL).written.objects == 1
    bucket.put(changed, b"{}", "application/json")
    assert fill(bucket, PURCHASES, SMALL).written.objects == 1
    assert contents(bucket, "purchases/") == before
    assert generated == ["purchases", "purchases"]
    note_erased(bucket, "cus-100001", "erased-1")
    fill(bucket, STORES, SMALL)
    assert generated[2:] == ["stores"]  # an erasure may change any kind


def test_another_shop_is_added_and_deletes_nothing(bucket: Bucket):
    fill_all(bucket, SMALL)
    before = keys(bucket)
    fill_all(bucket, FillRequest(seed=8, stores=4, products=10, customers=6, purchases=12))
    assert before <= keys(bucket)
    assert "stores/store-004.json" in keys(bucket)
    manifest = read_manifest(bucket, STORES)
    assert manifest is not None
    assert manifest.shop is not None
    assert (manifest.shop.seed, manifest.shop.stores) == (8, 4)


def test_a_run_that_asks_for_nothing_makes_the_shop_that_is_there_and_one_that_asks_changes_only_that(bucket: Bucket):
    fill_all(bucket, replace(SMALL, as_of=date(2026, 1, 1)))
    before = {summary.key: summary.etag for summary in bucket.list()}
    assert {result.written.objects for result in fill_all(bucket, FillRequest()).values()} == {0}
    assert {summary.key: summary.etag for summary in bucket.list()} == before
    filled = fill_all(bucket, FillRequest(purchases=20))
    shops = {result.shop for result in filled.values()}
    assert len(shops) == 1
    (shop,) = shops
    assert shop is not None
    assert (shop.seed, shop.stores, shop.purchases) == (7, 3, 20)


def test_a_kind_that_a_killed_run_did_not_reach_is_filled_with_the_same_shop(bucket: Bucket):
    made = fill(bucket, STORES, SMALL).shop
    assert {result.shop for result in fill_all(bucket, FillRequest()).values()} == {made}


def test_the_day_is_agreed_by_whoever_comes_first(bucket: Bucket):
    first = Shop(7, 3, 10, 6, 12, date(2026, 5, 1))
    assert shared_as_of(bucket, first) == date(2026, 5, 1)
    assert shared_as_of(bucket, replace(first, as_of=date(2026, 5, 2))) == date(2026, 5, 1)
    assert shared_as_of(bucket, replace(first, seed=8, as_of=date(2026, 5, 2))) == date(2026, 5, 2)
    filled = fill(bucket, PURCHASES, SMALL)
    assert filled.shop is not None
    assert filled.shop.as_of == date(2026, 5, 1)


def test_a_day_that_is_asked_for_is_taken_unless_it_is_in_the_future(bucket: Bucket):
    asked = FillRequest(stores=1, products=1, customers=1, purchases=1, as_of=date(2026, 1, 1))
    filled = fill(bucket, PURCHASES, asked)
    assert filled.shop is not None
    assert filled.shop.as_of == date(2026, 1, 1)
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    with pytest.raises(FillingError, match="future"):
        fill(bucket, PURCHASES, FillRequest(as_of=tomorrow))


def test_what_others_delivered_is_left_as_it_is_when_nothing_particular_is_asked_for(bucket: Bucket):
    bucket.put("purchases/theirs.jsonl", b"{}", "application/x-ndjson")
    before = contents(bucket)
    assert {result.origin for result in fill_all(bucket, FillRequest()).values()} == {"delivered"}
    assert contents(bucket) == before


def test_a_particular_shop_is_refused_where_others_delivered_documents_of_any_kind(bucket: Bucket):
    bucket.put("purchases/theirs.jsonl", b"{}", "application/x-ndjson")
    for kind in KINDS:
        with pytest.raises(FillingError, match=r"holds purchases that were not generated.*SHOP_S3_LANDING_BUCKET"):
            fill(bucket, kind, SMALL)
    assert keys(bucket) == {"purchases/theirs.jsonl"}


def test_what_a_killed_run_left_is_known_as_generated(bucket: Bucket, monkeypatch):
    from shop_assets.landing.filling import shop_writing

    def killed(*_arguments: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(shop_writing, "write_shop", killed)
    with pytest.raises(KeyboardInterrupt):
        fill(bucket, STORES, SMALL)
    monkeypatch.undo()
    bucket.put("stores/store-001.json", b"half of a shop", "application/json")
    assert fill(bucket, STORES, SMALL).written.objects == 3


def test_a_folder_is_taken_over_and_kinds_that_it_lacks_stay_as_they_were(bucket: Bucket, tmp_path: Path):
    source = folder_with(tmp_path, "stores/a.json", "stores/.hidden")
    filled = fill_all(bucket, FillRequest(source_folder=source))
    assert {name: result.origin for name, result in filled.items()} == {
        "stores": "folder",
        "products": "delivered",
        "customers": "delivered",
        "purchases": "delivered",
    }
    assert filled["stores"].warnings == ["Not looked at in stores/: stores/.hidden: hidden."]
    assert "no products/" in filled["products"].warnings[0]
    assert fill(bucket, PRODUCTS, FillRequest()).origin == "delivered"
    assert keys(bucket, "products/") == keys(bucket, "customers/") == set()


def test_a_folder_onto_a_generated_shop_is_allowed_with_a_warning_and_ends_the_generating(bucket, tmp_path):
    fill_all(bucket, SMALL)
    request = FillRequest(source_folder=folder_with(tmp_path, "stores/mine.json"))
    warnings = [warning for kind in KINDS if (warning := mixing_warning(bucket, kind, request))]
    assert len(warnings) == 1
    assert "set SHOP_HOME to a new folder; to start over: shop down --delete-data" in warnings[0]
    assert fill(bucket, STORES, request).warnings == []
    assert keys(bucket, "stores/") >= {"stores/mine.json", "stores/store-001.json"}
    with pytest.raises(FillingError):
        fill(bucket, CUSTOMERS, SMALL)


def test_nothing_warns_of_mixing_where_nothing_mixes(bucket: Bucket, tmp_path: Path):
    request = FillRequest(source_folder=folder_with(tmp_path, "stores/mine.json"))
    assert [mixing_warning(bucket, kind, request) for kind in KINDS] == [None] * len(KINDS)
    fill_all(bucket, SMALL)
    assert [mixing_warning(bucket, kind, SMALL) for kind in KINDS] == [None] * len(KINDS)


def test_what_a_killed_import_left_is_known_as_delivered(bucket: Bucket, tmp_path: Path, monkeypatch):
    fill_all(bucket, SMALL)
    source = folder_with(tmp_path, "stores/a.json", "stores/b.json")

    def killed_between(into: Bucket, _folder: Path, _kind: DocumentKind):
        into.put("stores/a.json", (source / "stores/a.json").read_bytes(), "application/json")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sources, "import_folder", killed_between)
        with pytest.raises(KeyboardInterrupt):
            fill(bucket, STORES, FillRequest(source_folder=source))

    assert fill(bucket, STORES, FillRequest()).origin == "delivered"
    with pytest.raises(FillingError):
        fill(bucket, STORES, SMALL)
    assert fill(bucket, STORES, FillRequest(source_folder=source)).written.objects > 0


@pytest.mark.parametrize(
    "request_",
    [
        FillRequest(stores=0),
        FillRequest(products=0),
        FillRequest(customers=0),
        FillRequest(stores=-1, customers=0, purchases=0),
        FillRequest(dirty_share=1.5),
    ],
)
def test_a_shop_that_cannot_be_is_refused_and_leaves_no_trace(bucket: Bucket, request_: FillRequest):
    with pytest.raises(InvalidShopError):
        fill(bucket, STORES, request_)
    assert keys(bucket) == set()


def test_a_manifest_that_is_not_ours_is_an_error_that_names_it(bucket: Bucket):
    bucket.put("_manifests/stores.json", b'{"unexpected": 1}', "application/json")
    with pytest.raises(ManifestError, match=r"_manifests/stores\.json"):
        fill(bucket, STORES, SMALL)


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b'{"salt": 1, "pseudonyms": {}}',
    b'{"salt": "", "pseudonyms": 5}',
    b'{"as_of": 5}',
    b"\xff",
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_record_of_landing_is_an_error_that_names_it_and_what_to_do(bucket: Bucket, content: bytes):
    asked = replace(SMALL, as_of=date(2026, 5, 1))
    fill(bucket, CUSTOMERS, asked)
    bucket.put("_manifests/erased.json", content, "application/json")
    with pytest.raises(ManifestError, match=r"_manifests/erased\.json .*restore it from a backup"):
        fill(bucket, CUSTOMERS, asked)
    bucket.delete(["_manifests/erased.json", "_manifests/customers.json"])

    first = Shop(7, 3, 10, 6, 12, date(2026, 5, 1))
    shared_as_of(bucket, first)
    (key,) = keys(bucket, "_manifests/as_of/")
    bucket.put(key, content, "application/json")
    with pytest.raises(ManifestError, match=rf"{key} .*delete it"):
        shared_as_of(bucket, first)


@pytest.mark.parametrize("content", DAMAGED)
def test_after_a_damaged_state_of_a_generated_shop_it_is_generated_again(bucket: Bucket, content: bytes):
    asked = replace(SMALL, as_of=date(2026, 5, 1))
    fill(bucket, CUSTOMERS, asked)
    whole = contents(bucket)
    bucket.put("_manifests/generated/customers.json", content, "application/json")
    bucket.delete(["customers/cus-000001.json"])
    assert fill(bucket, CUSTOMERS, asked).written.unchanged > 0
    assert contents(bucket) == whole


def test_a_shop_is_generated_again_once_anything_that_its_bytes_depend_on_has_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    generator = generated_state._generator.__wrapped__
    before = generator()
    with monkeypatch.context() as patched:
        patched.setattr(generated_state, "COMPRESSION", 9)
        assert generator() != before
    changed = tmp_path / "product_groups.py"
    changed.write_text(Path(product_groups.__file__).read_text(encoding="utf-8").replace("Мясо", "Рыба"))
    with monkeypatch.context() as patched:
        patched.setattr(product_groups, "__file__", str(changed))
        assert generator() != before
    assert generator() == before
