"""The front's two users: the reader only reads, whatever the statement, and a GET request never writes."""

import gzip
import http.server
import json
import re
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import clickhouse_connect
import lz4.frame
import pytest
import urllib3
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop_assets.cli.queries.query_statements import split
from shop_assets.embedded.services.clickhouse_front.engine import quoted
from shop_assets.embedded.services.clickhouse_front.reader_settings import ADMITTED
from shop_assets.sql_tokens import tokens
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.sql_templates import read_folder
from shop_assets_tests.embedded.clickhouse_front_process import READER, FrontProcess, running_front

SECRET = "what only its owner may read"
DENIED, READONLY = "497", "164"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProcess]:
    with running_front(tmp_path_factory.mktemp("front") / "data", "--readable", "mart", "raw") as front:
        for statement in (
            "CREATE DATABASE mart",
            "CREATE DATABASE other",
            "CREATE TABLE mart.shops (id UInt8, name String) ENGINE = MergeTree ORDER BY id",
            "CREATE TABLE other.secrets (id UInt8) ENGINE = MergeTree ORDER BY id",
            "INSERT INTO mart.shops VALUES (1, 'one'), (2, 'two')",
            "INSERT INTO other.secrets VALUES (7)",
            "CREATE FUNCTION shouted AS (text) -> upperUTF8(text)",
        ):
            assert front.post(statement).status == 200
        yield front


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "file.csv"
    path.write_text(SECRET, encoding="utf-8")
    return path


CREATED = """CREATE TABLE mart.shops
(
    `id` UInt8,
    `name` String
)
ENGINE = MergeTree
ORDER BY id
SETTINGS index_granularity = 8192"""


def ask(front: FrontProcess, sql: str, **parameters: str) -> urllib3.BaseHTTPResponse:
    query = urlencode(parameters)
    return front.http.request("POST", f"{front.url}?{query}", body=sql.encode(), headers=front.reader_headers)


def code(response: urllib3.BaseHTTPResponse) -> str | None:
    return response.headers.get("X-ClickHouse-Exception-Code")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT name FROM mart.shops ORDER BY id", "one\ntwo"),
        ("SELECT shouted(name) FROM shops WHERE id IN (SELECT id FROM mart.shops WHERE id > 1)", "TWO"),
        (
            "WITH 1 AS wanted, [2, 3] AS others SELECT count() FROM shops AS s WHERE s.id = wanted OR s.id IN others",
            "2",
        ),
        ("SELECT sum(number) FROM numbers(4)", "6"),
        ("SELECT arrayMap(x -> x + 1, [1]), * EXCEPT (name), COLUMNS('na.*') FROM mart.shops LIMIT 1", "[2]\t1\tone"),
        ("SELECT name FROM system.tables WHERE database = 'mart'", "shops"),
        ("SELECT table_name FROM information_schema.tables WHERE table_schema = 'mart'", "shops"),
        ("SELECT currentUser() != '' AND version() != ''", "1"),
        *(("SHOW TABLES FROM mart", "shops"), ("SHOW TABLES FROM system LIKE 'on_'", "one"), ("SHOW DATABASES", None)),
        *(("SHOW COLUMNS FROM mart.shops", None), ("SHOW COLUMNS FROM shops", None)),
        ("SHOW COLUMNS FROM one FROM system", None),
        ("SHOW CREATE TABLE mart.shops FORMAT TSVRaw", CREATED),
        ("SHOW CREATE shops FORMAT TSVRaw", CREATED),
        ("EXISTS mart.shops", "1"),
        ("EXISTS TABLE mart.`no such`;", "0"),
        ("SHOW INDEXES FROM mart.shops FORMAT JSONCompactColumns", None),
        ("SELECT 1 AS file, file + 1, max(digits) FROM (SELECT 2 AS digits, 3 AS sleep) WHERE sleep > 2", "1\t2\t2"),
        ("SELECT file, toString(file) FROM (SELECT id AS file FROM shops) ORDER BY file LIMIT 1", "1\t1"),
        ("SELECT arrayMap(x -> f.file + x, [1]) FROM (SELECT 7 AS file) AS f", "[8]"),
        ("SELECT getSetting('max_block_size') SETTINGS max_block_size = 7", "7"),
        ("SELECT 1 / 3 AS a FORMAT JSONEachRow SETTINGS output_format_float_precision = 2", '{"a":0.33}'),
        ("EXPLAIN actions = 1, indexes = 1 SELECT 1", None),
        ("SELECT {a:String}", "б\\\\n"),
    ],
)
def test_a_reader_may_run_what_only_reads(front: FrontProcess, sql: str, rows: str | None) -> None:
    response = ask(front, sql, param_a="б\\\\n", max_result_rows="100", output_format_json_quote_64bit_integers="1")
    assert response.status == 200, response.data.decode()
    assert rows in {None, response.data.decode().strip()}


