"""The session's stack, and what nobody may find out about it."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from shop_assets.embedded.credentials import USER, Credentials
from shop_assets.embedded.home import Home
from shop_assets.settings import Settings
from shop_assets_tests.strangers.visitor import Visitor, visitor

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can start a process of another user, whom files and Unix sockets must refuse"
)


@pytest.fixture(autouse=True, scope="session")
def _linux() -> None:
    if not Path("/proc/net/tcp").exists():
        pytest.skip("doors are found in /proc, which only Linux has")


@pytest.fixture
def home(stack_settings: Settings) -> Home:
    return Home(stack_settings.home)


@pytest.fixture
def stranger(home: Home) -> Iterator[Visitor]:
    # The folder in which tests have the stack is closed; SHOP_HOME has to close itself.
    above = home.root.parent
    before = above.stat().st_mode
    above.chmod(0o711)
    try:
        with visitor(above) as visiting:
            yield visiting
    finally:
        above.chmod(before)


def secrets(home: Home) -> set[str]:
    """The passwords and keys of the stack."""
    credentials = asdict(Credentials.load(home.credentials))
    credentials.pop("kafka_cluster_id")
    signing = re.findall(r'^key = "([^/"]+)"$', (home.root / "config/s3/security.toml").read_text(), re.MULTILINE)
    assert len(signing) == 4
    private = [line for line in (home.root / "config/s3/key.pem").read_text().splitlines() if "-" not in line]
    return {*credentials.values(), *credentials["pii_keys"].partition(":")[::2], *signing, *private} - {"k1", USER}


def command_lines(processes: Iterable[psutil.Process]) -> list[str]:
    found = []
    for process in processes:
        try:
            found.append(Path(f"/proc/{process.pid}/cmdline").read_text(errors="replace"))
        except OSError:  # it has ended
            continue
    return found


def shown(findings: Iterable[object]) -> str:
    return json.dumps([str(finding)[:2000] for finding in findings], indent=1, ensure_ascii=False)
