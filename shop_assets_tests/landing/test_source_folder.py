"""What of a user's folder belongs to which kind, and what is not looked at."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES
from shop_assets.landing.errors import SourceFolderError
from shop_assets.landing.filling import source_folder
from shop_assets.landing.filling.source_folder import survey
from shop_assets.landing.filling.sources import FillRequest, fill
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.landing.conftest import keys


def folder_with(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(b"{}")
        else:
            path.mkdir(exist_ok=True)
    return root


def test_folders_of_another_case_or_number_and_files_named_by_a_kind_are_read_and_the_rest_is_named(tmp_path, bucket):
    source = folder_with(
        tmp_path, "STORES/a.json", "Product/b.json", "customers/c.json", "Customers/d.json", "purchases.json",
        "Purchases-2026-01.ndjson.gz", "purchase.jsonl", "purchases_old.json", "stores.csv", ".DS_Store", "notes/",
        "_SUCCESS",
    )  # fmt: skip
    found = survey(source)
    assert {kind: folder.name for kind, folder in found.folders.items()} == {
        STORES: "STORES", PRODUCTS: "Product", CUSTOMERS: "customers",
    }  # fmt: skip
    assert {kind: sorted(path.name for path in paths) for kind, paths in found.files.items()} == {
        PURCHASES: ["Purchases-2026-01.ndjson.gz", "purchase.jsonl", "purchases.json"]
    }
    assert sorted(found.left_out) == [
        ".DS_Store: hidden",
        "Customers/: another folder of this kind",
        "_SUCCESS: a tool's own",
        "notes/: no folder or file of one of the four kinds",
        "purchases_old.json: no folder or file of one of the four kinds",
        "stores.csv: no folder or file of one of the four kinds",
    ]
    results = {kind.name: fill(bucket, kind, FillRequest(source_folder=source)) for kind in found.kinds}
    assert keys(bucket) - {key for key in keys(bucket) if key.startswith("_")} == {
        "stores/a.json", "products/b.json", "customers/c.json", "purchases/_beside/purchases.json",
        "purchases/_beside/Purchases-2026-01.ndjson.gz", "purchases/_beside/purchase.jsonl",
    }  # fmt: skip
    (said,) = results["stores"].warnings
    assert all(left_out in said for left_out in found.left_out)
    assert results["customers"].warnings == []


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("customers_2026-01-31T10-00.json", True),
        ("customers.2026.01.31.jsonl.gz", True),
        ("Customers (2).json", True),
        ("customers20260131T100000Z.json", True),
        ("customers.cancelled.json", False),
        ("customers.schema.json", False),
        ("customers-2026-test.json", False),
        ("customerst.json", False),
    ],
)
def test_a_kinds_name_may_be_followed_by_a_number_or_a_date_alone(tmp_path: Path, name: str, is_read):
    found = survey(folder_with(tmp_path, "stores.json", name))
    assert (CUSTOMERS in found.files) is is_read
    assert any(left_out.startswith(name) for left_out in found.left_out) is not is_read


def test_of_two_folders_that_could_be_meant_neither_is_guessed(tmp_path: Path):
    found = survey(folder_with(tmp_path, "Stores/", "STORE/", "products/"))
    assert found.kinds == [PRODUCTS]
    assert sorted(found.left_out) == ["STORE/: another folder of this kind", "Stores/: another folder of this kind"]


def test_a_folder_without_any_kind_says_what_is_there(tmp_path: Path):
    with pytest.raises(SourceFolderError, match=r"none of the four folders. There are: shops/"):
        survey(folder_with(tmp_path, "shops/"))


def test_the_time_of_a_file_is_kept_with_its_object(tmp_path: Path, bucket: Bucket):
    import os

    source = folder_with(tmp_path, "stores/a.json")
    os.utime(source / "stores" / "a.json", (0, 1_700_000_000.25))
    fill(bucket, STORES, FillRequest(source_folder=source))
    found = bucket.find("stores/a.json")
    assert found is not None
    assert dict(found.metadata) == {"modified": "2023-11-14T22:13:20.250000+00:00"}


def test_a_name_with_many_digits_is_judged_as_quickly_as_any_other(tmp_path: Path) -> None:
    folder_with(tmp_path, "stores/", f"purchases-{'20260501' * 20}-export.json")
    code = "import pathlib, sys, shop_assets.landing.filling.source_folder as it; it.survey(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=30)


def test_numbers_after_a_kinds_name_are_separated_in_any_way() -> None:
    """The plain form of the pattern, whose time doubles with each digit."""
    plain = re.compile(r"(?:[-_. ()t]*\d+)*[-_. ()]*z?\Z", re.ASCII)
    for length in range(7):
        for characters in itertools.product("1-tz", repeat=length):
            text = "".join(characters)
            assert (source_folder._NUMBERED.match(text) is None) == (plain.match(text) is None), text
