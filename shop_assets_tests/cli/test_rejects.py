"""`shop rejects` on rejects of every stage: listed, shown, fixed, retried; nothing personal in what it prints."""

import io
import json
import os
import re
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType
from dagster import AssetKey

from shop_assets.build import build_definitions
from shop_assets.cli.application import run_command
from shop_assets.document_store.collection_setup import REJECTED_DOCUMENTS
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests import whole_run
from shop_assets_tests.cli.conftest import own_environment

DIGITS = "9001234567"
PHONE, EMAIL = "+7-900-123-45-67", " Ivan.Petrov@Example.RU "
BUYER: dict[str, Any] = {"customer_id": "cus-1", "phone": PHONE, "email": EMAIL}


def purchase(number: int, **more: Any) -> dict[str, Any]:
    return {
        "purchase_id": f"ord-20260101-{number:03}",
        "customer": BUYER,
        "store": {"store_id": "store-001"},
        "items": [{"product_id": "prd-0001", "category": "Молочные", "quantity": 1, "price_per_unit": 89.9}],
        "total_amount": 89.9,
        "purchase_datetime": "2026-01-01T10:00:00Z",
    } | more


FILES: dict[str, str] = {
    "customers/customers.jsonl": "\n".join(
        [
            json.dumps(BUYER | {"registration_date": "2025-01-01", "Phone": 89001234567, "e_mail": EMAIL}),
            f'{{"customer_id": "cus-2", "email": "{EMAIL}", "phone": "{PHONE}", "note": [[" 8 (900) 123 45 67 ',
            json.dumps(BUYER | {"customer_id": "cus-3", "registration_date": "2999-01-01", "Phone": PHONE}),
        ]
    ),
    "purchases/good.json": json.dumps(purchase(1)),
    "purchases/shape.json": json.dumps(purchase(2, items="две булки", note=f"звонить {PHONE}")),
    "purchases/negative.json": json.dumps(purchase(3, total_amount=-1)),
    "purchases/no_lines.json": json.dumps(purchase(4, items=[], total_amount=-1)),
}


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture(scope="module")
def command(shop: Settings) -> Command:
    """The command in this process: a process of its own takes three seconds, most of them to import."""

    def run(*arguments: str) -> Done:
        output, errors = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
            for name, value in own_environment(shop).items():
                patch.setenv(name, value)
            patch.setattr("sys.argv", list(arguments))
            mask = os.umask(0o022)
            code = run_command()
            assert os.umask(mask) == 0o077  # what a command writes is its owner's alone
        return Done(code, output.getvalue(), errors.getvalue())

    return run


def listed(output: str) -> list[dict[str, str]]:
    """The rows of the first table."""
    headings = ("id", "by", "kind", "document", "reasons", "when", "source")
    rows = [re.split(r"\s*│\s*", line.strip())[1:-1] for line in output.partition("By reason")[0].splitlines()]
    return [dict(zip(headings, row, strict=True)) for row in rows if len(row) == len(headings)]


def ids(command: Command, *options: str) -> dict[str, str]:
    """The ids of rejects by their documents; '' for what has none."""
    return {row["document"]: row["id"] for row in listed(output(command("shop", "rejects", "list", *options)))}


def output(done: Done) -> str:
    """All that a command printed: nothing of it may be personal."""
    text = done.stdout + done.stderr
    assert "Traceback" not in text
    assert DIGITS[:7] not in re.sub(r"\D", "", re.sub(r"\d{8}-\d{3}|[0-9a-f]{12,}", "", text))
    assert "ivan" not in text.lower()
    assert "@" not in text
    return text


@pytest.fixture(scope="module")
def own_run(shop: Settings) -> None:
    """The files through a run as far as MART."""
    bucket = object_store_resource(shop).landing()
    for name, content in FILES.items():
        bucket.put(name, content.encode(), "application/json")
    stages = ("mongo_collections", "kafka_topics_loaded", "clickhouse_raw", "clickhouse_mart")
    job = build_definitions(shop).resolve_job_def("ingest")
    assert job.execute_in_process(asset_selection=[AssetKey(name) for name in stages]).success