@pytest.mark.parametrize(
    "sql",
    [
        "DESCRIBE TABLE mart.shops",
        "DESC (SELECT id FROM mart.shops)",
        "/* a client's /* own */ comment */ desc /* a table */ mart.shops // of mine",
        "EXPLAIN SELECT 1",
    ],
)
def test_a_reader_may_describe_and_explain(front: FrontProcess, sql: str) -> None:
    assert ask(front, sql).status == 200


READS_OF_FILES = (
    "SELECT file('{file}')",
    "SELECT FILE('{file}')",
    "SELECT arrayMap(file, ['{file}'])",
    "SELECT arrayMap(x -> file(x), ['{file}'])",
    "SELECT * APPLY(file) FROM (SELECT '{file}')",
    "SELECT * APPLY(x -> file(x)) FROM (SELECT '{file}')",
    "SELECT * REPLACE (file('{file}') AS id) FROM mart.shops",
    "SELECT (SELECT file('{file}'))",
    "WITH file AS f SELECT arrayMap(f, ['{file}'])",
    "SELECT arrayMap(file, ['{file}']), (SELECT 2 AS file)",
    "SELECT arrayMap((file), ['{file}'])",
    "SELECT arrayMap(f, ['{file}']) FROM (SELECT file AS f)",
    "SELECT arrayMap(`file`, ['{file}']) SETTINGS max_block_size = 1",
    "SELECT file '{file}'",
    "WITH x AS (SELECT file('{file}') AS y) SELECT * FROM x",
    "SELECT name FROM mart.shops ORDER BY file('{file}')",
    "SELECT name FROM mart.shops LIMIT length(file('{file}'))",
    "SELECT count() FROM mart.shops GROUP BY file('{file}')",
    "SELECT sum(id) OVER (ORDER BY file('{file}')) FROM mart.shops",
    "SELECT name FROM mart.shops PREWHERE file('{file}') != ''",
    "SELECT name FROM mart.shops UNION ALL SELECT file('{file}')",
    "SELECT name FROM mart.shops WHERE throwIf(1, file('{file}'))",
    "SELECT * FROM file('{file}', 'LineAsString')",
    "SELECT * FROM file('{file}')",
    "SELECT * FROM mart.shops WHERE name IN (SELECT * FROM file('{file}', 'LineAsString'))",
    "SELECT * FROM mart.shops JOIN file('{file}', 'LineAsString') AS f ON 1",
    "SELECT * FROM fileCluster('default', '{file}', 'LineAsString')",
    "SELECT * FROM `{file}`",
    "SELECT * FROM '{file}'",
    "SELECT * FROM default.`{file}`",
    "SELECT '' IN default.`{file}`",
    "SELECT '' NOT IN (default.`{file}`)",
    "SELECT '' GLOBAL IN `{file}`",
    "SELECT * FROM merge('default', '.*')",
    "SELECT * FROM merge(REGEXP('.*'), '.*')",
    "SELECT * FROM view(SELECT file('{file}'))",
    "SELECT * FROM eval('SELECT file(\\'{file}\\')')",
    "SELECT * FROM loop(default.`{file}`)",
    "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT file('{file}')))",
    "SELECT * FROM sqlite('{file}.sqlite', 'x')",
    "SELECT * FROM icebergLocal('{file}')",
    "SELECT * FROM python(sys)",
    "SELECT * FROM executable('cat', 'LineAsString', 'line String')",
    "SELECT dictGet('default.x', 'y', 1)",
    "SELECT joinGet('default.x', 'y', 1)",
    "SELECT * FROM dictionary('x')",
    "DESCRIBE TABLE file('{file}', 'CSV')",
    "DESC file('{file}')",
    "DESCRIBE default.`{file}`",
    "DESC /* /* */ TABLE numbers(1) -- */ file('{file}', 'CSVWithNames')",
    "DESC ‘ /* ’ TABLE numbers(1) -- */ file('{file}', 'CSVWithNames')",
    "DESC // TABLE numbers(1) --\n file('{file}', 'CSVWithNames')",
    "/* /* */ EXISTS mart.shops -- */ */ DESC file('{file}', 'CSVWithNames')",
    "EXPLAIN SELECT file('{file}')",
    "EXPLAIN PIPELINE SELECT * FROM file('{file}', 'LineAsString')",
    "EXPLAIN QUERY TREE SELECT * FROM default.`{file}`",
    "SELECT * FROM {t:Identifier}",
    "SELECT * FROM default.{t:Identifier}",
)


