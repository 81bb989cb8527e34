"""Folders, time zones and terminals that some machine has: one sentence at the start, or it works."""

import json
import pwd
import resource
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from shop_assets.cache import cache_folder, require_usable
from shop_assets.cli import application, services
from shop_assets.embedded.examination import surroundings as examined
from shop_assets.embedded.examination.doctor import examine
from shop_assets.embedded.examination.surroundings import require_open_files, surroundings
from shop_assets.embedded.home import Home
from shop_assets.embedded.services.s3 import remove_sockets
from shop_assets.embedded.stack import Stack
from shop_assets.embedded.supervision import stack_processes as supervised
from shop_assets.embedded.supervision.stack_processes import stack_processes
from shop_assets.errors import InputError, ShopError
from shop_assets.loopback import LOOPBACK, is_free
from shop_assets.settings import Settings, SettingsError
from shop_assets_tests.test_foreign_variables import run_shop
from shop_assets_tests.test_java import java_with_zones


def test_a_comma_in_shop_home_is_refused_before_anything_is_made(tmp_path: Path):
    with pytest.raises(InputError, match=r"SHOP_HOME is .*comma"):
        Home(tmp_path / "Shop, Inc" / "home").create()
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["with blanks", "магазин", "x" * 240, "%;'\"#=$:\\"])
def test_other_odd_names_of_shop_home_are_taken(name: str, tmp_path: Path):
    Home(tmp_path / name).create()
    assert Home(tmp_path / name).is_ours


def test_a_home_or_cache_that_cannot_be_made_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").touch()  # no folder can be made below a file, not even by root
    with pytest.raises(InputError, match="set SHOP_CACHE to a folder of yours"):
        require_usable(tmp_path / "file" / "cache")
    with pytest.raises(ShopError, match="set SHOP_HOME to a folder of yours"):
        Home(tmp_path / ("x" * 256)).create()


def test_a_home_of_nobody_and_a_deleted_working_directory_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHOP_HOME", "~nobody-of-this-name/shop")
    with pytest.raises(
        SettingsError, match=r"^SHOP_HOME is ~nobody-of-this-name/shop: this machine knows no such home"
    ):
        Home.from_environment()
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setenv("SHOP_HOME", "shop")
    with pytest.raises(SettingsError, match=r"^The working directory was deleted, and SHOP_HOME is relative to it"):
        Home.from_environment()


@pytest.mark.parametrize("below", ["", "home", "a/home"])
def test_a_file_where_shop_home_should_be_a_folder_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHOP_HOME", str(tmp_path / "file" / below))
    with pytest.raises(SettingsError, match=r"^SHOP_HOME is .*, and .*/file is not a folder: name another one\.$"):
        Home.from_environment()


@pytest.mark.parametrize(("variable", "find"), [("SHOP_HOME", Home.from_environment), ("SHOP_CACHE", cache_folder)])
@pytest.mark.parametrize("below", ["", "inner"])
def test_symbolic_links_that_go_in_a_circle_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, find: Callable[[], object], below: str
):
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    monkeypatch.setenv(variable, str(tmp_path / "one" / below))
    with pytest.raises(SettingsError, match=rf"^{variable} is .*: its symbolic links go in a circle\."):
        find()


def test_a_cache_that_java_would_take_for_several_folders_is_one_sentence(tmp_path: Path):
    with pytest.raises(InputError, match=r"^Java takes the cache .*/a:b for several .*: set SHOP_CACHE to a folder of"):
        require_usable(tmp_path / "a:b")
    assert list(tmp_path.iterdir()) == []


