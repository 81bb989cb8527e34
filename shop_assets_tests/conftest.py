"""The embedded stack for the tests: real engines, started once a session in a folder of their own.

`stack_settings` is the running stack, `settings` the same with buckets, a database and topics of the test's own, and
`warehouse_settings` that with an empty warehouse (the names of its databases are fixed). `--stack-home DIR` uses and
leaves running a stack in DIR, which saves its start while one works on a test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from shop_assets.embedded.home import Home
from shop_assets.embedded.stack import Stack
from shop_assets.settings import Settings, variable
from shop_assets_tests.isolation import empty_warehouse, forget_settings, isolated

forget_settings()


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
