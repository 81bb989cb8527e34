"""Rows on their way in: every one arrives, once, as it was, in one part, or none does."""

import gzip
import json
import socket
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import lz4.frame
import pyarrow as pa
import pytest
import zstandard
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop_assets_tests.embedded.clickhouse_front_process import FrontProcess, running_front

TEXTS = ["", "\n\n", "a\n\nb", 'it\'s; \\ \t \0 "x"', "Большая Пикча 🥖", '{"a": [1,\n\n2]}', "x" * 10_000]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProcess]:
    with running_front(tmp_path_factory.mktemp("front") / "data") as front:
        yield front


@pytest.fixture
def database(front: FrontProcess) -> str:
    name = f"d{uuid.uuid4().hex}"
    assert front.post(f"CREATE DATABASE {name}").status == 200
    return name


@pytest.fixture
def client(front: FrontProcess, database: str) -> Iterator[Client]:
    with front.client(database=database) as client:
        yield client


@pytest.fixture
def texts(client: Client) -> str:
    client.command("CREATE TABLE texts (id UInt32, text Nullable(String)) ENGINE = MergeTree ORDER BY id")
    return "texts"


def _parts(client: Client, table: str) -> list[int]:
    sql = "SELECT rows FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String}"
    return [rows for (rows,) in client.query(sql, parameters={"table": table}).result_rows]


def _rows(client: Client, table: str) -> list[tuple[object, ...]]:
    return list(client.query(f"SELECT * FROM {table} ORDER BY ALL").result_rows)


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", True, False])
def test_a_hundred_thousand_rows_arrive_as_they_are_in_one_part(
    front: FrontProcess, database: str, compress: str | bool
) -> None:
    at = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
    rows = [
        (
            number,
            None if number % 3 == 0 else f"имя\n\n{number};'",
            [f"а{number}", "\n\n"] if number % 2 else [],
            Decimal(number) / 10_000,
            at,
            f"вид {number % 7}",
            bool(number % 2),
        )
        for number in range(100_000)
    ]
    columns = ["id", "name", "tags", "price", "at", "kind", "flag"]
    with front.client(database=database, compress=compress) as client:
        client.command(
            """CREATE TABLE everything (id UInt64, name Nullable(String), tags Array(String), price Decimal(18, 4),
            at DateTime64(6, 'UTC'), kind LowCardinality(String), flag Bool) ENGINE = MergeTree ORDER BY id"""
        )
        summary = client.insert("everything", rows, column_names=columns)
        assert summary.written_rows == 100_000
        found = client.query("SELECT * FROM everything ORDER BY id", tz_mode="aware").result_rows
        assert found == rows
        assert _parts(client, "everything") == [100_000]


def test_every_way_of_inserting_keeps_empty_lines(client: Client, texts: str) -> None:
    rows = list(enumerate(TEXTS))
    client.insert(texts, rows, column_names=["id", "text"])
    client.insert_arrow(texts, pa.table({"id": pa.array(range(7), pa.uint32()), "text": TEXTS}))
    lines = "\n\n".join(json.dumps({"id": number, "text": text}, ensure_ascii=False) for number, text in rows)
    client.raw_insert(texts, ["id", "text"], lines, fmt="JSONEachRow")
    client.raw_insert(texts, ["id", "text"], lz4.frame.compress(lines.encode()), fmt="JSONEachRow", compression="lz4")
    csv = "".join('{},"{}"\n'.format(number, text.replace('"', '""')) for number, text in rows)
    client.raw_insert(texts, ["id", "text"], iter([csv.encode()]), fmt="CSV")
    for number, text in rows:
        for source in ("VALUES ({number:UInt32}, {text:String})", "SELECT {number:UInt32}, {text:String}"):
            client.command(f"INSERT INTO {texts} {source}", parameters={"number": number, "text": text})
    assert _rows(client, texts) == sorted((number, text) for number, text in rows for _ in range(7))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | st.text(max_size=50), max_size=30), st.sampled_from(["lz4", "zstd", "gzip"]))
