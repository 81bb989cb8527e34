"""A shop that has come as far as MART, and one asset of it run alone, on services of which one is away."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import dagster as dg
import pytest

from shop_assets.build import build_definitions
from shop_assets.document_store import resource as mongo
from shop_assets.document_store.capture import changes
from shop_assets.object_store import resource as s3
from shop_assets.object_store import restarts
from shop_assets.settings import Settings
from shop_assets.topics import administration, reading, sending
from shop_assets.topics import resource as kafka
from shop_assets.warehouse import resource as clickhouse
from shop_assets.warehouse.raw import raw_inserts
from shop_assets_tests.bad_input import pipeline
from shop_assets_tests.bad_input.delivery import document, text
from shop_assets_tests.features.published import publish_by_hand, row, rows_table

DAY = date(2026, 1, 31)
CUSTOMERS = 2_000

Impatient = Callable[[str], None]


@dataclass(frozen=True)
class Ran:
    """How an asset, or the checks, ended: the error of each failed step, and after how many seconds."""

    errors: dict[str, str]
    seconds: float


LIMITS: dict[str, list[tuple[object, str, float]]] = {
    "s3": [(s3, "MAX_ATTEMPTS", 2), (s3, "RESPONSE_TIMEOUT_SECONDS", 1), (restarts, "RESTART_SECONDS", 1.0)],
    "mongo": [
        (mongo, "SERVER_SELECTION_TIMEOUT_MS", 1_000),
        (mongo, "RESPONSE_TIMEOUT_MS", 1_000),
        (changes, "STALL_SECONDS", 2.0),
    ],
    "kafka": [
        (administration, "REQUEST_TIMEOUT_SECONDS", 2.0),
        (sending, "FLUSH_TIMEOUT_SECONDS", 3.0),
        (kafka, "DELIVERY_TIMEOUT_MS", 2_000),
        (reading, "STALL_SECONDS", 2.0),
        (raw_inserts, "BROKER_TIMEOUT_SECONDS", 2.0),
    ],
    "clickhouse": [(clickhouse, "FIRST_RESPONSE_TIMEOUT_SECONDS", 1), (clickhouse, "RESPONSE_TIMEOUT_SECONDS", 1)],
}
"""The limits of time by service, brought down to a second or two; docs/reliability.md lists them."""


@pytest.fixture
def impatient_with(monkeypatch: pytest.MonkeyPatch) -> Impatient:
    """Shortens the limits of one service; the others are there, on a machine that may be busy."""

    def shorten(service: str) -> None:
        for module, name, limit in LIMITS[service]:
            monkeypatch.setattr(module, name, limit)

    return shorten


def run_asset(settings: Settings, name: str) -> Ran:
    """One asset through Dagster, without its checks."""
    return _run(settings, lambda job: job.get_subset(asset_selection={dg.AssetKey(name)}, asset_check_selection=set()))


def run_checks(settings: Settings) -> Ran:
    """All asset checks and no asset."""

    keys = {key for check in build_definitions(settings).asset_checks or () for key in check.check_keys}
    return _run(settings, lambda job: job.get_subset(asset_selection=set(), asset_check_selection=keys))


def _run(settings: Settings, part: Callable[[dg.JobDefinition], dg.JobDefinition]) -> Ran:
    job = part(build_definitions(settings).resolve_job_def("everything"))
    begun = time.monotonic()
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, partition_key=DAY.isoformat(), raise_on_error=False)
    return Ran({event.step_key: _said(event) for event in result.get_step_failure_events()}, time.monotonic() - begun)


def _said(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    assert error is not None
    while error.cause is not None and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    return error.message


def with_port(settings: Settings, service: str, port: int) -> Settings:
    """The same, with one service at another port of this machine."""
    match service:
        case "s3":
            return settings.model_copy(update={"s3_endpoint": f"http://127.0.0.1:{port}"})
        case "mongo":
            uri = settings.mongo_uri.get_secret_value().replace(f":{port_of(settings, service)}/", f":{port}/")
            return settings.model_copy(update={"mongo_uri": type(settings.mongo_uri)(uri)})
        case "kafka":
            return settings.model_copy(update={"kafka_bootstrap_servers": f"127.0.0.1:{port}"})
        case _:
            return settings.model_copy(update={"clickhouse_port": port})


def port_of(settings: Settings, service: str) -> int:
    match service:
        case "s3":
            assert settings.s3_endpoint is not None
            return int(settings.s3_endpoint.rpartition(":")[2])
        case "mongo":
            return int(settings.mongo_uri.get_secret_value().partition("@")[2].partition("/")[0].rpartition(":")[2])
        case "kafka":
            return int(settings.kafka_bootstrap_servers.rpartition(":")[2])
        case _:
            return settings.clickhouse_port


@pytest.fixture(scope="package")
def shop(stack_settings: Settings) -> Iterator[Settings]:
    """A shop of one kind of document: delivered, loaded, published and ingested, with a partition of features."""
    with pipeline.own_shop(stack_settings) as settings:
        documents = [text(document("customers", f"cus-{number}")) for number in range(CUSTOMERS)]
        pipeline.deliver(settings, [("customers/all.jsonl", b"\n".join(documents))])
        pipeline.run_pipeline(settings)
        with s3.object_store_resource(settings).process_config_and_initialize_cm() as store:
            publish_by_hand(store.features(), DAY, [rows_table(*(row(f"cus-{number}") for number in range(CUSTOMERS)))])
        yield settings
