"""Where a statement ends and its data begins, whatever chunks the network makes of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_assets.embedded.services.clickhouse_front.body import Insert, read_statement
from shop_assets.embedded.services.clickhouse_front.errors import QueryError
from shop_assets.embedded.services.clickhouse_front.statement import InsertHead, insert_head, split_format

HEADS = [
    "INSERT INTO t FORMAT Native\n",
    "insert into shop.values (`format x`, b) settings async_insert = 0 format TSV ",
    "/* FORMAT */ INSERT INTO TABLE `my format` (a)\n-- VALUES\nFORMAT CSV\n",
    "INSERT INTO FUNCTION file('a\\'b VALUES', 'CSV') FORMAT CSV\n",
    "INSERT INTO {table:Identifier} FORMAT JSONEachRow\n",
    'INSERT t ("a""b", c) FORMAT RowBinary\n',
    "INSERT INTO format FORMAT TSV\n",
    "INSERT INTO t (a) SELECT input, ' FORMAT ' FROM input('a String, `input(` String') WHERE a != '(' FORMAT Arrow\n",
]


async def _pieces(body: bytes, cuts: list[int]) -> AsyncIterator[bytes]:
    places = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    for start, end in itertools.pairwise(places):
        yield body[start:end]


def _read(url_sql: str, body: bytes, cuts: list[int] | None = None) -> tuple[InsertHead, bytes]:
    async def run() -> tuple[InsertHead, bytes]:
        insert = await read_statement(url_sql, _pieces(body, cuts or []))
        assert isinstance(insert, Insert)
        return insert.head, b"".join([chunk async for chunk in insert.data])

    return asyncio.run(run())


@settings(deadline=None)
@given(st.sampled_from(HEADS), st.binary(max_size=200), st.lists(st.integers(0, 400), max_size=6))
def test_an_inserts_data_is_the_same_however_the_body_is_cut(head: str, data: bytes, cuts: list[int]) -> None:
    # What follows the format's name on its own line would be a part of that name or its blank.
    data = data if head.endswith("\n") else data.lstrip(b" \t\r\f\v\n")
    found, found_data = _read("", head.encode() + data, cuts)
    assert found_data == data
    call = "" if found.after_input is None else f"input({found.after_input}"
    assert f"{found.target}{call}{found.settings}FORMAT {found.input_format}".lower() == head.strip().lower()
    assert bool(found.settings) == ("settings" in head)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_with_the_statement_in_the_url_the_whole_body_is_data(data: bytes) -> None:
    head, found = _read("INSERT INTO t FORMAT Native", data)
    assert (head.target, head.settings, head.input_format, found) == ("INSERT INTO t ", "", "Native", data)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "INSERT INTO t SELECT * FROM u FORMAT Native",
        "INSERT INTO t SELECT input FROM u FORMAT Native",
        "INSERT INTO t SELECT * FROM input('a String')",
        "INSERT INTO t (a) WITH 1 AS values SELECT values",
        "WITH 1 AS a INSERT INTO t SELECT a",
        "SELECT 'INSERT INTO t VALUES'",
        "INSERT INTO t; INSERT INTO u VALUES (1)",
        "",
    ],
)
def test_a_statement_without_data_is_no_insert_with_data(sql: str) -> None:
    assert insert_head(sql) is None


@pytest.mark.parametrize(
    ("values", "several"),
    [
        ("(1, 'a;b'), (2, 'c')", False),
        ("(1, 'it''s;'); ", False),
        ("(1, 'a\n\nb;\\';');\n-- the end;\n", False),
        ("(1); SELECT 2", True),
        ("(1, 'a'); -- \n INSERT INTO t VALUES (2)", True),
    ],
)
def test_a_second_statement_after_values_is_refused(values: str, several: bool) -> None:
    body = f"INSERT INTO t VALUES {values}".encode()
    if several:
        with pytest.raises(QueryError, match="Multi-statements") as refused:
            _read("", body)
        assert refused.value.code == 62
    else:
        assert _read("", body)[1].decode().strip() == values.strip()


@pytest.mark.parametrize(
    ("sql", "rest", "output_format"),
    [
        ("SELECT 1 FORMAT JSON", "SELECT 1 ", "JSON"),
        ("SELECT 1\n format  TSVWithNames ;\n", "SELECT 1\n  ", "TSVWithNames"),
        ("SELECT format FORMAT JSON", "SELECT format ", "JSON"),
        ("SELECT 1 FORMAT JSON SETTINGS max_threads = 1", "SELECT 1  SETTINGS max_threads = 1", "JSON"),
        ("SELECT format FROM t", "SELECT format FROM t", None),
        ("SELECT ' FORMAT JSON'", "SELECT ' FORMAT JSON'", None),
        ("SELECT 1 -- FORMAT JSON", "SELECT 1 -- FORMAT JSON", None),
        ("SELECT * FROM (SELECT 1 AS format) AS format WHERE format = 1", None, None),
        ("SELECT $$it's$$ AS x FORMAT JSON", "SELECT $$it's$$ AS x ", "JSON"),
        ("SELECT $a$ FORMAT CSV $$ ' $a$", "SELECT $a$ FORMAT CSV $$ ' $a$", None),
        ("SELECT 1 AS format ORDER BY format DESC", "SELECT 1 AS format ORDER BY format DESC", None),
        ("SELECT 1 AS a$b$ FORMAT JSON", "SELECT 1 AS a$b$ ", "JSON"),
        ("SELECT 1 /* FORMAT CSV */ FORMAT JSON -- the end", "SELECT 1 /* FORMAT CSV */  -- the end", "JSON"),
    ],
)
def test_the_last_format_clause_is_taken_off(sql: str, rest: str | None, output_format: str | None) -> None:
    query = split_format(sql)
    assert (query.sql, query.output_format) == (rest or sql, output_format)


def test_a_statement_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(QueryError, match="UTF-8"):
        _read("", b"SELECT '\xff'")


def test_an_endless_statement_is_refused() -> None:
    with pytest.raises(QueryError, match="longer than") as refused:
        _read("", b"SELECT '" + b"x" * 5_000_000, [1_000_000 * part for part in range(5)])
    assert refused.value.code == 307