@pytest.mark.parametrize("sql", READS_OF_FILES)
def test_a_reader_reads_no_file(front: FrontProcess, secret: Path, sql: str) -> None:
    response = ask(front, sql.replace("{file}", str(secret)), param_t=f"`{secret}`")
    assert response.status != 200
    assert SECRET not in response.data.decode()
    assert code(response) in {DENIED, "47", "60", "62"}, response.data.decode()
    assert sorted(path.name for path in secret.parent.iterdir()) == [secret.name]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM url('{url}', 'LineAsString')",
        "SELECT * FROM url('{url}')",
        "DESCRIBE url('{url}')",
        "DESC /* /* */ TABLE numbers(1) -- */ url('{url}')",
        "EXPLAIN SELECT * FROM url('{url}')",
        "SELECT * FROM s3('{url}/bucket/key', 'LineAsString')",
        "SELECT * FROM urlCluster('default', '{url}', 'LineAsString')",
        "SELECT * FROM remote('{host}', 'system.one')",
        "SELECT * FROM remote('{host}', view(SELECT 1))",
        "SELECT * FROM mysql('{host}', 'd', 't', 'u', 'p')",
        "SELECT * FROM postgresql('{host}', 'd', 't', 'u', 'p')",
        "SELECT * FROM mongodb('{host}', 'd', 't', 'u', 'p', 'a String')",
        "SELECT * FROM redis('{host}', 'k', 'k String')",
        "SELECT * FROM jdbc('{url}', 't')",
        "SELECT hasColumnInTable('{host}', 'system', 'one', 'dummy')",
        "SELECT 1 WHERE 1 IN (SELECT 1 FROM url('{url}', 'LineAsString'))",
        "SELECT aiGenerate('x', 'y')",
    ],
)
def test_a_reader_makes_the_engine_send_nothing(front: FrontProcess, sql: str) -> None:
    with _listener() as (host, seen):
        response = ask(front, sql.replace("{url}", f"http://{host}/x").replace("{host}", host))
    assert (code(response), seen) == (DENIED, [])


@contextmanager
def _listener() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_HEAD = do_POST = do_GET  # noqa: N815  # the names that the base class calls

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM other.secrets",
        "SELECT 7 IN other.secrets",
        "SELECT 7 IN (other.secrets)",
        "SELECT * FROM mart.shops WHERE id IN (SELECT id FROM other.secrets)",
        "SELECT * FROM mart.shops UNION ALL SELECT id, '' FROM other.secrets",
        "DESCRIBE other.secrets",
        "SELECT * FROM system.processes",
        "SELECT * FROM system.query_log",
        "SELECT * FROM system.named_collections",
        "SELECT 1 IN system.processes",
        "SHOW PROCESSLIST",
        "SHOW CREATE TABLE other.secrets",
        "SHOW CREATE other.secrets",
        "SHOW CREATE DATABASE other",
        "SHOW CREATE DATABASE mart",
        "SHOW CREATE USER default",
        "SHOW CREATE TABLE system.processes",
        "SHOW CREATE TABLE file('/etc/hostname')",
        "EXISTS other.secrets",
        "EXISTS DATABASE other",
        "EXISTS default.`/etc/hostname`",
        "EXISTS DICTIONARY mart.shops",
        "CHECK TABLE other.secrets",
        "SHOW COLUMNS FROM other.secrets",
        "SHOW FULL COLUMNS FROM secrets FROM other",
        "SHOW COLUMNS FROM system.processes",
        "SHOW INDEXES FROM secrets FROM other",
        "SHOW TABLES FROM other",
        "SHOW DICTIONARIES FROM other",
        *("SHOW MERGES", "SHOW CLUSTERS", "SHOW CLUSTER default", "SHOW FILESYSTEM CACHES"),
        *("SHOW SETTINGS LIKE '%a%'", "SHOW CHANGED SETTINGS LIKE '%a%'", "EXPLAIN CURRENT TRANSACTION"),
        "EXPLAIN TABLE OVERRIDE mysql('a:1', 'b', 'c', 'd', 'e') PARTITION BY x",
    ],
)
def test_a_reader_sees_no_other_database(front: FrontProcess, sql: str) -> None:
    assert code(ask(front, sql)) == DENIED
    assert code(ask(front, "SELECT 1", database="other")) == DENIED


