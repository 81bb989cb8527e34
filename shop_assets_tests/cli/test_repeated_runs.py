"""Whole runs at once, again, over a gap, and after a compaction, as a person starts them."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from confluent_kafka import TopicPartition

from shop_assets.documents.kinds import PURCHASES, STORES
from shop_assets.settings import Settings
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests import whole_run
from shop_assets_tests.cli.conftest import Command
from shop_assets_tests.kafka_clients import administrator, send_messages

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

MART = [
    *(f"SELECT * EXCEPT (ingested_at, source_time) FROM mart.{name} ORDER BY ALL"
      for name in ("stores", "products", "customers", "purchases")),
    "SELECT kind, id, reasons, payload FROM mart.rejects ORDER BY ALL",
]  # fmt: skip


def succeed(command: Command, *arguments: str) -> str:
    done = command("shop", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def mart(shop: Settings) -> list[list[tuple[object, ...]]]:
    return [whole_run.rows(shop, statement) for statement in MART]


def accounted(shop: Settings) -> tuple[int, int, int]:
    """Offsets without a trace in RAW, offsets that are there twice, and those that are accounted for."""
    from shop_assets.warehouse.resource import clickhouse_resource
    from shop_assets.warehouse.statements.query_execution import fetch_rows

    with clickhouse_resource(shop).client() as client:
        rows = fetch_rows(client, "raw_offsets")
    return (
        sum(row["unaccounted"] for row in rows),
        sum(row["duplicated"] for row in rows),
        sum(row["stored"] + row["removed"] for row in rows),
    )


def test_two_runs_at_once_take_turns_and_both_make_the_report(command: Command, shop: Settings) -> None:
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: command("shop", "run"), range(2)))
    assert [done.returncode for done in both] == [0, 0], "\n".join(done.stdout + done.stderr for done in both)
    assert "waits for another run" in both[0].stdout + both[1].stdout
    sizes = {"stores": 45, "products": 100, "customers": 90, "purchases": 200}
    assert whole_run.contents(shop) == {"documents": sizes, "messages": sizes, "raw": sizes}
    assert accounted(shop) == (0, 0, 435)


def test_replays_are_reported_and_change_neither_mart_nor_report_and_compaction_ends_them(
    command: Command, shop: Settings
) -> None:
    succeed(command, "run")
    before, report = mart(shop), whole_run.report(shop)
    first = succeed(command, "run", "--replay")
    assert "failed  purchases_duplicate_ratio" not in first  # one half, and more than that is needed
    second = succeed(command, "run", "--replay")
    for kind in ("stores", "products", "customers", "purchases"):
        assert re.search(rf"failed +{kind}_duplicate_ratio +66\.67% of the rows are duplicates", second)
    assert (mart(shop), whole_run.report(shop), accounted(shop)) == (before, report, (0, 0, 3 * 435))

    compacted = succeed(command, "raw", "compact")
    assert re.search(r"raw\.purchases │ +600 │ +400 │ +66\.67% │ +0\.00% │", compacted)
    assert (mart(shop), accounted(shop)) == (before, (0, 0, 3 * 435))

    again = succeed(command, "run")
    assert re.search(r"│ clickhouse_raw +│ +0 │ +0 │", again)
    assert "failed" not in again
    assert (mart(shop), whole_run.report(shop), accounted(shop)) == (before, report, (0, 0, 3 * 435))

    whole_run.rows(shop, "DROP DATABASE mart SYNC")
    assert re.search(r"mart\.purchases │ +200 │ +0 │ +0 │ +200 │", succeed(command, "reconcile"))
    assert mart(shop) == before
    assert re.search(r"mart\.purchases │ +200 │ +0 │ +0 │ +0 │", succeed(command, "reconcile", "--full"))


def test_a_gap_fails_the_run_until_it_is_accepted(command: Command, shop: Settings) -> None:
    succeed(command, "run")
    before = mart(shop)
    kafka = kafka_resource(shop)
    topic = kafka.ensure_topics()[PURCHASES.name]
    marks = kafka.administration().watermarks([topic])
    partition, end = next((key[1], marks[key].high) for key in marks if marks[key].high)
    send_messages(kafka, PURCHASES, *[{"key": b"ord-unknown", "value": b"{}", "partition": partition}] * 3)
    admin = administrator(shop)
    for answer in admin.delete_records([TopicPartition(topic.name, partition, end + 3)]).values():
        answer.result()

    failed = command("shop", "run")
    assert failed.returncode == 1
    output = " ".join(failed.stdout.split())
    assert f"topic {topic.name}, partition {partition}: offsets {end} to {end + 2} are missing" in output
    assert "`shop run --accept-gap` continues after the gap" in output

    accepted = succeed(command, "run", "--accept-gap")
    assert f"lost: {topic.name}, partition {partition}, offsets {end} to {end + 2}" in accepted
    gaps = whole_run.rows(shop, "SELECT kafka_topic, kafka_partition, first_offset, last_offset FROM raw.accepted_gaps")
    assert gaps == [(topic.name, partition, end, end + 2)]
    assert accounted(shop)[:2] == (0, 0)
    assert mart(shop) == before
    assert kafka.topic_name(STORES) not in output
