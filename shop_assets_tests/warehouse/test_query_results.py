"""Results of queries are remembered while the warehouse does not change, and never with anything of a document."""

import re
from collections.abc import Callable

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.query_execution import Column
from shop_assets.warehouse.statements.query_results import (
    QueryResults,
    StoredResult,
    remembered_rows,
    remembered_sample,
    results_to_read,
)
from shop_assets_tests.warehouse.raw_messages import document, insert_raw


def fill(client: Client, *names: str) -> None:
    insert_raw(
        client,
        "stores",
        [document(name, {"store_id": name, "store_name": "Пикча", "store_network": "Пикча"}) for name in names],
    )


def stores(client: Client) -> int:
    rows = {row["kind"]: int(row["documents"]) for row in remembered_rows(client, "mart_documents")}
    return rows["stores"]


def remember_wrongly(client: Client, documents: int) -> None:
    """So that a result that is remembered can be told from one that is found again."""
    query = load_query("quality/mart_documents")
    structure = [Column("kind", "String"), Column("documents", "UInt64"), Column("rejected", "UInt64")]
    QueryResults(client, remembers=True).remember(query, StoredResult(structure, [["stores", documents, 0]]))


CHANGES: dict[str, Callable[[Client], object]] = {
    "an insert": lambda client: fill(client, "s-3"),
    "a deletion": lambda client: client.command(
        "ALTER TABLE mart.store_versions DELETE WHERE id = 's-2' SETTINGS mutations_sync = 2"
    ),
    "a lightweight deletion": lambda client: client.command(
        "DELETE FROM mart.store_versions WHERE id = 's-2' SETTINGS lightweight_deletes_sync = 2"
    ),
    "a lost table": lambda client: client.command("TRUNCATE TABLE mart.store_versions SYNC"),
    "a lost part": lambda client: client.command("ALTER TABLE mart.store_versions DROP PARTITION tuple()"),
    "an update": lambda client: client.command(
        "ALTER TABLE mart.store_versions UPDATE reasons = ['x'] WHERE id = 's-1' SETTINGS mutations_sync = 2"
    ),
    "a migration": lambda client: client.insert(
        "raw.migrations", [["test/1", "x"]], column_names=["name", "fingerprint"]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_result_is_not_found_again_until_something_changes(client: Client, change: str) -> None:
    fill(client, "s-1", "s-2")
    assert stores(client) == 2
    remember_wrongly(client, 77)
    client.command("OPTIMIZE TABLE mart.store_versions FINAL")  # merged parts are the same rows
    assert stores(client) == 77
    CHANGES[change](client)
    try:
        assert stores(client) != 77
    finally:
        client.command("DELETE FROM raw.migrations WHERE name = 'test/1'")


def test_only_numbers_and_texts_of_the_query_are_stored(client: Client) -> None:
    fill(client, "s-1", "s-01")
    assert remembered_sample(client, "ids_spelled_twice", 10).count == 1
    assert remembered_rows(client, "duplicate_ratio")
    stored = [str(row[0]) for row in client.query("SELECT result_rows FROM raw.query_results").result_rows]
    assert len(stored) == 1
    assert "purchases" in stored[0]


def test_that_there_is_nothing_to_show_is_remembered(client: Client) -> None:
    fill(client, "s-1")
    for _ in range(2):
        assert remembered_sample(client, "mart_differs_from_raw", 10).count == 0
    ((count, structure),) = client.query("SELECT count(), any(structure) FROM raw.query_results").result_rows
    assert count == 1
    assert "document_id" in structure


def test_a_query_reads_the_result_of_another_as_it_would_read_the_tables(client: Client) -> None:
    fill(client, "s-1", "s-2")
    names = ["dashboards/documents_by_stage", "dashboards/rejected_shares", "dashboards/mart_differences"]
    queries = [load_query(name) for name in names]
    remembered_sample(client, "mart_differs_from_raw", 10)
    results = results_to_read(client, queries)
    assert {"quality/mart_documents", "quality/mart_differs_from_raw"} <= results.keys()
    parameters = {"kind_codes": ["stores"], "kind_titles": ["Магазины"], "maximum_rejected_share": 0.1}
    for query in queries:
        given = {name: parameters[name] for name in query.parameters}
        shorter = load_query(query.name, results=results)
        # What names a document is not remembered.
        assert set(re.findall(r"mart\.\w+", shorter.statement)) <= {"mart.excluded_documents"}
        found = client.query(shorter.statement, parameters=given)
        plain = client.query(query.statement, parameters=given)
        assert found.result_rows == plain.result_rows
        assert [kind.name for kind in found.column_types] == [kind.name for kind in plain.column_types]


def test_what_changes_by_itself_is_never_remembered(client: Client) -> None:
    fill(client, "s-1")
    query = load_query("quality/data_age")
    results = QueryResults(client)
    results.remember(query, StoredResult([Column("stage", "String")], []))
    assert results.find(query) is None