WRITES = (
    "INSERT INTO mart.shops VALUES (3, 'three')",
    "INSERT INTO mart.shops SELECT 3, 'three'",
    "INSERT INTO mart.shops FORMAT CSV\n3,three\n",
    "INSERT INTO FUNCTION file('{file}.new', 'CSV', 'a String') SELECT 'x'",
    "INSERT INTO FUNCTION file('{file}.new', 'CSV', 'a String') VALUES ('x')",
    "INSERT INTO FUNCTION file('{file}.new', 'CSV', 'a String') FORMAT CSV\nx\n",
    "INSERT INTO TABLE FUNCTION url('http://127.0.0.1:1/', 'CSV', 'a String') SELECT 'x'",
    "SELECT 1 INTO OUTFILE '{file}.new'",
    "SELECT $$'$$ INTO OUTFILE '{file}.new' FORMAT CSV",
    "EXPLAIN SELECT 1 INTO OUTFILE '{file}.new'",
    "CREATE TABLE mart.made (a Int8) ENGINE = MergeTree ORDER BY a",
    "CREATE TEMPORARY TABLE made (a String) ENGINE = File(CSV, '{file}')",
    "CREATE TEMPORARY TABLE made (a String)",
    "CREATE DICTIONARY mart.d (a UInt8) PRIMARY KEY a SOURCE(FILE(PATH '{file}')) LAYOUT(FLAT())",
    "CREATE FUNCTION read_it AS (x) -> file(x)",
    "ALTER TABLE mart.shops DELETE WHERE 1",
    "DELETE FROM mart.shops WHERE 1",
    "TRUNCATE TABLE mart.shops",
    "DROP TABLE mart.shops",
    "RENAME TABLE mart.shops TO mart.gone",
    "OPTIMIZE TABLE mart.shops",
    "SYSTEM FLUSH LOGS",
    "SYSTEM SHUTDOWN",
    "KILL QUERY WHERE 1",
    "SET max_memory_usage = 0",
    "USE other",
    "BACKUP TABLE mart.shops TO File('{file}.new')",
    "GRANT ALL ON *.* TO reader",
)


@pytest.mark.parametrize("sql", WRITES)
def test_a_reader_writes_nothing(front: FrontProcess, secret: Path, sql: str) -> None:
    assert code(ask(front, sql.replace("{file}", str(secret)))) in {READONLY, DENIED}
    assert front.post("SELECT count() FROM mart.shops").data == b"2\n"
    assert sorted(path.name for path in secret.parent.iterdir()) == [secret.name]


