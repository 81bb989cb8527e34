"""Commands started as a person starts them: processes with an environment of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from shop_assets.settings import PREFIX, Settings, variable
from shop_assets_tests.isolation import clear_warehouse, isolated

CHECKOUT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Settings:
    settings = isolated(stack_settings)
    clear_warehouse(settings)
    return settings


def own_environment(shop: Settings) -> dict[str, str]:
    """The variables that lead a command to the stack of the tests and to names of its own there."""
    own = {
        variable(field): str(getattr(shop, field))
        for field in ("s3_landing_bucket", "s3_features_bucket", "s3_reports_bucket", "mongo_database",
                      "kafka_topic_prefix", "kafka_partitions")
    }  # fmt: skip
    return own | {variable("home"): str(shop.home)}


@pytest.fixture
def own(shop: Settings) -> dict[str, str]:
    return own_environment(shop)


@pytest.fixture(scope="module")
def command(shop: Settings) -> Command:
    """Runs a program of the virtual environment on the stack of the tests, in names of its own."""
    own = own_environment(shop)

    def run(*arguments: str, environment: Mapping[str, str] = own) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            program(arguments),
            cwd=CHECKOUT,
            env=in_own_environment(environment),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture
def start(shop: Settings) -> Iterator[Start]:
    """Starts a program of the virtual environment; what still runs at the end of the test is killed."""
    started = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            program(arguments),
            cwd=CHECKOUT,
            env=in_own_environment(own_environment(shop)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def program(arguments: Sequence[str]) -> list[str]:
    return [str(Path(sys.executable).with_name(arguments[0])), *arguments[1:]]


def in_own_environment(own: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return inherited | dict(own)
