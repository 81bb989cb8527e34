"""What a client can ask the front, and what comes back: formats, encodings, parameters, errors, credentials."""

import concurrent.futures
import decimal
import gzip
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import lz4.frame
import pyarrow as pa
import pytest
import urllib3
import zstandard
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, StreamFailureError

from shop_assets_tests.embedded.clickhouse_front_process import USER, FrontProcess, running_front

MANY = 'SELECT number, toString(number) AS `имя, "2"` FROM numbers(200000)'


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProcess]:
    with running_front(tmp_path_factory.mktemp("front") / "data") as front:
        yield front


def test_a_plain_query_is_answered_as_the_server_does(front: FrontProcess) -> None:
    response = front.post("SELECT 1, 'два'")
    assert response.data.decode() == "1\tдва\n"
    assert response.headers["X-ClickHouse-Format"] == "TabSeparated"
    assert response.headers["X-ClickHouse-Timezone"] == "UTC"
    assert front.post("SELECT 1 AS a FORMAT JSON").json()["data"] == [{"a": 1}]
    assert front.post("SELECT 1 AS a", default_format="JSONEachRow").data == b'{"a":1}\n'
    assert front.post("", query="SELECT 1 AS a FORMAT CSVWithNames").data == b'"a"\n1\n'
    assert front.post(", 2", query="SELECT 1").data == b"1\t2\n"
    assert front.post("SELECT currentDatabase()", database="system").data == b"system\n"
    assert front.post("SHOW DATABASES").data.decode().splitlines().count("default") == 1


@pytest.mark.parametrize(
    "output_format",
    [
        *("Native", "RowBinary", "RowBinaryWithNames", "RowBinaryWithNamesAndTypes", "ArrowStream"),
        *("TSV", "TSVWithNames", "TSVWithNamesAndTypes", "CSV", "CSVWithNames", "CSVWithNamesAndTypes"),
        *("JSONEachRow", "JSONCompactEachRowWithNames", "JSONCompactEachRowWithNamesAndTypes"),
    ],
)
def test_a_streamed_result_is_the_document_that_the_engine_makes_whole(front: FrontProcess, output_format: str) -> None:
    for sql in (MANY, f"{MANY} WHERE number > 200000"):
        streamed = front.post(f"{sql} FORMAT {output_format}")
        # Extremes make the front ask the engine for the whole document, off or not.
        whole = front.post(f"{sql} FORMAT {output_format}", extremes="0")
        assert (streamed.status, whole.status) == (200, 200)
        assert streamed.data == whole.data


def test_totals_and_extremes_are_kept(front: FrontProcess) -> None:
    grouped = "SELECT number % 2 AS odd, count() FROM numbers(10) GROUP BY odd WITH TOTALS ORDER BY odd"
    assert front.post(grouped).data == b"0\t5\n1\t5\n\n0\t10\n"
    assert front.post("SELECT number FROM numbers(3)", extremes="1").data == b"0\n1\n2\n\n0\n2\n"


