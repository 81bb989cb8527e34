"""What a person reads when Spark cannot start on this machine's Java."""

from pathlib import Path

import pytest

from shop_assets.java import JavaError, require_java


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
