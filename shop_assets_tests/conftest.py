"""The embedded stack for the tests: real engines, started once a session in a folder of their own.

`stack_settings` is the running stack, `settings` the same with buckets, a database and topics of the test's own, and
`warehouse_settings` that with an empty warehouse (the names of its databases are fixed). `--stack-home DIR` uses and
leaves running a stack in DIR, which saves its start while one works on a test.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from shop_assets.embedded.home import Home
from shop_assets.embedded.stack import Stack
from shop_assets.settings import PREFIX, Settings, variable
from shop_assets.warehouse.resource import clickhouse_resource

# The settings of whoever runs the tests must not lead them to other back ends; where downloads are kept may stay.
for _name in [name for name in os.environ if name.startswith(PREFIX) and name != variable("cache")]:
    del os.environ[_name]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--stack-home", type=Path, help="use the embedded stack in this folder, and leave it running")


@pytest.fixture(scope="session")
def stack_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    kept: Path | None = request.config.getoption("--stack-home")
    stack = Stack(Home((kept or tmp_path_factory.mktemp("stack")).resolve()), Console(stderr=True))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(variable("home"), str(stack.home.root))
        environment.setenv("DAGSTER_HOME", str(stack.home.dagster))
        try:
            stack.up()
            yield Settings.load()
        finally:
            if kept is None:
                stack.down(delete_data=True)


@pytest.fixture
def settings(stack_settings: Settings) -> Settings:
    return isolated(stack_settings)


@pytest.fixture
def warehouse_settings(settings: Settings) -> Settings:
    empty_warehouse(settings)
    return settings


@pytest.fixture
def fresh_warehouse(warehouse_settings: Settings) -> Settings:
    return warehouse_settings


def isolated(settings: Settings) -> Settings:
    """The same back ends, with buckets, a database and topics that nobody else uses."""
    own = secrets.token_hex(4)
    return settings.model_copy(
        update={
            "s3_landing_bucket": f"landing-{own}",
            "s3_features_bucket": f"features-{own}",
            "s3_reports_bucket": f"reports-{own}",
            "mongo_database": f"shop_{own}",
            "kafka_topic_prefix": f"shop_{own}.",
        }
    )


def empty_warehouse(settings: Settings) -> None:
    """Drops RAW and MART, whose names are fixed."""
    with clickhouse_resource(settings).client() as client:
        for database in ("mart", "raw"):  # the MART's views read RAW
            client.command(f"DROP DATABASE IF EXISTS {database} SYNC")
