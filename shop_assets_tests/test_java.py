"""What a person reads when Spark cannot start on this machine's Java."""

from pathlib import Path

import pytest

from shop_assets.java import JavaError, JavaTimeZoneError, refuse_unknown_time_zone, require_java


def _java(folder: Path, script: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    java.chmod(0o755)
    return java


def test_a_java_that_is_too_old_is_named_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = 'case "$1" in --*) echo "Unrecognized option: $1" >&2; exit 1;; esac\necho \'java version "1.8.0_402"\' >&2'
    java = _java(tmp_path, old)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaError, match=rf"Java 17 or newer, and {java} is version 8\. Set JAVA_HOME"):
        require_java()


def test_a_java_without_the_vector_module_is_distinguished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trimmed = 'case "$1" in --*) echo "Module not found" >&2; exit 1;; esac\necho \'openjdk version "21.0.8"\' >&2'
    _java(tmp_path, trimmed)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaError, match=r"needs the Java module jdk\.incubator\.vector"):
        require_java()


def test_no_java_at_all_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JavaError, match="there is none on the PATH and no JAVA_HOME") as raised:
        require_java()
    assert "\n" not in str(raised.value)


def test_a_java_home_without_java_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaError, match=rf"JAVA_HOME names {tmp_path}, which has no bin/java"):
        require_java()


def test_a_new_enough_java_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = _java(tmp_path, "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert require_java() == java


def java_with_zones(folder: Path, *zones: str) -> Path:
    java = _java(folder, f"echo '    java.home = {folder}\n    java.specification.version = 17' >&2")

    def text(value: str) -> bytes:
        return len(value).to_bytes(2) + value.encode()

    (folder / "lib").mkdir()
    listed = len(zones).to_bytes(2) + b"".join(map(text, zones))
    (folder / "lib" / "tzdb.dat").write_bytes(b"\1" + text("TZDB") + (1).to_bytes(2) + text("2025a") + listed + b"rest")
    return java


def test_a_time_zone_that_is_younger_than_java_is_refused_with_the_setting(tmp_path: Path) -> None:
    java = java_with_zones(tmp_path, "Europe/Moscow", "UTC")
    for known in ("Europe/Moscow", "UTC", "EST", "GMT+0"):
        refuse_unknown_time_zone(java, known, "SHOP_TIMEZONE")
    with pytest.raises(JavaTimeZoneError, match=rf"^SHOP_TIMEZONE is America/Coyhaique, and {java} does not know this"):
        refuse_unknown_time_zone(java, "America/Coyhaique", "SHOP_TIMEZONE")


def test_the_zones_of_a_wrapped_java_are_those_of_the_java_that_it_starts(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    java_with_zones(tmp_path / "real", "UTC")
    (tmp_path / "wrapper").mkdir()
    wrapper = _java(tmp_path / "wrapper", f'exec {tmp_path}/real/bin/java "$@"')
    with pytest.raises(JavaTimeZoneError):
        refuse_unknown_time_zone(wrapper, "America/Coyhaique", "SHOP_TIMEZONE")


@pytest.mark.parametrize("content", [None, b"", b"\1\0\4TZDB", b"\2another form"])
def test_a_java_whose_zones_cannot_be_read_is_not_refused(tmp_path: Path, content: bytes | None) -> None:
    java = _java(tmp_path, "exit 1")
    if content is not None:
        (tmp_path / "lib").mkdir()
        (tmp_path / "lib" / "tzdb.dat").write_bytes(content)
    refuse_unknown_time_zone(java, "America/Coyhaique", "SHOP_TIMEZONE")


def test_the_zones_of_this_machines_java_are_read() -> None:
    refuse_unknown_time_zone(require_java(), "Europe/Moscow", "SHOP_TIMEZONE")
    with pytest.raises(JavaTimeZoneError):
        refuse_unknown_time_zone(require_java(), "Mars/Olympus", "SHOP_TIMEZONE")