def test_rejects_of_mongodb_and_of_mart_are_one_table_with_totals_by_reason(own_run, command):
    done = command("shop", "rejects", "list")
    rows = {row["document"]: row for row in listed(output(done))}
    assert {name: (row["by"], row["kind"], row["reasons"]) for name, row in rows.items()} == {
        "": ("MongoDB", "customers", "not JSON"),
        "ord-20260101-002": ("MongoDB", "purchases", "wrong shape: items"),
        "cus-3": ("MART", "customers", "registration_date: in the future"),
        "ord-20260101-003": ("MART", "purchases", "total_amount: negative"),
        "ord-20260101-004": ("MART", "purchases", "total_amount: negative; items: no line"),
    }
    assert rows[""]["source"] == "customers/customers.jsonl, position 2"
    assert re.fullmatch(r"shop_\w+\.purchases, partition \d+, offset \d+", rows["ord-20260101-003"]["source"])
    assert all(re.fullmatch("[0-9a-f]{12}", row["id"]) for row in rows.values())
    assert re.search(r"MART +│ customers +│ registration_date: in the future +│ +1 │", done.stdout)
    assert re.search(r"MART +│ purchases +│ total_amount: negative +│ +2 │", done.stdout)
    assert "A document counts for each of its reasons: 5 documents are rejected." in done.stdout
    assert ids(command) == {name: row["id"] for name, row in rows.items()}


def test_a_part_of_them_is_listed(own_run, command):
    assert set(ids(command, "--kind", "customers")) == {"", "cus-3"}
    assert set(ids(command, "--reason", "NO LINE")) == {"ord-20260101-004"}
    assert ids(command, "--since", "2999-01-01") == {}
    assert "The newest 2 of 5" in output(command("shop", "rejects", "list", "--limit", "2"))
    assert command("shop", "rejects", "list", "--kind", "lizards").returncode == 2


def test_everything_about_one_is_shown_and_nothing_personal(own_run, command):
    of = ids(command)
    unreadable = output(command("shop", "rejects", "show", of[""]))
    assert re.search(r"^detail +.*line 1", unreadable, re.MULTILINE)
    assert '"email": "***", "phone": "***"' in unreadable
    shape = output(command("shop", "rejects", "show", of["ord-20260101-002"][:8]))
    assert '\n    "phone": "***",\n' in shape
    assert '"note": "звонить ***"' in shape
    assert "две булки" in shape
    assert re.search(r'^fault +items = "две булки"$', shape, re.MULTILINE)
    future = output(command("shop", "rejects", "show", of["cus-3"]))
    assert future.startswith('fault       registration_date = "2999-01-01"\n')
    assert re.search(r"^landing +customers/customers\.jsonl, position 3$", future, re.MULTILINE)
    assert '"phone": "enc:v1:' in future
    assert '"Phone": "enc:v1:' in future
    assert '"registration_date": "2999-01-01"' in future


@pytest.mark.parametrize(
    ("reject_id", "message"), [("0" * 12, "no reject has the id"), ("x y", "is not the id of a reject")]
)
def test_an_unknown_id_is_reported_in_one_sentence(own_run, command, reject_id, message):
    done = command("shop", "rejects", "show", reject_id)
    assert done.returncode == 2
    assert message in output(done)


def test_a_reject_is_shown_by_the_id_of_its_document_if_no_other_has_it(own_run, command, shop):
    of = ids(command)
    for document in ("ord-20260101-002", " ORD-20260101-003 "):
        shown = output(command("shop", "rejects", "show", document))
        assert re.search(rf"^id +{of[document.strip().lower()]}", shown, re.MULTILINE)
    with mongo_resource(shop).connect() as database:
        rejected = database[REJECTED_DOCUMENTS]
        row = rejected.find_one({"_id": {"$regex": f"^{of['ord-20260101-002']}"}})
        assert row is not None
        other = row["_id"][::-1]
        rejected.insert_one(row | {"_id": other})
        done = command("shop", "rejects", "show", "ord-20260101-002")
        rejected.delete_one({"_id": other})
    assert done.returncode == 2
    assert all(name in done.stderr for name in (of["ord-20260101-002"], other[:12]))


def test_an_id_that_is_a_documents_and_the_beginning_of_a_rejects_is_refused(own_run, command, shop):
    with mongo_resource(shop).connect() as database:
        rejected = database[REJECTED_DOCUMENTS]
        row = rejected.find_one({"kind": "purchases", "superseded": False, "text": {"$regex": "purchase_id"}})
        begins, of_document = "1000" + "0" * 60, "f" * 64
        rejected.insert_many([row | {"_id": begins}, row | {"_id": of_document, "text": '{"purchase_id": "1000"}'}])
        done = command("shop", "rejects", "show", "1000")
        shown = command("shop", "rejects", "show", begins[:12])
        rejected.delete_many({"_id": {"$in": [begins, of_document]}})
    assert done.returncode == 2
    assert "1000 is the id of a document" in " ".join(done.stderr.split())
    assert shown.returncode == 0


