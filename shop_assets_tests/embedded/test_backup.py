"""Backups of a stack's folder: complete, private, and compared before they replace anything."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest
from rich.console import Console

from shop_assets.embedded.backups import backup, backup_files, restoring
from shop_assets.embedded.backups.backup_files import MANIFEST
from shop_assets.embedded.errors import StackError, StackInputError
from shop_assets.embedded.home import Home, write_private
from shop_assets.embedded.stack import Stack
from shop_assets.embedded.supervision.stack_processes import is_supervisor, stack_processes
from shop_assets.embedded.supervision.status import stack_status
from shop_assets.settings import Settings

Content = dict[str, str]


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack that is down, with a few files like those of the services."""
    home = Home(tmp_path / "home")
    home.create()
    write_private(home.credentials, "secret")
    write_private(home.ports, "{}")
    (home.data("kafka") / "shop.stores-0").mkdir(parents=True)
    (home.data("kafka") / "shop.stores-0" / "0.log").write_bytes(bytes(range(256)) * 10_000)
    (home.data("clickhouse") / "store" / "empty").mkdir(parents=True)
    (home.data("clickhouse") / "link").symlink_to("store/empty")
    (home.dagster / "dagster.yaml").write_text("telemetry: {}")
    with sqlite3.connect(home.dagster / "runs.db") as connection:
        connection.execute("CREATE TABLE runs (id TEXT)")
        connection.execute("INSERT INTO runs VALUES ('a')")
    connection.close()
    (home.logs / "kafka.log").write_text("not part of a backup")
    return Stack(home, Console(stderr=True))


def of(root: Path) -> Stack:
    return Stack(Home(root), Console(stderr=True))


def contents(root: Path) -> Content:
    """What a backup is about, by path; a database by its rows, because its copy may have other bytes."""
    found = {}
    for path in backup_files.walk(root):
        name = path.relative_to(root).as_posix()
        if name.split("/")[0] not in {"data", "dagster", "credentials.json", "ports.json"}:
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        elif name.endswith(".db"):
            connection = sqlite3.connect(path)
            found[name] = str(connection.execute("SELECT * FROM runs").fetchall())
            connection.close()
        else:
            found[name] = backup_files.digest(path)
    return found


def test_a_restored_folder_has_what_was_backed_up(stack: Stack, tmp_path: Path) -> None:
    stack.back_up(tmp_path / "copy")
    of(tmp_path / "other").restore(tmp_path / "copy")
    assert contents(tmp_path / "other") == contents(stack.home.root)
    assert not Home(tmp_path / "other").restoring.exists()


def test_a_backup_and_what_is_restored_are_for_their_owner_only(stack: Stack, tmp_path: Path) -> None:
    stack.back_up(tmp_path / "copy")
    of(tmp_path / "other").restore(tmp_path / "copy")
    copied = [tmp_path / "copy", *backup_files.walk(tmp_path / "copy"), tmp_path / "other"]
    copied += [tmp_path / "other" / name for name in contents(tmp_path / "other")]
    assert len(copied) > 20
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in copied if not path.is_symlink()}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_a_damaged_backup_is_refused_and_changes_nothing(stack: Stack, tmp_path: Path) -> None:
    stack.back_up(tmp_path / "copy")
    before = contents(stack.home.root)
    file = tmp_path / "copy/data/kafka/shop.stores-0/0.log"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    found = r"damaged: 1 file is missing or changed, of \d+, such as .*shop\.stores-0/0\.log"
    with pytest.raises(StackError, match=found):
        stack.restore(tmp_path / "copy", replace=True)
    file.unlink()
    with pytest.raises(StackError, match=r"damaged: 1 file is missing or changed, of \d+"):
        stack.restore(tmp_path / "copy", replace=True)
    assert contents(stack.home.root) == before


def test_a_folder_that_is_no_complete_backup_is_refused(stack: Stack, tmp_path: Path) -> None:
    stack.back_up(tmp_path / "copy")
    (tmp_path / "copy" / MANIFEST).unlink()
    with pytest.raises(StackInputError, match="holds no complete backup"):
        of(tmp_path / "other").restore(tmp_path / "copy")
    with pytest.raises(StackInputError, match=r"There is no folder .*missing: name one that"):
        of(tmp_path / "other").restore(tmp_path / "missing")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [("files", "../../outside", "0"), ("folders", "/outside", None), ("links", "data/link", "../../outside")],
)
def test_a_manifest_that_leads_out_of_the_folder_is_refused(
    stack: Stack, tmp_path: Path, part: str, name: str, value: str | None
) -> None:
    stack.back_up(tmp_path / "copy")
    manifest = backup_files.BackupManifest.load(tmp_path / "copy")
    entries = getattr(manifest, part)
    entries.append(name) if value is None else entries.update({name: value})
    manifest.write(tmp_path / "copy")
    with pytest.raises(StackError, match="outside of the backup"):
        of(tmp_path / "other").restore(tmp_path / "copy")