@pytest.mark.parametrize("sql", WRITES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_request_writes_nothing_whoever_sends_it(
    front: FrontProcess, secret: Path, sql: str, method: str
) -> None:
    statement = sql.replace("{file}", str(secret))
    head, _, data = statement.partition("\n")
    for url, body in (
        (f"{front.url}?{urlencode({'query': statement})}", None),
        (f"{front.url}?{urlencode({'query': head})}", data.encode() or b" "),
        (front.url, statement.encode()),
    ):
        response = front.http.request(method, url, body=body, headers=front.headers)
        assert code(response) in {READONLY, DENIED, "36"}
    assert front.post("SELECT count() FROM mart.shops").data == b"2\n"
    assert sorted(path.name for path in secret.parent.iterdir()) == [secret.name]


@pytest.mark.parametrize("name", ["max_result_bytes", "max_memory_usage", "max_threads", "dialect", "format_schema"])
def test_a_reader_cannot_lift_limits(front: FrontProcess, name: str) -> None:
    assert code(ask(front, "SELECT 1", **{name: "0"})) == READONLY
    assert code(ask(front, f"SELECT 1 SETTINGS {name} = 0")) == READONLY
    assert code(ask(front, f"SELECT 1 SETTINGS {name} = DEFAULT")) == READONLY
    assert code(ask(front, f"SELECT 1 FORMAT CSV SETTINGS {name} = 0")) == READONLY
    assert code(ask(front, f"SELECT * FROM (SELECT 1 SETTINGS {name} = 0)")) == READONLY
    assert code(ask(front, f"EXPLAIN {name} = 0 SELECT 1")) == READONLY
    assert ask(front, "SELECT getSetting('readonly')", readonly="0").data == b"2\n"
    assert code(ask(front, "SELECT 1 SETTINGS readonly = 0")) == READONLY


ABOUT_FILES = re.compile(r"path|file|schema|template|url|host|user|password|directory|disk|registry|subject")
TEXTS = {
    *("format_csv_null_representation", "format_tsv_null_representation"),
    *("output_format_pretty_grid_charset", "output_format_avro_codec", "output_format_sql_insert_table_name"),
    "network_compression_method",
}


def test_names_of_columns_of_the_systems_tables_are_no_tables(front: FrontProcess) -> None:
    qualified = "SELECT system.databases.name FROM system.databases WHERE system.databases.name = 'system'"
    assert ask(front, qualified).data == b"system\n"
    assert ask(front, "SELECT * FROM VALUES('a Int8', 1)").data == b"1\n"
    assert code(ask(front, "SELECT system.processes.query FROM system.one")) == DENIED
    assert code(ask(front, "SELECT 1 IN system.processes")) == DENIED


def test_no_setting_of_a_reader_can_name_a_file(front: FrontProcess) -> None:
    settings = front.post("SELECT name, type FROM system.settings FORMAT JSONCompactEachRow").data.splitlines()
    types: dict[str, str] = dict(map(json.loads, settings))
    assert types.keys() >= ADMITTED
    assert not [name for name in ADMITTED if ABOUT_FILES.search(name)]
    assert {name for name in ADMITTED if types[name] in {"String", "URI", "Map"}} == TEXTS


FILE_FORMATS = ("Protobuf", "ProtobufSingle", "protobuflist", "Template", "AvroConfluent", "CapnProto")


@pytest.mark.parametrize("name", [*FILE_FORMATS, "CSV"])
@pytest.mark.parametrize(
    "setting", ["output_format_schema", "format_template_row", "format_schema", "output_format_new"]
)
def test_no_read_writes_a_file_that_a_setting_names(front: FrontProcess, secret: Path, name: str, setting: str) -> None:
    target = secret.with_suffix(".proto")
    parameters = {setting: str(target)}
    in_url = {"query": "SELECT 1 AS `a = 1; }\nevil\n`", "default_format": name, **parameters}
    for headers, method, in_header in (
        (front.reader_headers, "POST", {"X-ClickHouse-Format": name}),
        (front.reader_headers, "GET", {}),
        (front.headers, "GET", {"X-ClickHouse-Format": name}),
    ):
        response = front.http.request(method, f"{front.url}?{urlencode(in_url)}", headers={**headers, **in_header})
        assert code(response) == READONLY
    for sql in (
        f"SELECT 1 AS a FORMAT {name} SETTINGS {setting} = '{target}'",
        f"SELECT 1 AS a SETTINGS {setting} = '{target}' FORMAT {name}",
        f"SELECT $$'$$ AS a FORMAT {name} SETTINGS {setting} = '{target}'",
        f"WITH x AS (SELECT 1 SETTINGS {setting} = '{target}') SELECT * FROM x FORMAT {name}",
        f"EXPLAIN SELECT 1 SETTINGS {setting} = '{target}'",
    ):
        assert code(ask(front, sql)) in {READONLY, DENIED}
    assert sorted(path.name for path in secret.parent.iterdir()) == [secret.name]


@pytest.mark.parametrize("name", FILE_FORMATS)
def test_a_reader_gets_no_format_that_needs_a_file_or_a_registry(front: FrontProcess, name: str) -> None:
    for response in (
        ask(front, f"SELECT 1 AS a FORMAT {name}"),
        ask(front, f"SELECT $$'$$ AS a FORMAT {name}"),
        ask(front, "SELECT 1 AS a", default_format=name),
        front.http.request("GET", f"{front.url}?query=SELECT+1+AS+a+FORMAT+{name}", headers=front.headers),
    ):
        assert code(response) == DENIED


def test_a_reader_gets_every_other_format(front: FrontProcess) -> None:
    names = front.post("SELECT name FROM system.formats WHERE is_output ORDER BY name").data.decode().split()
    refused = {name for name in names if code(ask(front, f"SELECT 1 AS a FORMAT {name}")) == DENIED}
    assert refused == {
        *("AvroConfluent", "CapnProto", "Protobuf", "ProtobufList", "ProtobufSingle", "Template"),
        *("MySQLWire", "PostgreSQLWire", "ODBCDriver2", "PNG", "Buffers", "HiveText"),
    } & set(names)


def test_both_users_need_their_own_password(front: FrontProcess) -> None:
    for user, password in ((READER, front.password), ("shop", front.reader_password), (READER, ""), ("default", "")):
        headers = dict(urllib3.make_headers(basic_auth=f"{user}:{password}"))
        assert code(front.http.request("POST", front.url, body=b"SELECT 1", headers=headers)) == "516"


def test_without_its_password_there_is_no_reader(tmp_path: Path) -> None:
    with running_front(tmp_path / "data", reader=False) as front:
        assert code(front.http.request("POST", front.url, body=b"SELECT 1", headers=front.reader_headers)) == "516"


def test_a_reader_connects_before_there_is_anything_to_read(tmp_path: Path) -> None:
    with running_front(tmp_path / "data", "--readable", "mart") as front:
        assert ask(front, "SELECT 1").data == b"1\n"
        client = clickhouse_connect.get_client(
            host="127.0.0.1", port=front.port, username=READER, password=front.reader_password
        )
        assert client.query("SELECT 1").result_rows == [(1,)]
        client.close()


def test_every_query_of_checks_and_panels_can_be_parsed_by_the_rules(front: FrontProcess) -> None:
    for file in (*read_folder("quality"), *read_folder("dashboards")):
        query = load_query(file.path)
        statement = query.with_expressions(lambda _: "'1'")
        if "FROM audit." in statement:  # the record of decryptions, for the pipeline's user only
            continue
        response = ask(front, statement)
        assert code(response) not in {DENIED, READONLY}, (file.path, response.data.decode())


BOMBS = {
    "zstd": lambda plain: zstandard.ZstdCompressor().compress(plain),
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "lz4": lz4.frame.compress,
}


VALUES = (
    *("'a;b'", "'it''s;'", r"'\';'", "‘a; ' b’", "“a;b”.1", "`a;b`", "$$a;b$$", "$a$;$b$;$a$"),
    *("a$b$", "$a", "a", "(1)"),
)
COMMENTS = (
    *("-- a;b\n", "// a;b\n", "# a;b\n", "#! a;\n", "/* a;b */", "/* a; /* b; */ c; */"),
    *("/*/ ; */", "/* -- */", "/* ' */", "/* // */"),
)
STATEMENTS = st.lists(st.sampled_from([*(f", {value} " for value in VALUES), *COMMENTS]), max_size=6).map(
    lambda pieces: f"SELECT 0 {''.join(pieces)}"
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statements=st.lists(STATEMENTS, min_size=1, max_size=100))
def test_the_engine_knows_the_same_tokens(front: FrontProcess, statements: list[str]) -> None:
    pairs = []
    for sql in statements:
        first, second = split(f"{sql}\n;{sql}")
        assert (sql.startswith(first.text), second.text) == (True, sql.rstrip())
        bare = " ".join(sql[token.start : token.end] for token in tokens(sql)).replace("'it' 's;'", "'it''s;'")
        pairs.append(f"({quoted(sql)}, {quoted(bare)})")
    rows = f"values('sql String, bare String', {', '.join(pairs)})"
    asked = f"SELECT countIf(formatQuery(sql) != formatQuery(bare)) FROM {rows}"
    assert front.post(asked.encode()).data.decode().strip() == "0"


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_body_that_explodes_takes_little_memory(front: FrontProcess, encoding: str) -> None:
    front.post("SELECT 1")
    before = front.memory_peak()
    frame = BOMBS[encoding](b"x" * (64 * 1024 * 1024))
    body = BOMBS[encoding](b"INSERT INTO mart.missing FORMAT CSV\n") + frame * (8 if encoding == "lz4" else 32)
    headers = {"Content-Encoding": encoding}
    assert front.post(body, headers).status != 200
    assert front.memory_peak() - before < 100 * 1024 * 1024
    response = front.http.request("POST", front.url, body=body, headers={**front.reader_headers, **headers})
    assert code(response) == READONLY


def test_a_window_larger_than_every_decoder_needs_is_refused(front: FrontProcess) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=3)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = compressor.compress(b"SELECT 1") + compressor.flush()
    assert code(front.post(body, {"Content-Encoding": "zstd"})) == "117"


