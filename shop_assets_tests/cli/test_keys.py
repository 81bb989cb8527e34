"""`shop pii keys`, `rotate`, `import` and `retire` on a stack of their own, as a person uses them."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from shop_assets.embedded.home import Home
from shop_assets.embedded.stack import Stack
from shop_assets.personal_data.key_ring import parse_key_ring

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("keys") / "home"
    yield folder
    Stack(Home(folder), Console(stderr=True)).down(delete_data=True)


def shop(home: Path, *arguments: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")}
    return subprocess.run(
        [str(Path(sys.executable).with_name("shop")), *arguments],
        env=own | {"SHOP_HOME": str(home), "COLUMNS": "200"} | more,
        input=text, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def ring(home: Path) -> str:
    return str(json.loads((home / "credentials.json").read_text())["pii_keys"])


def key(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


def test_a_ring_is_rotated_extended_and_shortened(home: Path) -> None:
    assert shop(home, "up").returncode == 0
    assert shop(
        home, "run", "--stores", "3", "--products", "5", "--customers", "6", "--purchases", "20"
    ).returncode in (0, 1)
    first = shop(home, "pii", "keys")
    assert "encrypts" in first.stdout

    rotated = shop(home, "pii", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "29 messages moved" in rotated.stdout
    newest, oldest = parse_key_ring(ring(home))
    assert (newest[:3], oldest) == ("k20", "k1")
    assert f"SHOP_PII_KEYS='{ring(home)}'" in (home / "stack.env").read_text()

    imported = shop(home, "pii", "import", "-", text=f"k0:{key(32)}\n")
    assert imported.returncode == 0, imported.stderr
    assert list(parse_key_ring(ring(home))) == [newest, "k1", "k0"]
    assert shop(home, "pii", "import", "-", text=f"k1:{key(64)}").returncode == 2

    assert "29 messages in Kafka" in " ".join(shop(home, "pii", "retire", "k1").stderr.split())
    assert "encrypts" in shop(home, "pii", "retire", newest).stderr
    retired = shop(home, "pii", "retire", "k0")
    assert retired.returncode == 0, retired.stderr
    assert list(parse_key_ring(ring(home))) == [newest, "k1"]
    shown = shop(home, "pii", "keys").stdout
    listed = shop(home, "pii", "keys", "--json").stdout
    assert {row["key_id"] for row in json.loads(listed)} >= {newest, "k1"}
    assert all(secret.partition(":")[2] not in shown + listed for secret in ring(home).split(","))
    assert "0 messages moved" in shop(home, "pii", "rotate", "--resume").stdout


def test_a_first_key_of_32_bytes_gets_a_new_one_in_front(home: Path) -> None:
    assert shop(home, "down").returncode == 0
    credentials = json.loads((home / "credentials.json").read_text())
    newest, older = credentials["pii_keys"].split(",")
    credentials["pii_keys"] = f"k32:{key(32)},{newest},{older}"
    (home / "credentials.json").write_text(json.dumps(credentials))

    done = shop(home, "pii", "rotate")

    assert done.returncode == 0, done.stderr
    assert list(parse_key_ring(ring(home)))[2:] == ["k32", *parse_key_ring(f"{newest},{older}")]


def test_for_services_of_ones_own_the_new_ring_is_printed_and_nothing_else_changes(home: Path) -> None:
    before = ring(home)
    env = {
        line.partition("=")[0]: line.partition("=")[2].strip("'")
        for line in (home / "stack.env").read_text().splitlines()
        if "=" in line
    }
    done = shop(home, "pii", "rotate", **env)
    assert done.returncode == 0, done.stderr
    assert list(parse_key_ring(done.stdout.strip()))[1:] == list(parse_key_ring(before))
    assert "--resume" in done.stderr
    assert ring(home) == before
