"""The embedded stack for the tests: real engines, started once a session in a folder of their own.

`stack_settings` is the running stack, `settings` the same with buckets, a database and topics of the test's own, and
`warehouse_settings` that with a warehouse without rows (the names of its databases are fixed). `bucket` is the test's
own landing bucket, `database` its own MongoDB database. `--stack-home DIR` uses a stack in DIR and leaves it running,
which saves its start while one works on a test.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from pymongo.database import Database
from rich.console import Console

from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.resource import mongo_resource
from shop_assets.embedded.home import Home
from shop_assets.embedded.stack import Stack
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.dagster_home import create_dagster_home
from shop_assets.settings import Settings, variable
from shop_assets_tests.isolation import clear_warehouse, forget_settings, isolated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

forget_settings()
# An example waits while the engines work.
hypothesis.settings.register_profile(
    "beside engines", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("beside engines")


# Few and long tests: whole runs, kills, browsers. They go first, so that the two processes of `make test` end together.
# None of features/ that needs its Spark, which would stop behind it and start again for the folder.
LONG_FILES = frozenset(
    {
        "test_whole_chain.py",
        "test_faults.py",
        "test_shop_command.py",
        "test_own_documents.py",
        "test_backfill.py",
        "test_dagster_command.py",
        "test_stored_nowhere.py",
        "test_run.py",
        "test_guard.py",
        "test_new_feature.py",
        "test_stack_java.py",
        "test_clickhouse_front_rights.py",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG_FILES)  # stable: the rest stays in its order


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--stack-home", type=Path, help="use the embedded stack in this folder, and leave it running")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the stacks of workers that were killed: after Ctrl-C, xdist does not wait for their fixtures."""
    if config.pluginmanager.has_plugin("dsession"):
        for found in config._tmp_path_factory.getbasetemp().glob("popen-*/stack*/config/supervisord.conf"):
            Stack(Home(found.parent.parent), Console(stderr=True)).down(delete_data=True)


@pytest.fixture(scope="session")
def stack_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    kept: Path | None = request.config.getoption("--stack-home")
    stack = Stack(Home((kept or tmp_path_factory.mktemp("stack")).resolve()), Console(stderr=True))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(variable("home"), str(stack.home.root))
        environment.setenv("DAGSTER_HOME", str(stack.home.dagster))
        try:
            stack.up()
            create_dagster_home(stack.home.dagster)
            yield Settings.load()
        finally:
            if kept is None:
                stack.down(delete_data=True)


@pytest.fixture
def settings(stack_settings: Settings) -> Settings:
    return isolated(stack_settings)


@pytest.fixture
def warehouse_settings(settings: Settings) -> Settings:
    clear_warehouse(settings)
    return settings


@pytest.fixture(scope="session")
def s3_client(stack_settings: Settings) -> "S3Client":
    with object_store_resource(stack_settings).process_config_and_initialize_cm() as store:
        return store.s3.get_client()


@pytest.fixture
def bucket(s3_client: "S3Client", settings: Settings) -> Iterator[Bucket]:
    bucket = Bucket(s3_client, settings.s3_landing_bucket)
    bucket.ensure()
    yield bucket
    # SeaweedFS gives each bucket volumes of its own, and runs out of them after some seventy buckets.
    bucket.delete([summary.key for summary in bucket.list()])
    s3_client.delete_bucket(Bucket=bucket.name)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    with mongo_resource(settings).connect() as database:
        ensure_collections(database)
        yield database
        database.client.drop_database(database.name)
