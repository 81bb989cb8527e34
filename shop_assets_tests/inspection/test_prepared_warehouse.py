"""An inspection starts with the empty warehouse of an earlier one, whatever becomes of the cache that it lies in."""

import itertools
import json
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest

from shop_assets.inspection import prepared_warehouse
from shop_assets.inspection.prepared_warehouse import KEPT, archive_of, pack, unpack
from shop_assets.settings import variable
from shop_assets.warehouse.mart.reading_rules import ReadingRules
from shop_assets.warehouse.statements import sql_templates

FILES = {"metadata/mart.sql": b"ATTACH DATABASE mart", "store/a/b.bin": bytes(range(256)) * 400}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(variable("cache"), str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def engine_folder(tmp_path: Path) -> Path:
    """A folder as a closed engine leaves it: the folder of a database is a link to where its tables are."""
    folder = tmp_path / "engine"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    (folder / "metadata" / "mart").symlink_to("../store/a")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def warehouse_contents() -> list[object]:
    command = [sys.executable, "-m", "shop_assets_tests.inspection.warehouse_contents"]
    found: list[object] = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)
    return found


def test_an_unpacked_warehouse_has_what_a_new_one_has(cache: Path) -> None:
    new = warehouse_contents()
    (archive,) = (cache / "inspection").iterdir()
    made = archive.stat().st_ino
    assert warehouse_contents() == new
    assert archive.stat().st_ino == made, "it is not made twice"
    assert all(new)
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("metadata/other.sql", "ATTACH DATABASE other ENGINE = Unknown")
    assert warehouse_contents() == new, "the engine cannot begin with what is there"
    assert archive.stat().st_ino != made


def test_each_inspection_has_a_copy_of_its_own(engine_folder: Path, cache: Path, tmp_path: Path) -> None:
    archive = cache / "inspection" / "a.zip"
    pack(engine_folder, archive)
    assert unpack(archive, tmp_path / "first")
    (tmp_path / "first" / "store" / "a" / "b.bin").write_bytes(b"rows")
    assert unpack(archive, tmp_path / "second")
    assert contents(tmp_path / "second") == FILES


@pytest.mark.parametrize("kept", [0, 100, -1])
def test_of_an_archive_that_is_not_whole_nothing_is_unpacked(
    engine_folder: Path, cache: Path, tmp_path: Path, kept: int
) -> None:
    archive = cache / "a.zip"
    pack(engine_folder, archive)
    archive.write_bytes(archive.read_bytes()[:kept])
    assert not unpack(archive, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    pack(engine_folder, archive)
    assert unpack(archive, tmp_path / "data")


def test_of_an_archive_with_another_byte_nothing_is_unpacked(engine_folder: Path, cache: Path, tmp_path: Path) -> None:
    archive = cache / "a.zip"
    pack(engine_folder, archive)
    packed = bytearray(archive.read_bytes())
    for place in range(0, len(packed), 7):
        packed[place] ^= 0xFF
        archive.write_bytes(packed)
        is_whole = unpack(archive, tmp_path / str(place))
        # A byte that says nothing about the files, such as their date.
        assert not is_whole or contents(tmp_path / str(place)) == FILES
        assert (tmp_path / str(place)).exists() is is_whole
        packed[place] ^= 0xFF


def test_a_cache_that_cannot_be_written_stops_nothing(engine_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    archive = tmp_path / "file" / "inspection" / "a.zip"
    pack(engine_folder, archive)
    assert not unpack(archive, tmp_path / "data")


def test_many_inspections_at_once_find_whole_archives_alone(engine_folder: Path, cache: Path, tmp_path: Path) -> None:
    archive = cache / "inspection" / "a.zip"
    pack(engine_folder, archive)
    folders = (tmp_path / f"data-{number}" for number in itertools.count())

    def inspect(folder: Path) -> bool:
        pack(engine_folder, archive)
        return unpack(archive, folder) and contents(folder) == FILES

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(inspect, itertools.islice(folders, 80)))
    assert list(archive.parent.iterdir()) == [archive]


def test_those_that_were_not_used_for_the_longest_time_are_removed(
    engine_folder: Path, cache: Path, tmp_path: Path
) -> None:
    archives = [cache / "inspection" / f"{number}.zip" for number in range(KEPT)]
    for age, archive in enumerate(archives, start=1):
        pack(engine_folder, archive)
        os.utime(archive, (1_700_000_000 - age,) * 2)
    assert unpack(archives[-1], tmp_path / "data"), "the oldest one is used"
    pack(engine_folder, newest := cache / "inspection" / "newest.zip")
    assert {*archives[:-2], archives[-1], newest} == set(newest.parent.iterdir())


def test_another_rule_or_another_statement_is_another_archive(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = ReadingRules()
    found = {archive_of(rules), archive_of(rules), archive_of(ReadingRules(date_order="day_first"))}
    assert {path.parent for path in found} == {cache / "inspection"}
    copytree(sql_templates.sql_folder(), tmp_path / "sql")
    monkeypatch.setattr(sql_templates, "sql_folder", lambda: tmp_path / "sql")
    assert archive_of(rules) in found, "wherever the files are"
    for changed in ("raw/22_writers", "functions/25_shop_name", "macros/reading", "mart/55_baskets"):
        with (tmp_path / "sql" / f"{changed}.sql").open("a") as file:
            file.write(" ")
        found.add(archive_of(rules))
    for versions in ({"chdb": "1", "chdb-core": "1"}, {"chdb": "1", "chdb-core": "2"}):
        monkeypatch.setattr(prepared_warehouse, "version", versions.__getitem__)
        found.add(archive_of(rules))
    assert len(found) == 8