def test_values_go_with_a_kind_and_a_limit_alone(own_run, command):
    for option in (["--reason", "x"], ["--since", "2026-01-01"], ["--all"]):
        done = command("shop", "rejects", "list", "--values", *option)
        assert done.returncode == 2
        assert "do not go with it" in done.stderr


def test_a_retry_must_say_what(own_run, command):
    assert "Choose what to retry" in output(command("shop", "rejects", "retry"))


def test_what_was_not_fixed_is_still_rejected_and_the_exit_code_says_so(own_run, command):
    before = ids(command)
    done = command("shop", "rejects", "retry", "--all")
    assert done.returncode == 1
    assert "0 of 5 rejects resolved" in output(done)
    assert "shop run --source DIR" in done.stdout
    assert {row["document"]: row["id"] for row in listed(done.stdout)} == ids(command) == before


def test_what_was_fixed_in_landing_or_in_mongodb_reaches_mart(own_run, command, shop):
    bucket = object_store_resource(shop).landing()
    (key,) = [summary.key for summary in bucket.list("purchases/") if summary.key.endswith("shape.json")]
    bucket.put(key, json.dumps(purchase(2)).encode(), "application/json")
    with mongo_resource(shop).connect() as database:
        database[PURCHASES.name].update_one({"_id": "ord-20260101-003"}, {"$set": {"total_amount": 1}})
    of = ids(command)

    done = command("shop", "rejects", "retry", of["ord-20260101-002"], of["ord-20260101-003"])
    assert (done.returncode, "2 of 2 rejects resolved" in output(done)) == (0, True)
    with mongo_resource(shop).connect() as database:
        database[CUSTOMERS.name].update_one({"_id": "cus-3"}, {"$set": {"registration_date": "2025-01-01"}})
    done = command("shop", "rejects", "retry", "--kind", "customers", "--reason", "future")
    assert (done.returncode, "1 of 1 reject resolved" in output(done)) == (0, True)

    assert set(ids(command)) == {"", "ord-20260101-004"}
    assert len(ids(command, "--all")) == 5
    shown = whole_run.rows(shop, "SELECT purchase_id FROM mart.purchases ORDER BY ALL")
    assert shown == [("ord-20260101-001",), ("ord-20260101-002",), ("ord-20260101-003",)]
    assert whole_run.rows(shop, "SELECT count() FROM mart.customers") == [(2,)]
    again = command("shop", "rejects", "retry", of["ord-20260101-003"])
    assert "1 not retried: already superseded" in output(again)
    counted = json.loads(command("shop", "rejects", "retry", of["ord-20260101-003"], "--json").stdout)
    assert counted == {"retried": 0, "resolved": 0, "superseded": 1, "not_in_mongodb": 0, "still_open": []}


def limit_messages(shop: Settings, limit: int) -> None:
    """Makes the topic of purchases take no larger ones."""
    kafka = kafka_resource(shop)
    entry = ConfigEntry("max.message.bytes", str(limit), incremental_operation=AlterConfigOpType.SET)
    topic = ConfigResource(ResourceType.TOPIC, kafka.topic_name(PURCHASES), incremental_configs=[entry])
    administration = kafka.administration()
    for answer in administration.client.incremental_alter_configs([topic]).values():
        answer.result()


def test_a_document_that_its_topic_does_not_take_is_listed_shown_and_resolved(own_run, command, shop):
    with mongo_resource(shop).connect() as database:
        limit_messages(shop, 4000)
        large = purchase(5, note="x" * 4000) | {"_id": "ord-20260101-005"}
        database[PURCHASES.name].insert_one(large)
        done = command("shop", "rejects", "retry", "--kind", "purchases")  # publishes what is new on the way
        assert done.returncode == 1
        (row,) = [row for row in listed(output(command("shop", "rejects", "list"))) if row["by"] == "Kafka"]
        assert (row["document"], row["reasons"]) == ("ord-20260101-005", "message is larger than the topic takes")
        assert row["source"] == "collection purchases"
        assert '"purchase_id": "ord-20260101-005"' in output(command("shop", "rejects", "show", row["id"]))
        database[PURCHASES.name].update_one({"_id": "ord-20260101-005"}, {"$unset": {"note": 1}})
    assert command("shop", "rejects", "retry", row["id"]).returncode == 0
    assert ("ord-20260101-005",) in whole_run.rows(shop, "SELECT purchase_id FROM mart.purchases")
