"""Commands started as a person starts them: processes with an environment of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from shop_assets.settings import PREFIX, Settings, variable
from shop_assets_tests.isolation import empty_warehouse, isolated

CHECKOUT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Settings:
    settings = isolated(stack_settings)
    empty_warehouse(settings)
    return settings


def own_environment(shop: Settings) -> dict[str, str]:
    """The variables that lead a command to the stack of the tests and to names of its own there."""
    own = {
        variable(field): getattr(shop, field)
        for field in ("s3_landing_bucket", "s3_features_bucket", "s3_reports_bucket", "mongo_database",
                      "kafka_topic_prefix")
    }  # fmt: skip
    return own | {variable("home"): str(shop.home)}


@pytest.fixture(scope="module")
def command(shop: Settings) -> Command:
    """Runs a program of the virtual environment on the stack of the tests, in names of its own."""
    own = own_environment(shop)

    def run(*arguments: str, environment: Mapping[str, str] = own) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        program = Path(sys.executable).with_name(arguments[0])
        return subprocess.run(
            [program, *arguments[1:]],
            cwd=CHECKOUT,
            env=inherited | dict(environment),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run