def as_form(*parts: bytes, boundary: bytes = b"x") -> bytes:
    """A form of the parts, which have their heads."""
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


NAMED = b'Content-Disposition: form-data; name="%b"\r\n\r\n'
NESTED = b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n"


def nested(depth: int) -> bytes:
    opened = b"".join(NESTED % level + b"--%d\r\n" % level for level in range(depth))
    closed = b"".join(b"\r\n--%d--" % level for level in reversed(range(depth)))
    return opened + NAMED % b"a" + b"1" + closed


BAD_FORMS = {
    "many fields": as_form(*[NAMED % b"a"] * 200_000),
    "fields in nothing": b"--x" * 500_000,
    "boundaries alone": b"--x\r\n" * 500_000,
    "forms in a form": as_form(nested(3000)),
    "a head without end": as_form(b"Content-Disposition: " + b"; a=b" * 100_000 + b"\r\n\r\n"),
    "no end": as_form(NAMED % b"query" + b"SELECT 1")[:-6],
    "no field": b"--x--\r\n",
    "a name in other letters": as_form(NAMED % "имя".encode() + b"1"),
    "an encoded field": as_form(b"Content-Transfer-Encoding: base64\r\n" + NAMED % b"query" + b"U0VMRUNUIDE="),
}


@pytest.mark.parametrize("kind", BAD_FORMS)
def test_a_bad_form_is_refused_at_once_in_one_sentence(front: FrontProcess, kind: str) -> None:
    headers = {**front.reader_headers, "Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"}
    body = gzip.compress(BAD_FORMS[kind])
    started = time.monotonic()
    response = front.http.request("POST", front.url, body=body, headers=headers)
    assert time.monotonic() - started < 3
    assert (response.status, code(response)) == (400, "62" if kind == "no field" else "36")
    assert response.data.decode().count("\n") == 1


