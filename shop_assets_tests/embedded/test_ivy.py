"""Ivy finds the machine's proxies, mirrors and certificates, which a JVM does not read by itself."""

import atexit
from pathlib import Path

import pytest

from shop_assets.embedded.downloads.ivy import _maven_mirror, _settings, proxy_options, pyspark_jars, resolve
from shop_assets.embedded.downloads.stack_java import Java


def test_ivy_is_among_the_jars_of_pyspark():
    assert list(pyspark_jars().glob("ivy-*.jar"))


def test_no_proxy_gives_no_options():
    assert proxy_options({"no_proxy": "localhost"}) == []


def test_proxies_of_the_environment_are_those_of_the_jvm():
    environment = {
        "https_proxy": "http://user:secret@proxy:3128",
        "HTTP_PROXY": "proxy2",
        "NO_PROXY": "localhost, .corp",
    }
    assert proxy_options(environment) == [
        "-Dhttp.proxyHost=proxy2",
        "-Dhttp.proxyPort=80",
        "-Dhttps.proxyHost=proxy",
        "-Dhttps.proxyPort=3128",
        "-Dhttp.nonProxyHosts=localhost|*.corp",
    ]


def mirror(of: str) -> str:
    return (
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0"><mirrors><mirror><id>m</id>'
        f"<mirrorOf>{of}</mirrorOf><url>https://mirror.example/maven?a=1&amp;b=2</url></mirror></mirrors></settings>"
    )


@pytest.mark.parametrize("of", ["central", "*", "external:*", "other,central"])
def test_a_mirror_of_maven_central_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: str):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(mirror(of))
    option, written = _settings(tmp_path)
    assert option == "-settings"
    assert "https://mirror.example/maven?a=1&amp;b=2" in Path(written).read_text()


@pytest.mark.parametrize("contents", [mirror("other"), "<settings/>", "not XML"])
def test_other_settings_of_maven_change_nothing(tmp_path: Path, contents: str):
    (tmp_path / "settings.xml").write_text(contents)
    assert _maven_mirror(tmp_path / "settings.xml") is None


def test_settings_of_ivy_itself_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ivy2").mkdir()
    own = tmp_path / ".ivy2" / "ivysettings.xml"
    own.write_text("<ivysettings/>")
    assert _settings(tmp_path) == ["-settings", str(own)]


def test_a_progress_that_fails_leaves_nothing_to_be_done_at_exit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    executable = tmp_path / "bin" / "java"
    executable.parent.mkdir()
    executable.write_text("#!/bin/sh\nprintf '\\tfound a jar\\n'\n")
    executable.chmod(0o755)
    at_exit: list[object] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(atexit, "unregister", at_exit.remove)

    def fail() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        resolve(tmp_path / "ivy.xml", tmp_path, Java(tmp_path, 17, "JAVA_HOME", wrapped=True), tmp_path, fail)
    assert at_exit == []
