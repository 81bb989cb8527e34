"""Queries that read other queries, and their parameters."""

import pytest

from shop_assets.warehouse.statements import sql_templates
from shop_assets.warehouse.statements.queries import SqlQuery, load_query


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder `sql/` of the test's own."""
    monkeypatch.setattr(sql_templates, "sql_folder", lambda: tmp_path)
    for name, text in {
        "quality/all.sql": "-- Everything.\nSELECT {kind:String} AS kind",
        "dashboards/some.sql": "-- Some.\n-- Reads: quality/all\nSELECT kind FROM all WHERE kind != {kind:String}",
        "dashboards/few.sql": "-- Few.\n-- Reads: dashboards/some, quality/all\nSELECT some.kind FROM some, all",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)


def test_a_query_that_reads_none_is_its_own_statement(folder):
    assert load_query("quality/all") == SqlQuery("quality/all", "SELECT {kind:String} AS kind")


def test_what_a_query_reads_comes_before_it_once_and_in_order(folder):
    query = load_query("dashboards/few")
    assert query.dependencies == ("quality/all", "dashboards/some")
    assert query.statement == (
        "WITH all AS (\nSELECT {kind:String} AS kind\n),\n"
        "some AS (\nSELECT kind FROM all WHERE kind != {kind:String}\n)\n"
        "SELECT some.kind FROM some, all"
    )


def test_parameters_are_known_with_their_types_and_can_be_replaced():
    query = SqlQuery("x", "SELECT {day:DateTime('UTC')}, {names:Array(String)}, {day:DateTime('UTC')}")
    assert query.parameters == {"day": "DateTime('UTC')", "names": "Array(String)"}
    assert query.with_expressions(str.upper) == "SELECT DAY, NAMES, DAY"


def test_a_missing_query_is_named(folder):
    with pytest.raises(FileNotFoundError, match=r"nothing\.sql"):
        load_query("quality/nothing")