@pytest.mark.parametrize(
    ("encoding", "decode"),
    [
        ("lz4", lz4.frame.decompress),
        ("zstd", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
        ("gzip", gzip.decompress),
        ("deflate", zlib.decompress),
    ],
)
def test_a_response_comes_in_the_encoding_asked_for(
    front: FrontProcess, encoding: str, decode: Callable[[bytes], bytes]
) -> None:
    for sql in (MANY, "SELECT 1", "SELECT 1 WHERE 0"):
        plain = front.post(sql, {"Accept-Encoding": encoding})
        assert "Content-Encoding" not in plain.headers
        response = front.http.request(
            "POST",
            f"{front.url}?enable_http_compression=1",
            body=sql,
            headers={**front.headers, "Accept-Encoding": f"br, {encoding};q=0.5"},
            decode_content=False,
        )
        assert response.headers["Content-Encoding"] == encoding
        assert decode(response.data) == plain.data


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", True, False])
def test_clickhouse_connect_reads_every_type(front: FrontProcess, compress: str | bool) -> None:
    with front.client(compress=compress) as client:
        row = client.query(
            """SELECT toUInt64(18446744073709551615), CAST(NULL AS Nullable(String)), ['а', 'б\n\n'],
            toDecimal64('-1.2345', 4), toDateTime64('2024-02-29 23:59:59.123456', 6, 'UTC'), toDate('2024-02-29'),
            true, toLowCardinality('низкая'), map('ключ', 1), tuple(1, 'два')"""
        ).first_row
        assert row == (
            *(18446744073709551615, None, ["а", "б\n\n"], decimal.Decimal("-1.2345")),
            *(datetime(2024, 2, 29, 23, 59, 59, 123456), date(2024, 2, 29)),  # noqa: DTZ001  # UTC comes without a zone
            *(True, "низкая", {"ключ": 1}, (1, "два")),
        )
        assert client.query_arrow(MANY).num_rows == 200_000
        with client.query_row_block_stream(MANY) as blocks:
            assert sum(len(block) for block in blocks) == 200_000
        with client.query_arrow_stream(MANY) as batches:
            assert sum(batch.num_rows for batch in batches) == 200_000
        assert client.query("SELECT 1 AS a WHERE 0").result_rows == []
        assert client.query("SELECT 1 AS a, 'x' AS b LIMIT 0").column_names == ("a", "b")
        assert client.raw_query("SELECT 1", fmt="Parquet").startswith(b"PAR1")


def test_parameters_arrive_as_they_are(front: FrontProcess) -> None:
    text = "it's \\ a\ttab,\nтри\u2028 'quoted' \"twice\" `and` \\n {x:String} ; -- "
    parameters = {"text": text, "list": [1, 2], "day": date(2024, 2, 29), "at": datetime(2024, 1, 2, tzinfo=UTC)}
    sql = "SELECT {text:String}, {list:Array(UInt8)}, {day:Date}, {at:DateTime}, {text:String} = {text:String}"
    for form in (False, True):
        with front.client(form_encode_query_params=form) as client:
            found = client.query(sql, parameters=parameters).first_row
            assert found == (text, [1, 2], date(2024, 2, 29), datetime(2024, 1, 2), 1)  # noqa: DTZ001  # UTC, as above


def test_settings_hold_for_their_request_only(front: FrontProcess) -> None:
    with front.client() as client:
        sql = "SELECT toUInt32(getSetting('max_block_size'))"
        assert client.query(sql, settings={"max_block_size": 77}).first_row == (77,)
        assert client.query(sql).first_row != (77,)
        client.command("SET max_block_size = 78")
        client.command("USE system")
        assert client.query(f"{sql}, currentDatabase()").first_row == (65409, "default")


@pytest.mark.parametrize(
    ("sql", "code", "status"),
    [
        ("SELECT nothing", 47, 404),
        ("SELECT * FROM nowhere", 60, 404),
        ("SELECT 1 +", 62, 400),
        ("SELECT throwIf(1)", 395, 500),
        ("SELECT toInt8('x')", 6, 400),
        ("SELECT 1 FORMAT Nonsense", 73, 404),
        ("SELECT 1; SELECT 2", 62, 400),
        ("", 62, 400),
        ("SELECT 1 INTO OUTFILE '/tmp/никогда' FORMAT CSV", 48, 501),
        ("INSERT INTO t FROM INFILE '/etc/hostname' FORMAT CSV", 48, 501),
        ("SELECT sleep(3) SETTINGS max_execution_time = 0.1", 159, 408),
        ("SELECT number FROM numbers(200000000) FORMAT Arrow", 396, 500),
    ],
)
def test_an_error_has_the_servers_code_and_status(front: FrontProcess, sql: str, code: int, status: int) -> None:
    response = front.post(sql)
    assert (response.status, response.headers["X-ClickHouse-Exception-Code"]) == (status, str(code))
    assert response.data.decode().startswith(f"Code: {code}. DB::Exception: ")


def test_clickhouse_connect_sees_codes_and_continues(front: FrontProcess) -> None:
    with front.client() as client:
        for sql, code in (("SELECT nothing", 47), ("SELECT * FROM nowhere", 60), ("SELECT 1 +", 62)):
            with pytest.raises(DatabaseError) as failed:
                client.query(sql)
            assert failed.value.code == code
            assert client.command("SELECT 1") == 1
        with pytest.raises(ClickHouseError) as failed:
            client.command("SELECT 1", settings={"no_such_setting": 1})


def test_an_error_after_the_first_rows_is_no_short_result(front: FrontProcess) -> None:
    sql = "SELECT number, throwIf(number = 3000000) FROM numbers(5000000) SETTINGS max_block_size = 10000"
    for compress in ("lz4", "zstd", False):
        with front.client(compress=compress) as client, pytest.raises(StreamFailureError, match="Code: 395"):
            assert client.query(sql).result_rows
    with pytest.raises(urllib3.exceptions.HTTPError):
        front.post(f"{sql} FORMAT RowBinary")
    assert front.post("SELECT 1").data == b"1\n"


def test_what_is_not_spoken_is_refused(front: FrontProcess) -> None:
    for parameters, code in (
        ({"role": "admin"}, 48),
        ({"max_threads; DROP": "1"}, 115),
        ({"database": "nowhere"}, 81),
    ):
        response = front.post("SELECT 1", None, **parameters)
        assert response.headers["X-ClickHouse-Exception-Code"] == str(code)
    assert front.post("SELECT 1", {"Content-Encoding": "br"}).headers["X-ClickHouse-Exception-Code"] == "48"
    form = {"query": "SELECT * FROM rows", "rows": ("rows.tsv", b"1\t2\n")}
    response = front.http.request("POST", f"{front.url}?rows_structure=a+Int8", fields=form, headers=front.headers)
    assert response.headers["X-ClickHouse-Exception-Code"] == "48"
    response = front.http.request("POST", front.url, fields={"query": b"SELECT '\xff'"}, headers=front.headers)
    assert response.headers["X-ClickHouse-Exception-Code"] == "36"


def test_a_get_request_may_only_read(front: FrontProcess) -> None:
    def get(sql: str) -> urllib3.BaseHTTPResponse:
        return front.http.request("GET", front.url, fields={"query": sql}, headers=front.headers)

    assert get("SELECT 1").data == b"1\n"
    assert get("CREATE TABLE made_by_get (a Int8) ENGINE = Memory").headers["X-ClickHouse-Exception-Code"] == "164"
    assert front.post("EXISTS made_by_get").data == b"0\n"


def test_user_and_password_are_asked_for_on_every_request(front: FrontProcess) -> None:
    def ask(headers: dict[str, str] | None = None, **fields: str) -> tuple[int, str | None]:
        response = front.http.request("GET", front.url, fields={"query": "SELECT 1", **fields}, headers=headers)
        return response.status, response.headers.get("X-ClickHouse-Exception-Code")

    right, wrong = front.password, f"{front.password}x"
    assert ask({"X-ClickHouse-User": USER, "X-ClickHouse-Key": right}) == (200, None)
    assert ask(user=USER, password=right) == (200, None)
    assert ask(dict(urllib3.make_headers(basic_auth=f"{USER}:{right}"))) == (200, None)
    refused = (403, "516")
    assert ask() == refused
    assert ask({"X-ClickHouse-User": USER, "X-ClickHouse-Key": wrong}) == refused
    assert ask({"X-ClickHouse-User": "пользователь".encode().decode("latin-1"), "X-ClickHouse-Key": right}) == refused
    assert ask(user=USER, password=wrong) == refused
    assert ask(password=right) == refused
    assert ask(dict(urllib3.make_headers(basic_auth=f"{USER}:{wrong}"))) == refused
    assert ask({"Authorization": f"Bearer {right}"}) == refused
    assert ask({"Authorization": "Basic %%%"}, user=USER, password=right) == refused
    assert ask({"X-ClickHouse-User": USER}, password=right) == refused


def test_queries_side_by_side_do_not_meet(front: FrontProcess) -> None:
    with front.client() as client:

        def ask(number: int) -> int:
            sql = f"SELECT sum(number) + {{shift:UInt64}} + getSetting('max_block_size') FROM numbers({number})"
            parameters, settings = {"shift": number * 3}, {"max_block_size": 1000 + number}
            return int(client.query(sql, parameters=parameters, settings=settings).first_row[0])

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            numbers = list(range(1, 201))
            found = list(pool.map(ask, numbers))
    assert found == [n * (n - 1) // 2 + n * 3 + 1000 + n for n in numbers]


def test_arrow_streams_have_one_schema(front: FrontProcess) -> None:
    table = pa.ipc.open_stream(front.post(f"{MANY} FORMAT ArrowStream").data).read_all()
    assert table.num_rows == 200_000
    assert table.column(0).to_pylist()[-1] == 199_999
