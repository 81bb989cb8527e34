"""Two processes that ingest the same topics at once: RAW has every message once."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import sleep

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.coordination import lease
from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.settings import Settings, variable
from shop_assets.topics.administration import total_messages
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.kafka_clients import send_messages
from shop_assets_tests.warehouse import ingesting_process


class Ingesting:
    """The other process."""

    def __init__(self, settings: Settings) -> None:
        own = {variable(field): getattr(settings, field) for field in ("mongo_database", "kafka_topic_prefix")}
        self.process = subprocess.Popen(
            [sys.executable, ingesting_process.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | own | {"PYTHONPATH": str(Path(lease.__file__).parents[2])},
        )
        assert self.answer() == "ready"

    def begin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[], Ingesting]]:
    started: list[Ingesting] = []

    def begin() -> Ingesting:
        started.append(Ingesting(settings))
        return started[-1]

    yield begin
    for other in started:
        other.process.kill()
        other.process.communicate()


def publish(kafka: KafkaResource, count: int, first: int = 0) -> None:
    for index, kind in enumerate(KINDS):
        numbers = (number for number in range(first, first + count) if number % len(KINDS) == index)
        send_messages(kafka, kind, *({"key": f"id-{number}".encode(), "value": b"{}"} for number in numbers))


def assert_every_message_is_in_raw_once(client: Client, kafka: KafkaResource) -> None:
    marks = kafka.administration().watermarks(kafka.ensure_topics().values())
    wanted = {kafka.topic_name(kind): total_messages(marks, kafka.topic_name(kind)) for kind in KINDS}
    found = dict.fromkeys(wanted, 0)
    for row in fetch_rows(client, "raw_offsets"):
        assert (row["duplicated"], row["unaccounted"]) == (0, 0)
        assert row["next_offset"] == marks[row["kafka_topic"], row["kafka_partition"]].high
        found[row["kafka_topic"]] += row["stored"]
    assert found == wanted


@pytest.mark.parametrize("rounds", [1, pytest.param(60, marks=pytest.mark.slow)])
def test_two_that_ingest_at_once_bring_every_message_once(
    client: Client, kafka: KafkaResource, start: Callable[[], Ingesting], rounds: int
) -> None:
    runs = [start(), start()]
    brought = []
    for number in range(rounds):
        publish(kafka, 40, number * 40)
        for other in runs:
            other.begin()
        brought.append([int(other.answer()) for other in runs])
    assert [sum(counts) for counts in brought] == [40] * rounds
    assert_every_message_is_in_raw_once(client, kafka)


@pytest.mark.slow
def test_runs_that_are_killed_at_any_moment_beside_each_other_lose_and_double_nothing(
    client: Client, kafka: KafkaResource, start: Callable[[], Ingesting]
) -> None:
    random = Random(7)
    killed, other = start(), start()
    for number in range(20):
        publish(kafka, 200, number * 200)
        killed.begin()
        other.begin()
        sleep(random.uniform(0.0, 0.5))
        killed.process.send_signal(signal.SIGKILL)
        assert other.answer().isdigit()
        killed = start()
    other.begin()
    assert other.answer().isdigit()
    assert_every_message_is_in_raw_once(client, kafka)


@pytest.mark.slow
def test_a_run_that_was_paused_and_overtaken_inserts_nothing_more(
    settings: Settings,
    client: Client,
    kafka: KafkaResource,
    start: Callable[[], Ingesting],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(kafka, 300)
    paused, other = start(), start()
    paused.begin()
    while client.query("SELECT count() FROM raw.purchases").result_rows == [(0,)]:
        sleep(0.01)
    paused.process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", 1.0)
    with mongo_resource(settings).connect() as database, ingestion_lease(database, "clickhouse_raw", "impatient"):
        pass  # takes the lease over, as the other one would after 20 s, and gives it back
    other.begin()
    sleep(1)  # the other one is in the middle of it
    paused.process.send_signal(signal.SIGCONT)
    # The answer of the lease, or of RAW itself when it was paused between the lease's answer and the insert.
    assert re.search("another run holds it now|Another run began to write RAW", paused.answer())
    assert other.answer().isdigit()
    assert_every_message_is_in_raw_once(client, kafka)
