"""A Telegram and a Dagster instance of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance

from shop_assets_tests.automation.bot_api import BotApi, bot_api


@pytest.fixture
def telegram() -> Iterator[BotApi]:
    with bot_api() as api:
        yield api


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """With the storage of the embedded stack: SQLite, a file a run."""
    with DagsterInstance.local_temp(str(tmp_path), overrides={"telemetry": {"enabled": False}}) as instance:
        yield instance
