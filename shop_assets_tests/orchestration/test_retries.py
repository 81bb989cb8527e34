"""Which failures are tried again, and in which runs."""

import dagster as dg
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from confluent_kafka import KafkaError, KafkaException
from pymongo.errors import DuplicateKeyError, ServerSelectionTimeoutError

from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.features.daily_matrix import MartChangedError
from shop_assets.features.manifest import PartitionError
from shop_assets.orchestration import retries
from shop_assets.orchestration.retries import RETRIES_TAG, is_transient, retry_transient
from shop_assets.topics.errors import DeliveryError
from shop_assets.warehouse.errors import OffsetGapError


class Py4JJavaError(Exception):
    __module__ = "py4j.protocol"


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def refused(status: int) -> ClientError:
    return ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        caused(DocumentStoreError("MongoDB does not answer"), ServerSelectionTimeoutError()),
        EndpointConnectionError(endpoint_url="http://s3"),
        ReadTimeoutError(endpoint_url="http://s3"),
        refused(503),
        refused(429),
        OperationalError("connection refused"),
        KafkaException(KafkaError(KafkaError.REQUEST_TIMED_OUT, "timed out", retriable=True)),
        DeliveryError("not acknowledged"),
        MartChangedError("kept arriving"),
        Py4JJavaError("org.apache.spark.SparkException … Caused by: java.net.ConnectException: Connection refused"),
        caused(PartitionError("not published"), OperationalError("gone")),
    ],
    ids=repr,
)
def test_what_a_service_that_is_away_or_busy_causes_may_pass(error):
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a defect"),
        DocumentStoreError("MongoDB refuses the password"),
        DuplicateKeyError("a defect"),
        refused(403),
        DatabaseError("Code: 62. Syntax error"),
        KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "not authorized")),
        OffsetGapError("offsets 0 to 9 are missing"),
        PartitionError("not published"),
        Py4JJavaError("org.apache.spark.SparkException: Division by zero"),
        caused(dg.Failure("no such folder", allow_retries=False), ConnectionRefusedError()),
    ],
    ids=repr,
)
def test_what_time_does_not_mend_does_not_pass(error):
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

    @dg.asset
    @retry_transient
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

    @dg.asset
    @retry_transient
    def fails_once(context: dg.AssetExecutionContext) -> None:
        if context.retry_number == 0:
            raise ConnectionResetError

    assert dg.materialize([fails_once], tags={RETRIES_TAG: "3"}, raise_on_error=False).success