def test_any_text_comes_back_as_it_went_in(client: Client, texts: str, rows: list[str | None], encoding: str) -> None:
    client.command(f"TRUNCATE TABLE {texts}")
    encodable = [None if row is None else row.encode("utf-8", "ignore").decode() for row in rows]
    lines = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(encodable)).encode()
    encode = {"lz4": lz4.frame.compress, "zstd": zstandard.compress, "gzip": gzip.compress}[encoding]
    client.raw_insert(texts, ["id", "text"], encode(lines), fmt="JSONEachRow", compression=encoding)
    assert _rows(client, texts) == list(enumerate(encodable))


@pytest.mark.parametrize("encoding", ["lz4", "zstd", "gzip"])
def test_every_frame_of_a_body_counts_and_a_cut_one_is_refused(
    front: FrontProcess, database: str, client: Client, texts: str, encoding: str
) -> None:
    encode = {"lz4": lz4.frame.compress, "zstd": zstandard.compress, "gzip": gzip.compress}[encoding]
    lines = [f"{number}\tтекст {number}\n".encode() for number in range(30_000)]
    frames = [encode(b"".join(lines[start : start + 1000])) for start in range(0, 30_000, 1000)]
    head = {"query": f"INSERT INTO {texts} FORMAT TSV", "database": database}
    assert front.post(b"".join(frames), {"Content-Encoding": encoding}, **head).status == 200
    assert client.command(f"SELECT count() FROM {texts}") == 30_000
    for broken in (b"".join(frames)[:-5], frames[0] + b"no frame", frames[0] + frames[1][:20]):
        response = front.post(broken, {"Content-Encoding": encoding}, **head)
        assert (response.status, response.headers["X-ClickHouse-Exception-Code"]) == (400, "117")
    assert client.command(f"SELECT count() FROM {texts}") == 30_000


def test_an_insert_can_ask_before_it_takes_its_data(client: Client, texts: str) -> None:
    rows = pa.table({"number": pa.array(range(3000), pa.uint32()), "text": pa.array(["имя\n\n"] * 3000)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=100)
    selection = f"INSERT INTO {texts} SELECT number, text FROM input('number UInt32, text String') WHERE "
    for refused in ("number > 10 OR throwIf(1 = 1, 'not now')", "throwIf((SELECT count() FROM texts) = 0) = 0"):
        with pytest.raises(DatabaseError, match="FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"):
            client.raw_insert("", insert_block=f"{selection}{refused} FORMAT Arrow\n".encode() + sink.getvalue())
        assert _rows(client, texts) == []
    accepted = f"{selection}number % 2 = 0 FORMAT Arrow\n".encode() + sink.getvalue()
    client.raw_insert("", insert_block=accepted)
    assert _rows(client, texts) == [(number, "имя\n\n") for number in range(0, 3000, 2)]
    assert _parts(client, texts) == [1500]


def test_statement_and_data_come_in_url_and_body_as_on_the_server(
    front: FrontProcess, database: str, client: Client, texts: str
) -> None:
    for url, body in (
        ("INSERT INTO texts FORMAT TSV", "1\ta\n"),
        ("INSERT INTO texts FORMAT TSV\n", "2\tb\n"),
        ("INSERT INTO texts VALUES", "(3, 'c')"),
        ("INSERT INTO texts VALUES (4, 'd'),", "(5, 'e\n\n')"),
        ("INSERT INTO texts VALUES (6, 'f');", ""),
        ("INSERT INTO texts (text, id)", "VALUES ('g', 7)"),
        ("", "INSERT INTO texts FORMAT TSV\n8\th\n"),
        ("", "-- eine\nINSERT INTO {table:Identifier} SETTINGS async_insert = 1 FORMAT CSV\n9,i\n"),
    ):
        response = front.post(body, query=url, database=database, param_table=texts)
        assert response.status == 200, response.data
        assert json.loads(response.headers["X-ClickHouse-Summary"])["written_rows"] >= "1"
    texts_of_ids = ["a", "b", "c", "d", "e\n\n", "f", "g", "h", "i"]
    assert _rows(client, texts) == list(enumerate(texts_of_ids, start=1))


def test_an_insert_without_rows_is_fine(front: FrontProcess, database: str, client: Client, texts: str) -> None:
    for sql in ("INSERT INTO texts FORMAT TSV", "INSERT INTO texts FORMAT TSV\n", "INSERT INTO texts VALUES"):
        assert front.post(sql, database=database).status == 200
        assert front.post("", query=sql, database=database).status == 200
    assert client.command(f"SELECT count() FROM {texts}") == 0


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO texts FORMAT TSV\n1\ta\nno number\tb\n", 27),
        ('INSERT INTO texts FORMAT JSONEachRow\n{"id": 1}\n{"id": ', 32),
        ("INSERT INTO texts (id, nothing) FORMAT TSV\n1\ta\n", 16),
        ("INSERT INTO nowhere FORMAT TSV\n1\ta\n", 60),
        ("INSERT INTO texts FORMAT Nonsense\n1\ta\n", 73),
        ("INSERT INTO texts VALUES (1, 'a'); SELECT 1", 62),
        ("INSERT INTO texts VALUES (1, 'a'); INSERT INTO texts VALUES (2, 'b')", 62),
        ("INSERT INTO texts FORMAT TSV\n1\ta\n; SELECT 1", 27),
    ],
)
def test_a_failed_insert_adds_nothing_and_returns_its_code(
    front: FrontProcess, database: str, client: Client, texts: str, sql: str, code: int
) -> None:
    response = front.post(sql, database=database)
    assert response.headers.get("X-ClickHouse-Exception-Code") == str(code), response.data
    assert client.command(f"SELECT count() FROM {texts}") == 0
    client.insert(texts, [(1, "a")], column_names=["id", "text"])
    assert _rows(client, texts) == [(1, "a")]


