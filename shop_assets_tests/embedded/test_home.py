"""SHOP_HOME: only a folder of ours is ever filled or removed."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from shop_assets.cli.application import app
from shop_assets.embedded.errors import StackError
from shop_assets.embedded.examination.doctor import permissions
from shop_assets.embedded.home import Home, write_private
from shop_assets.embedded.services.clickhouse_front.engine import Engine
from shop_assets.embedded.stack import Stack
from shop_assets.embedded.supervision.stack_processes import is_displaced, stack_processes
from shop_assets.embedded.supervision.supervisor_config import MARKER
from shop_assets.errors import InputError
from shop_assets.settings import EXPLANATIONS, SettingsError, variable


def test_a_new_folder_is_for_its_owner_only(tmp_path: Path):
    home = Home(tmp_path / "a" / "home")
    home.create()
    assert home.is_ours
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700


def test_a_folder_that_holds_other_things_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(StackError, match=r"thesis\.txt"):
        Home(tmp_path).create()
    with pytest.raises(StackError, match="nothing in it is deleted"):
        Home(tmp_path).delete()
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match="not a folder"):
        Home(tmp_path / "file").create()


@pytest.mark.parametrize("name", ["a,b", "shop?", "sho*", "{shop,b}", "}"])
def test_a_path_that_a_service_would_take_for_several_or_a_pattern_is_refused(tmp_path: Path, name: str):
    home = Home(tmp_path / name / "home")
    with pytest.raises(InputError, match=r"SHOP_HOME is .*: a path with .* is read as a list or a pattern"):
        home.create()
    assert not home.root.parent.exists()
    (found,) = permissions(home)
    assert (found.subject, found.verdict) == ("SHOP_HOME", "problem")


@pytest.mark.parametrize("name", ["shop?", "sho*", "{a..c}"])
def test_the_engine_refuses_a_folder_whose_inserts_would_read_other_folders(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="must not contain"):
        Engine(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_root_by_sudo_does_not_take_the_folder_of_the_account_that_called_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = Home(tmp_path / "home")
    home.create()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_UID", str(os.getuid() + 1))
    home.create()  # another account's, or root's own
    monkeypatch.setenv("SUDO_UID", "1000")
    theirs = os.stat_result((stat.S_IFDIR | 0o700, 0, 0, 2, 1000, 1000, 0, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda _path, **_: theirs)
    with pytest.raises(StackError, match="run the command without sudo"):
        home.create()


def test_a_folder_that_this_account_may_not_use_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable("home"), str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may use any
    with pytest.raises(SettingsError, match="belongs to another account"):
        Home.from_environment()


def test_a_folder_below_one_that_may_not_be_searched_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home, looked_up = tmp_path / "theirs" / "home", os.stat
    monkeypatch.setenv(variable("home"), str(home))

    def of_another_account(path: object, **options: object) -> os.stat_result:
        if str(path).startswith(str(home)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return looked_up(path, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "stat", of_another_account)  # root may look everywhere
    with pytest.raises(SettingsError, match="belongs to another account"):
        Home.from_environment()


def test_a_stack_on_a_read_only_disk_can_be_looked_at_and_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable("home"), str(tmp_path / "home"))
    Home(tmp_path / "home").create()

    def read_only(path: Path, _mode: int) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    monkeypatch.setattr(Path, "chmod", read_only)
    home = Home.from_environment()
    with pytest.raises(StackError, match="is on a read-only disk: mount it for writing"):
        home.create()


def test_a_readable_folder_whose_settings_may_not_be_read_is_another_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(variable("home"), str(tmp_path))
    (tmp_path / "stack.env").touch()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path).name != "stack.env")
    with pytest.raises(SettingsError, match="belongs to another account"):
        Home.from_environment()


@pytest.mark.parametrize("first", ["dagster", EXPLANATIONS])
def test_a_folder_in_which_another_of_our_programs_was_first_is_ours_to_take(tmp_path: Path, first: str):
    (tmp_path / first).mkdir()
    Home(tmp_path).create()
    assert Home(tmp_path).is_ours


def test_deletion_takes_what_the_stack_made_and_leaves_the_rest(tmp_path: Path):
    home = Home(tmp_path / "home")
    home.create()
    home.data("kafka").mkdir()
    write_private(home.credentials, "{}")
    (home.root / EXPLANATIONS).mkdir()
    (home.root / EXPLANATIONS / "cus-1.html").touch()
    (home.root / "notes.txt").write_text("mine")
    home.delete()
    assert {entry.name for entry in home.root.iterdir()} == {"notes.txt", ".shop-assets-home"}
    home.create()
    (home.root / "notes.txt").unlink()
    home.delete()
    assert not home.root.exists()


def test_deletion_does_not_follow_a_link_out_of_the_folder(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    home = Home(tmp_path / "home")
    home.create()
    (home.root / "data" / "link").symlink_to(outside)
    home.delete()
    assert (outside / "kept").exists()


def test_the_folder_is_absolute_whatever_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(variable("home"), raising=False)
    assert Home.from_environment().root == tmp_path / ".shop"
    monkeypatch.setenv(variable("home"), "elsewhere")
    assert Home.from_environment().root == tmp_path / "elsewhere"


def test_private_files_are_replaced_and_private(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


@pytest.fixture
def supervised() -> Iterator[Callable[[Path], "subprocess.Popen[bytes]"]]:
    """Starts a process that looks like the supervisor of the stack in a folder."""
    started = []

    def start(root: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", "import time; time.sleep(60)", "supervisor.supervisord"]
        started.append(subprocess.Popen(command, cwd=root, env={**os.environ, MARKER: str(root)}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("target", ["new", None], ids=["moved", "deleted"])
def test_a_stack_whose_folder_was_moved_or_deleted_is_found_from_either_place_and_ended(
    tmp_path: Path, supervised: Callable[[Path], "subprocess.Popen[bytes]"], target: str | None
) -> None:
    root = tmp_path / "home"
    root.mkdir()
    process = supervised(root)
    assert (len(stack_processes(root)), is_displaced(root)) == (1, False)
    if target is None:
        root.rmdir()
    else:
        root.rename(tmp_path / target)
        assert (len(stack_processes(tmp_path / target)), is_displaced(tmp_path / target)) == (1, True)
    assert (len(stack_processes(root)), is_displaced(root)) == (1, True)
    Stack(Home(root), Console(stderr=True)).down()
    assert process.wait(10) is not None
    assert (root.exists(), stack_processes(root)) == (False, [])


def test_the_deletion_of_data_that_were_moved_asks_nothing_and_says_that_nothing_is_deleted(
    tmp_path: Path, supervised: Callable[[Path], "subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "home"
    monkeypatch.setenv("SHOP_HOME", str(root))
    Home(root).create()
    process = supervised(root)
    root.rename(tmp_path / "new")
    done = CliRunner().invoke(app, ["down", "--delete-data"])
    assert (done.exit_code, done.stderr) == (0, f"The stack is down; {root} is not there, and no data was deleted\n")
    assert process.wait(10) is not None
    assert Home(tmp_path / "new").is_ours
