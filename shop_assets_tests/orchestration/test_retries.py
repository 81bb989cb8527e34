"""Which failures are tried again, and in which runs: each stage's real failures, through its own translation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from clickhouse_connect.driver.exceptions import DatabaseError
from confluent_kafka import KafkaError
from pydantic import SecretStr
from pymongo.errors import AutoReconnect, DuplicateKeyError
from pyspark.errors import PySparkException

from shop_assets.coordination.errors import LeaseHeldError, LeaseLostError
from shop_assets.document_store import resource as mongo
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.document_store.resource import mongo_resource
from shop_assets.errors import TransientError
from shop_assets.features.errors import MartChangedError, PublicationError
from shop_assets.features.reading import MartConnection
from shop_assets.features.spark_failures import spark_job
from shop_assets.object_store import restarts
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import translated_errors
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration import masked_definitions, retries
from shop_assets.orchestration.retries import RETRIES_TAG, is_transient
from shop_assets.settings import Settings
from shop_assets.topics import administration
from shop_assets.topics.errors import DeliveryError, translated_error
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.errors import OffsetGapError, StatementRefusedError
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.outages.conftest import with_port

NOBODY: int = 9
"""The port "discard": nobody listens there."""


class NamesAPhoneError(TransientError):
    """Its text cannot be masked in place: another error takes its place on the way to Dagster."""

    def __str__(self) -> str:
        return "no line to +7 916 123-45-67"


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short time limits: what is away stays away."""
    monkeypatch.setattr(mongo, "SERVER_SELECTION_TIMEOUT_MS", 300)
    monkeypatch.setattr(administration, "REQUEST_TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(restarts, "RESTART_SECONDS", 0.3)


def ask_store(settings: Settings) -> None:
    Bucket(object_store_resource(settings).s3.get_client(), settings.s3_landing_bucket).exists("any")


def ask_mongo(settings: Settings) -> None:
    with mongo_resource(settings).connect():
        pass


def ask_kafka(settings: Settings) -> None:
    kafka_resource(settings).administration().describe(["any"])


def ask_clickhouse(settings: Settings) -> None:
    with clickhouse_resource(settings).client() as client:
        client.command("SELECT 1")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("service", "ask"),
    [("s3", ask_store), ("mongo", ask_mongo), ("kafka", ask_kafka), ("clickhouse", ask_clickhouse)],
)
def test_a_service_that_is_away_may_be_back(
    stack_settings: Settings, service: str, ask: Callable[[Settings], None]
) -> None:
    with pytest.raises(Exception, match=str(NOBODY)) as caught:
        ask(with_port(stack_settings, service, NOBODY))
    assert is_transient(caught.value)


@pytest.mark.parametrize(
    ("change", "ask"),
    [
        ({"s3_secret_key": SecretStr("wrong")}, ask_store),
        ({"clickhouse_password": SecretStr("wrong")}, ask_clickhouse),
    ],
    ids=["s3", "clickhouse"],
)
def test_a_wrong_secret_stays_wrong(
    stack_settings: Settings, change: dict[str, Any], ask: Callable[[Settings], None]
) -> None:
    with pytest.raises(Exception, match=r"403|Forbidden|SHOP_CLICKHOUSE") as caught:
        ask(stack_settings.model_copy(update=change))
    assert not is_transient(caught.value)


def test_a_wrong_password_of_mongodb_stays_wrong(stack_settings: Settings) -> None:
    uri = stack_settings.mongo_uri.get_secret_value()
    password = uri.partition("//")[2].partition("@")[0].partition(":")[2]
    wrong = stack_settings.model_copy(update={"mongo_uri": SecretStr(uri.replace(f":{password}@", ":wrong@"))})
    with pytest.raises(DocumentStoreError, match="SHOP_MONGO_URI") as caught:
        ask_mongo(wrong)
    assert not is_transient(caught.value)


@contextmanager
def in_object_store(settings: Settings) -> Iterator[None]:
    with translated_errors(object_store_resource(settings).s3.get_client(), settings.s3_landing_bucket, "a.json"):
        yield


@contextmanager
def in_mongo(settings: Settings) -> Iterator[None]:
    with mongo_resource(settings).connect():
        yield


@contextmanager
def in_clickhouse(settings: Settings) -> Iterator[None]:
    with clickhouse_resource(settings).client():
        yield


@contextmanager
def in_spark(settings: Settings) -> Iterator[None]:
    bucket = Bucket(object_store_resource(settings).s3.get_client(), settings.s3_features_bucket)
    with (
        clickhouse_resource(settings).client() as client,
        spark_job(client, MartConnection.from_settings(settings), bucket),
    ):
        yield