def test_clickhouse_connect_sees_the_code_of_a_failed_insert(client: Client, texts: str) -> None:
    with pytest.raises(DatabaseError) as failed:
        client.raw_insert(texts, ["id"], b"no number\n" * 500_000, fmt="CSV")
    assert failed.value.code == 117
    with pytest.raises(DatabaseError) as failed:
        client.insert("nowhere", [(1,)], column_names=["id"], column_type_names=["UInt8"])
    assert failed.value.code == 60
    assert client.command(f"SELECT count() FROM {texts}") == 0


def test_an_insert_that_its_sender_breaks_off_adds_nothing(
    front: FrontProcess, database: str, client: Client, texts: str
) -> None:
    body = b"INSERT INTO texts FORMAT TSV\n" + b"1\ta\n" * 1000
    authorization = front.headers["authorization"]
    for length, chunked in ((len(body) + 100, b""), (0, b"%x\r\n%b\r\n" % (len(body), body))):
        lines = [f"POST /?database={database} HTTP/1.1", "Host: front", f"Authorization: {authorization}"]
        lines.append(f"Content-Length: {length}" if length else "Transfer-Encoding: chunked")
        with socket.create_connection(("127.0.0.1", front.port)) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + (chunked or body))
            time.sleep(0.3)
    time.sleep(0.3)
    assert client.command(f"SELECT count() FROM {texts}") == 0
    assert client.command("SELECT count() FROM system.processes") == 1


