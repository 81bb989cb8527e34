"""The home of the release before, as that release left it, and this release's commands on it."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
RELEASE_BEFORE = "6169cd33"
"""The commit from which the changelog's newest section starts."""

SHOP = ("--customers", "60", "--purchases", "250", "--seed", "7")
DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 21)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


class Release:
    """The `shop` command of one source folder, on the test's home."""

    def __init__(self, sources: Path, home: Path) -> None:
        self._sources = sources
        self._home = home

    def __call__(self, *arguments: str, exit_codes: tuple[int, ...] = (0,)) -> str:
        program = f"import sys; sys.path.insert(0, {str(self._sources)!r}); from shop_assets.cli import main; main()"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SHOP_", "DAGSTER"))}
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=self._sources,
            env=inherited | {"SHOP_HOME": str(self._home), "PYTHONPATH": str(self._sources), "COLUMNS": "120"},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode in exit_codes, done.stdout + done.stderr
        return done.stdout

    def csv(self, day: date) -> bytes:
        file = self._home / "data" / f"report-{day}.csv"
        self("report", "--day", day.isoformat(), "--output", str(file))
        try:
            return file.read_bytes()
        finally:
            file.unlink()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the release before."""
    command = ["git", "-C", str(PROJECT), "archive", RELEASE_BEFORE]
    archived = subprocess.run(command, capture_output=True, check=False)
    if archived.returncode:
        pytest.skip(f"this copy of the project has no history back to {RELEASE_BEFORE}")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(archived.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("upgraded") / "home"
    yield folder
    Release(PROJECT, folder)("down", "--delete-data", "--yes")


@pytest.fixture(scope="module")
def before(sources: Path, home: Path) -> bytes:
    """The report that the release before made; its stack is left running, as an upgrade finds it."""
    release = Release(sources, home)
    release("run", "--day", DAY.isoformat(), *SHOP)
    return release.csv(DAY)


def test_the_report_of_the_release_before_is_read_and_equals_the_one_that_is_computed_again(
    before: bytes, home: Path
) -> None:
    release = Release(PROJECT, home)
    assert _digest(release.csv(DAY)) == _digest(before)
    release("run", "--day", DAY.isoformat(), *SHOP)
    release("backfill", "--from", DAY.isoformat(), "--to", DAY.isoformat(), "--recompute")
    assert _digest(release.csv(DAY)) == _digest(before)


def test_the_next_day_is_reported_on_the_data_of_the_release_before(before: bytes, home: Path) -> None:
    release = Release(PROJECT, home)
    output = json.loads(release("run", "--day", NEXT_DAY.isoformat(), "--json", *SHOP))
    assert [check for check in output["checks"] if check["verdict"] != "passed"] == []
    assert release.csv(NEXT_DAY).count(b"\n") == 61


def test_nothing_is_missing_or_doubled_between_mongodb_and_mart(before: bytes, home: Path) -> None:
    Release(PROJECT, home)("reconcile", "--full")


def test_phones_of_the_release_before_can_be_decrypted_and_moved_to_a_new_key(before: bytes, home: Path) -> None:
    release = Release(PROJECT, home)
    statement = "SELECT count(), countIf(startsWith(phone, 'enc:')) FROM mart.customers FORMAT JSONCompactEachRow"
    assert json.loads(release("query", statement)) == [60, 60]
    release("pii", "rotate")
    customer = release("query", "SELECT min(customer_id) FROM mart.customers FORMAT TabSeparated").strip()
    decrypted = release("pii", "decrypt", "--customer", customer, "--reason", "test of the upgrade")
    assert "+7" in decrypted


def _digest(report: bytes) -> str:
    """Reports are compared by digest, so that a failure shows no rows of customers."""
    return hashlib.sha256(report).hexdigest()