def refused(status: int) -> ClientError:
    return ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("stage", "error", "may_pass"),
    [
        (in_object_store, ConnectionClosedError(endpoint_url="http://s3"), True),
        (in_object_store, ReadTimeoutError(endpoint_url="http://s3"), True),
        (in_object_store, refused(503), True),
        (in_object_store, refused(429), True),
        (in_object_store, refused(403), False),
        (in_mongo, AutoReconnect("connection closed"), True),
        (in_mongo, DuplicateKeyError("a defect"), False),
        (in_clickhouse, DatabaseError("Code: 62. Syntax error"), False),
        (in_spark, PySparkException("Job aborted … Caused by: java.net.ConnectException: Connection refused"), True),
        (in_spark, PySparkException("org.apache.spark.SparkException: Division by zero"), False),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_what_a_driver_raises_in_the_middle_is_translated_by_its_stage(
    stack_settings: Settings, stage: Callable[[Settings], Any], error: Exception, may_pass: bool
) -> None:
    with pytest.raises(Exception, match=r"\w") as caught, stage(stack_settings):
        raise error
    assert is_transient(caught.value) is may_pass


def test_a_statement_that_clickhouse_refuses_is_an_error_of_the_warehouse(stack_settings: Settings) -> None:
    with pytest.raises(StatementRefusedError, match="refused the statement: Code: 62"), in_clickhouse(stack_settings):
        raise DatabaseError("Code: 62. Syntax error: SELEKT")


@pytest.mark.parametrize(
    ("error", "may_pass"),
    [
        (KafkaError(KafkaError.REQUEST_TIMED_OUT), True),
        (KafkaError(KafkaError.LEADER_NOT_AVAILABLE), True),
        (KafkaError(KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER, "out of order", retriable=True), True),
        (KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), False),
    ],
    ids=repr,
)
def test_an_error_of_kafka_may_pass_or_not_by_its_code(error: KafkaError, may_pass: bool) -> None:
    assert is_transient(translated_error("reading failed", error)) is may_pass


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        DeliveryError("not acknowledged"),
        LeaseHeldError("another run is at work"),
        MartChangedError("kept arriving"),
        caused(PublicationError("not published"), DeliveryError("gone")),
    ],
    ids=repr,
)
def test_what_is_over_in_a_minute_is_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a defect"),
        LeaseLostError("another run took over"),
        OffsetGapError("offsets 0 to 9 are missing"),
        PublicationError("not published"),
        caused(dg.Failure("no such folder", allow_retries=False), ConnectionRefusedError()),
    ],
    ids=repr,
)
def test_what_time_does_not_fix_is_not_transient(error: Exception) -> None:
    assert not is_transient(error)


@pytest.mark.parametrize(
    ("error", "tags", "attempts"),
    [
        (ConnectionRefusedError(), {RETRIES_TAG: "2"}, 3),
        (ConnectionRefusedError(), {}, 1),
        (ValueError("a defect"), {RETRIES_TAG: "2"}, 1),
    ],
    ids=["may pass, retries wanted", "may pass, a person waits", "does not pass"],
)
def test_a_step_is_tried_as_often_as_its_run_wants_and_its_failure_allows(monkeypatch, error, tags, attempts):
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    tried = []

    @masked_definitions.asset()
    def always_fails(context: dg.AssetExecutionContext) -> None:
        tried.append(context.retry_number)
        raise error

    result = dg.materialize([always_fails], tags=tags, raise_on_error=False)
    assert not result.success
    assert tried == list(range(attempts))
    (failure,) = result.get_step_failure_events()
    assert type(error).__name__ in str(failure.step_failure_data.error)


def test_a_step_that_succeeds_at_last_makes_a_good_run(monkeypatch):
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)

    @masked_definitions.asset()
    def fails_once(context: dg.AssetExecutionContext) -> None:
        if context.retry_number == 0:
            raise ConnectionResetError

    assert dg.materialize([fails_once], tags={RETRIES_TAG: "3"}, raise_on_error=False).success


@pytest.mark.parametrize("is_generator", [False, True])
def test_a_check_is_retried_as_an_asset_is(monkeypatch, is_generator):
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    tried = []

    def passes_at_last(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        tried.append(None)
        match len(tried):
            case 1:
                raise ConnectionResetError
            case 2:
                raise NamesAPhoneError
        return dg.AssetCheckResult(passed=True)

    def yields_at_last(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        yield passes_at_last(context)._replace(asset_key=dg.AssetKey("stage"), check_name="passes")

    specs = [dg.AssetCheckSpec("passes", asset="stage")]
    check = (
        masked_definitions.multi_asset_check(specs=specs)(yields_at_last)
        if is_generator
        else masked_definitions.asset_check(asset="stage", name="passes")(passes_at_last)
    )
    job = dg.Definitions(asset_checks=[check]).resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(tags={RETRIES_TAG: "3"}, raise_on_error=False)
    assert result.success
    assert [one.passed for one in result.get_asset_check_evaluations()] == [True]
    assert len(tried) == 3