def _create_versions(client: Client) -> None:
    window = "SETTINGS non_replicated_deduplication_window = 1000"
    for statement in (
        f"CREATE TABLE raw (id String, payload String) ENGINE = MergeTree ORDER BY tuple() {window}",
        f"""CREATE TABLE clean (id String, version UInt64, is_deleted UInt8, name String)
        ENGINE = ReplacingMergeTree(version, is_deleted) ORDER BY id {window}""",
        f"CREATE TABLE rejects (payload String) ENGINE = MergeTree ORDER BY tuple() {window}",
        """CREATE MATERIALIZED VIEW cleaning TO clean AS SELECT id, JSONExtractUInt(payload, 'version') AS version,
        JSONExtractBool(payload, 'deleted') AS is_deleted, lowerUTF8(JSONExtractString(payload, 'name')) AS name
        FROM raw WHERE isValidJSON(payload)""",
        "CREATE MATERIALIZED VIEW rejecting TO rejects AS SELECT payload FROM raw WHERE NOT isValidJSON(payload)",
        "CREATE VIEW current AS SELECT id, name FROM clean FINAL",
    ):
        client.command(statement)


def test_a_repeated_deduplication_token_adds_nothing_to_raw_and_both_views_targets(client: Client) -> None:
    _create_versions(client)
    rows = [(f"id-{number}", json.dumps({"version": 1, "name": f"ИМЯ {number}"})) for number in range(1000)]
    rows += [(f"bad-{number}", "no JSON\n\n") for number in range(10)]
    insert_settings = {
        "insert_deduplication_token": "topic:0:0-1009",
        "deduplicate_blocks_in_dependent_materialized_views": 1,
        "async_insert": 0,
    }
    tables = ("raw", "clean", "rejects")
    for _ in range(3):
        client.insert("raw", rows, column_names=["id", "payload"], settings=insert_settings)
        assert [client.command(f"SELECT count() FROM {table}") for table in tables] == [1010, 1000, 10]
    other = {**insert_settings, "insert_deduplication_token": "topic:0:1010-2019"}
    client.insert("raw", rows, column_names=["id", "payload"], settings=other)
    assert [client.command(f"SELECT count() FROM {table}") for table in tables] == [2020, 2000, 20]
    assert client.command("SELECT count() FROM current") == 1000


def test_a_final_view_shows_the_newest_version_only(client: Client) -> None:
    _create_versions(client)
    for version, name, deleted in ((2, "НОВОЕ", False), (1, "СТАРОЕ", False), (2, "НОВОЕ", False)):
        row = ("a", json.dumps({"version": version, "name": name, "deleted": deleted}, ensure_ascii=False))
        client.insert("raw", [row, ("b", row[1])], column_names=["id", "payload"])
    assert _rows(client, "current") == [("a", "новое"), ("b", "новое")]
    client.insert("raw", [("b", json.dumps({"version": 3, "deleted": True}))], column_names=["id", "payload"])
    assert _rows(client, "current") == [("a", "новое")]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("id UInt32, CONSTRAINT small CHECK id < 2) ENGINE = MergeTree ORDER BY id", 469),
        ("id UInt32, twice UInt32 DEFAULT id + throwIf(id = 2)) ENGINE = MergeTree ORDER BY id", 395),
        ("id UInt32) ENGINE = MergeTree PARTITION BY id ORDER BY id SETTINGS max_partitions_to_read = 1", 252),
    ],
)
def test_an_insert_that_fails_in_the_writing_is_not_acknowledged(client: Client, table: str, code: int) -> None:
    client.command(f"CREATE TABLE strict ({table}")
    with pytest.raises(DatabaseError) as failed:
        client.insert("strict", [(number,) for number in range(200)], column_names=["id"])
    assert failed.value.code == code
    assert client.command("SELECT count() FROM strict") == 0


def test_a_view_that_throws_fails_the_insert(client: Client) -> None:
    client.command("CREATE TABLE raw (id UInt8) ENGINE = MergeTree ORDER BY id")
    client.command("CREATE TABLE clean (id UInt8) ENGINE = MergeTree ORDER BY id")
    client.command("CREATE MATERIALIZED VIEW cleaning TO clean AS SELECT toUInt8(id + throwIf(id = 2)) AS id FROM raw")
    with pytest.raises(DatabaseError) as failed:
        client.insert("raw", [(1,), (2,)], column_names=["id"])
    assert failed.value.code == 395
    client.insert("raw", [(1,)], column_names=["id"])
    assert client.command("SELECT count() FROM clean") == 1