def test_data_is_replaced_only_on_request(stack: Stack, tmp_path: Path) -> None:
    stack.back_up(tmp_path / "copy")
    backed_up = contents(stack.home.root)
    (stack.home.data("kafka") / "later").write_text("written after the backup")
    with pytest.raises(StackInputError, match=r"has the data of a stack.*--replace"):
        stack.restore(tmp_path / "copy")
    assert (stack.home.data("kafka") / "later").exists()
    stack.restore(tmp_path / "copy", replace=True)
    assert contents(stack.home.root) == backed_up


@pytest.mark.parametrize("renamings", range(8))
def test_a_restore_that_was_interrupted_is_finished_by_the_next_one_and_nothing_starts_before(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamings: int
) -> None:
    class KilledError(BaseException):
        pass

    stack.back_up(tmp_path / "copy")
    backed_up = contents(stack.home.root)
    (stack.home.data("kafka") / "later").write_text("written after the backup")
    original = Path.rename
    left = iter(range(renamings))

    def killing(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KilledError
        return original(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killing)
        with pytest.raises(KilledError):
            stack.restore(tmp_path / "copy", replace=True)
    with pytest.raises(StackError, match="was interrupted: run `shop restore` again"):
        stack.up()
    stack.restore(tmp_path / "copy")
    assert contents(stack.home.root) == backed_up


def test_what_a_killed_backup_left_is_no_obstacle_and_no_backup(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / f"copy{backup.PARTIAL}" / "data").mkdir(parents=True)
    stack.back_up(tmp_path / "copy")
    assert not (tmp_path / f"copy{backup.PARTIAL}").exists()
    of(tmp_path / "other").restore(tmp_path / "copy")


@pytest.mark.parametrize("place", ["home/inside", "exists", "nowhere/copy"])
def test_a_backup_is_only_made_in_a_new_folder_outside_of_the_stack(stack: Stack, tmp_path: Path, place: str) -> None:
    (tmp_path / "exists").mkdir()
    with pytest.raises(StackInputError, match=r"inside|exists|not a folder") as raised:
        stack.back_up(tmp_path / place)
    assert raised.value.exit_code == 2


def test_a_disk_that_is_too_small_is_found_before_anything_is_written(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.back_up(tmp_path / "copy")
    monkeypatch.setattr(backup_files.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000_000}))
    with pytest.raises(StackError, match=r"has 1 MiB free, and the backup needs 3 MiB"):
        stack.back_up(tmp_path / "another")
    assert not (tmp_path / "another").exists()
    with pytest.raises(StackError, match=r"and the restored data needs"):
        of(tmp_path / "other").restore(tmp_path / "copy")


def test_a_stack_that_runs_is_not_restored_into(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.back_up(tmp_path / "copy")
    monkeypatch.setattr(restoring, "stack_processes", lambda _: [psutil.Process()])
    with pytest.raises(StackError, match=r"A stack runs in .*`shop down`"):
        stack.restore(tmp_path / "copy", replace=True)


KILLED_WHILE_PAUSED = """
import os, signal, sys
from pathlib import Path
from shop_assets.embedded.supervision.pausing import paused_services
with paused_services(Path(sys.argv[1])):
    print("paused", flush=True)
    sys.stdin.read(1)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_services_go_on_when_a_backup_is_killed(stack_settings: Settings) -> None:
    home = Home(stack_settings.home)
    services = [process for process in stack_processes(home.root) if not is_supervisor(process)]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_PAUSED, str(home.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(backup.__file__).parents[2])},
    ) as backing_up:
        assert backing_up.stdout is not None
        assert backing_up.stdout.readline() == "paused\n"
        assert {process.status() for process in services} == {psutil.STATUS_STOPPED}
        backing_up.communicate("x")
    assert backing_up.returncode == -signal.SIGKILL
    deadline = monotonic() + 5
    while any(process.status() == psutil.STATUS_STOPPED for process in services):
        assert monotonic() < deadline
        sleep(0.02)
    assert all(service.ready for service in stack_status(home))
