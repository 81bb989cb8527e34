"""The `shop` commands with a service away: one message, exit code 1, no traceback."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shop_assets.settings import PREFIX, Settings
from shop_assets_tests.isolation import variables
from shop_assets_tests.outages.conftest import with_port
from shop_assets_tests.outages.error_messages import assert_says
from shop_assets_tests.outages.proxy import closed_port


def command(settings: Settings, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    begun = time.monotonic()
    done = subprocess.run(
        [Path(sys.executable).with_name("shop"), *arguments],
        env=inherited | variables(settings), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    return done, time.monotonic() - begun


@pytest.mark.parametrize(
    ("arguments", "service", "bound"),
    [
        (["query", "SELECT 1"], "clickhouse", 20),
        pytest.param(["rejects", "list"], "clickhouse", 20, marks=pytest.mark.slow),
        pytest.param(["rejects", "list"], "mongo", 45, marks=pytest.mark.slow),
        pytest.param(["raw", "compact"], "clickhouse", 45, marks=pytest.mark.slow),
        pytest.param(["raw", "compact"], "mongo", 45, marks=pytest.mark.slow),
        pytest.param(["reconcile"], "clickhouse", 45, marks=pytest.mark.slow),
        pytest.param(["report"], "s3", 60, marks=pytest.mark.slow),
        pytest.param(["run"], "s3", 240, marks=pytest.mark.slow),
        pytest.param(["run"], "mongo", 120, marks=pytest.mark.slow),
    ],
)
def test_a_command_says_which_service_is_away(shop: Settings, arguments: list[str], service: str, bound: float) -> None:
    port = closed_port()
    done, seconds = command(with_port(shop, service, port), *arguments)
    assert done.returncode == 1
    text = " ".join((done.stdout + done.stderr).split())
    if arguments != ["run"]:
        assert done.stderr.startswith("error: ")
    assert "Traceback" not in text
    assert_says(f"{NAMES[service]}Error: {text[text.index(FIRST[service]) :]}", service, port, shop)
    assert seconds < bound


NAMES = {"s3": "ObjectStoreUnavailable", "mongo": "DocumentStoreUnavailable", "clickhouse": "WarehouseUnavailable"}
FIRST = {"s3": "Object storage at", "mongo": "MongoDB at", "clickhouse": "ClickHouse at"}
