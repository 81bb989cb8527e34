"""One run of everything, as `shop run` makes it, and what can be seen of it afterwards."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from dagster import ExecuteInProcessResult

from shop_assets.cli.running.runs import materialize_everything
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings
from shop_assets.topics.administration import total_messages
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.resource import clickhouse_resource

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
ONE_EARLIER_DAY = {"first_day": YESTERDAY - timedelta(days=1)}
"""Settings that save the other days before the first run's own, which may take 12 seconds."""


def run(settings: Settings, landing: Mapping[str, Any], day: date = YESTERDAY) -> ExecuteInProcessResult:
    return materialize_everything(settings, day, landing, str(uuid.uuid4()), lambda _event: None)


def report(settings: Settings, day: date = YESTERDAY) -> bytes:
    bucket = object_store_resource(settings).reports()
    return read_report(bucket, find_report(bucket, day))


def failed_checks(result: ExecuteInProcessResult) -> set[str]:
    return {
        f"{check.asset_key.to_user_string()}.{check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed
    }


def landed_documents(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """The documents of a landing that has one a file."""
    bucket = object_store_resource(settings).landing()
    return {
        kind.name: [orjson.loads(bucket.get(summary.key)) for summary in bucket.list(f"{kind.name}/")] for kind in KINDS
    }


def rows(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    with clickhouse_resource(settings).client() as client:
        return [tuple(row) for row in client.query(statement).result_rows]


def contents(settings: Settings) -> dict[str, dict[str, int]]:
    """How much is in each service, by kind: documents, messages and rows of RAW."""
    kafka = kafka_resource(settings)
    marks = kafka.administration().watermarks(kafka.ensure_topics().values())
    with mongo_resource(settings).connect() as database:
        documents = {kind.name: database[kind.name].count_documents({}) for kind in KINDS}
    return {
        "documents": documents,
        "messages": {kind.name: total_messages(marks, kafka.topic_name(kind)) for kind in KINDS},
        "raw": {kind.name: rows(settings, f"SELECT count() FROM raw.{kind.name}")[0][0] for kind in KINDS},
    }


def published_values(settings: Settings) -> bytes:
    """All that the topics hold, values and keys, as consumers see it."""
    kafka = kafka_resource(settings)
    marks = kafka.administration().watermarks(kafka.ensure_topics().values())
    return b"\n".join((message.key() or b"") + (message.value() or b"") for message in kafka.read(marks))