def test_an_account_without_a_home_folder_is_asked_for_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_CACHE_HOME", "SHOP_CACHE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match=r"no home folder, and so no cache: set SHOP_CACHE to a folder of its own"):
        cache_folder()
    monkeypatch.setenv("SHOP_HOME", str(tmp_path / "home"))
    (found,) = (found for found in examine(Home(tmp_path / "home")) if found.subject == "cache")
    assert found.verdict == "problem"
    assert "set SHOP_CACHE" in found.found
    monkeypatch.setenv("SHOP_CACHE", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache"


def test_doctor_refuses_services_of_ones_own_of_which_some_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHOP_MONGO_URI", "mongodb://127.0.0.1:1/")
    (found,) = (found for found in examine(Home(tmp_path / "home")) if found.subject == "settings")
    assert found.verdict == "problem"
    assert "SHOP_MONGO_URI is set: this is the mode with services of your own, and it lacks" in found.found


def test_the_sockets_of_another_stack_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server((LOOPBACK, 0)) as theirs:
        in_use = theirs.getsockname()[1]
        free = next(port for port in range(in_use + 1, 65_536) if is_free(port))
        files = {port: Path(f"/tmp/seaweedfs-filer-{port}.sock") for port in (in_use, free)}
        for port, file in files.items():
            file.touch()
            remove_sockets({"s3_filer": port})
        assert {port: file.exists() for port, file in files.items()} == {in_use: True, free: False}
        files[in_use].unlink()


@pytest.mark.parametrize("zone", ["localtime", "posix/Europe/Moscow", "right/Europe/Moscow", "Factory", "posixrules"])
def test_a_time_zone_that_only_python_knows_is_refused(zone: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOP_TIMEZONE", zone)
    with pytest.raises(SettingsError, match=f"SHOP_TIMEZONE: no such time zone: '{zone}'"):
        Settings.refuse_invalid()


@pytest.fixture
def old_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Java that knows UTC alone, and a business in another zone."""
    (tmp_path / "java").mkdir()
    java = java_with_zones(tmp_path / "java", "UTC")
    variables = {"JAVA_HOME": str(tmp_path / "java"), "SHOP_CACHE": str(tmp_path / "cache")}
    for name, value in {**variables, "SHOP_TIMEZONE": "America/Coyhaique"}.items():
        monkeypatch.setenv(name, value)
    return java


def test_a_time_zone_that_java_does_not_know_is_refused_before_a_stack_or_a_run_begins(old_java: Path, tmp_path: Path):
    with pytest.raises(InputError, match=r"^SHOP_TIMEZONE is America/Coyhaique, and .* does not know this time zone"):
        Stack(Home(tmp_path / "home"), Console(stderr=True)).up()
    assert stack_processes(tmp_path / "home") == []
    own = Settings.model_construct(java_home=old_java.parents[1], timezone="America/Coyhaique")
    with pytest.raises(InputError, match=r"^SHOP_TIMEZONE is America/Coyhaique"):
        services.require_time_zone(own)
    services.require_time_zone(own.model_copy(update={"timezone": "UTC"}))


def test_doctor_names_a_time_zone_that_java_does_not_know(old_java: Path, tmp_path: Path):
    (found,) = (found for found in examine(Home(tmp_path / "home")) if found.subject == "Java")
    assert found.verdict == "problem"
    assert found.found.startswith("SHOP_TIMEZONE is America/Coyhaique, and ")


@pytest.mark.usefixtures("old_java")
@pytest.mark.parametrize("zone", ["Europe/Nowhere", "posix/UTC", "localtime", "Factory"])
def test_doctor_does_not_blame_java_for_a_time_zone_that_does_not_exist(
    zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHOP_TIMEZONE", zone)
    problems = [found for found in examine(Home(tmp_path / "home")) if "SHOP_TIMEZONE" in found.found]
    assert [(found.subject, found.verdict) for found in problems] == [("settings", "problem")]


def test_an_error_with_services_of_ones_own_is_not_blamed_on_a_moved_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(supervised, "is_displaced", lambda _: True)
    assert "was moved or deleted while its stack ran" in application._home_advice()
    monkeypatch.setenv("SHOP_MONGO_URI", "mongodb://127.0.0.1:1/")
    assert application._home_advice() == ""


@pytest.mark.parametrize("terminal", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}])
def test_what_a_terminal_cannot_show_does_not_fail_a_command(terminal: dict[str, str], stack_settings: Settings):
    done = run_shop(stack_settings, "query", "SELECT 'Зоя…' AS name", **terminal)
    assert done.returncode == 0, done.stderr
    assert "???" in done.stdout


def test_bytes_that_are_no_text_and_a_terminal_without_columns_are_no_crash(stack_settings: Settings):
    unreadable = b"\xff".decode(errors="surrogateescape")
    done = run_shop(stack_settings, "query", "SELECT 17", X=unreadable, COLUMNS="0")
    assert "17" in done.stdout, done.stderr
    done = run_shop(stack_settings, "query", f"SELECT '{unreadable}'")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has bytes that are not UTF-8" in " ".join(done.stderr.split())


def test_the_doctor_names_foreign_variables_a_bad_cache_and_a_terminal_that_lacks_characters(
    stack_settings: Settings, tmp_path: Path
):
    (tmp_path / "file").touch()
    odd = {"SPARK_HOME": "/nowhere", "SHOP_CACHE": str(tmp_path / "file" / "cache"), "PYTHONIOENCODING": "ascii"}
    done = run_shop(stack_settings, "doctor", "--json", **odd)
    found = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert "SPARK_HOME" in found["environment"]["found"]
    assert "SHOP_CACHE" in found["cache"]["advice"]
    assert (found["terminal"]["verdict"], found["cache"]["verdict"]) == ("note", "problem")
    assert done.returncode == 1
    assert not done.stderr


def test_a_low_limit_of_open_files_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 256))
    with pytest.raises(ShopError, match="limit of open files is 256"):
        require_open_files()


@pytest.mark.parametrize(("ahead", "verdict"), [(0.0, "ok"), (90.0, "problem"), (-90.0, "problem")])
def test_doctor_compares_this_machines_clock_with_the_disks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: float, verdict: str
) -> None:
    now = time.time
    monkeypatch.setattr(examined.time, "time", lambda: now() - ahead)
    (clock,) = (found for found in surroundings(tmp_path, tmp_path, ()) if found.subject == "clock")
    assert clock.verdict == verdict
    assert list(tmp_path.glob(".clock-*")) == []