def test_a_form_may_hold_any_text(front: FrontProcess) -> None:
    text = "два\r\n--y\r\nContent-Type: multipart/mixed; boundary=z\r\n\r\n--x"
    fields = [NAMED % b"query" + b"SELECT {a:String} = {b:String}, length({c:String})"]
    quoted = text.replace("\r", "\\r").replace("\n", "\\n").encode()
    fields += [NAMED % b"param_a" + quoted, NAMED % b"param_b" + quoted, NAMED % b"param_c"]
    headers = {**front.reader_headers, "Content-Type": 'Multipart/Form-Data; charset=utf-8; boundary="long one"'}
    response = front.http.request("POST", front.url, body=as_form(*fields, boundary=b"long one"), headers=headers)
    assert response.data == b"1\t0\n", response.data.decode()


def test_a_statement_in_a_form_has_the_length_of_any_other(front: FrontProcess) -> None:
    body = as_form(NAMED % b"query" + b"INSERT INTO t " + b"(" * (5 * 1024 * 1024))
    headers = {**front.reader_headers, "Content-Type": "multipart/form-data; boundary=x"}
    started = time.monotonic()
    assert code(front.http.request("POST", front.url, body=body, headers=headers)) == "307"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_body_of_empty_frames_is_refused(front: FrontProcess, encoding: str) -> None:
    headers = {**front.reader_headers, "Content-Encoding": encoding}
    started = time.monotonic()
    response = front.http.request("POST", front.url, body=BOMBS[encoding](b"") * 300_000, headers=headers)
    assert code(response) == "117"
    assert time.monotonic() - started < 2
    several = b"".join(BOMBS[encoding](bytes([letter])) for letter in b"SELECT 1 + 1")
    assert front.http.request("POST", front.url, body=several, headers=headers).data == b"2\n"
