"""Native for clients that name their revision of the protocol, and ClickHouse's own compression of bodies."""

import struct
from collections.abc import Iterator

import lz4.block
import pytest
import zstandard
from clickhouse_cityhash.cityhash import CityHash128

from shop_assets_tests.embedded.clickhouse_front_process import FrontProcess, running_front

BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"
TYPES = [
    *("number", "toString(number)", "repeat('x', number % 300)", "toFixedString('ab', 5)", "NULL", "true"),
    *("toLowCardinality(toString(number % 7))", "toLowCardinality(toNullable(toString(number % 700)))", "[]"),
    *("[number, 1]", "[[], [toLowCardinality(toString(number))]]", "map(toString(number), toLowCardinality('a'))"),
    *("(number, 'a', [toLowCardinality('b')])", "CAST((number, 'a'), 'Tuple(a Nullable(UInt8), `b, c` String)')"),
    *("if(number % 2 = 0, NULL, toString(number))", "toDecimal32(1, 2)", "toDecimal64(1, 2)", "toDecimal128(1, 2)"),
    *("toDecimal256(1, 2)", "generateUUIDv4()", "toDate(1)", "toDate32(1)", "now()", "now64(3, 'UTC')", "toInt256(1)"),
    *("CAST('a', 'Enum8(\\'a\\' = 1, \\'b,)\\' = 2)')", "toIPv4('1.1.1.1')", "toIPv6('::1')", "toIntervalDay(1)"),
    *("CAST((1, 2), 'Point')", "CAST([[(1, 2)]], 'Polygon')", "toBFloat16(1)", "toTime64('10:00:00', 3)"),
    "if(number % 3 = 0, 'a', if(number % 3 = 1, number, ['b']))::Variant(Array(String), String, UInt64)",
    "if(number % 2 = 0, number, -toInt8(1))",
]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProcess]:
    with running_front(tmp_path_factory.mktemp("front") / "data") as front:
        yield front


def framed(data: bytes, method: int = 0x82, checksum: int | None = None, plain_size: int | None = None) -> bytes:
    packed = lz4.block.compress(data, store_size=False) if method == 0x82 else zstandard.compress(data)
    size = len(data) if plain_size is None else plain_size
    body = struct.pack("<BII", method, 9 + len(packed), size) + packed
    value = CityHash128(body) if checksum is None else checksum
    return struct.pack("<QQ", value >> 64, value & (1 << 64) - 1) + body


def test_a_block_begins_with_its_info_and_a_column_has_a_byte_more(front: FrontProcess) -> None:
    sql = "SELECT 1 AS a, 'x' AS b FORMAT Native"
    assert front.post(sql, client_protocol_version="54460").data == (
        BLOCK_INFO + b"\x02\x01" + b"\x01a\x05UInt8\x00\x01" + b"\x01b\x06String\x00\x01x"
    )
    assert front.post(sql, client_protocol_version="54405").data == (
        BLOCK_INFO + b"\x02\x01" + b"\x01a\x05UInt8\x01" + b"\x01b\x06String\x01x"
    )
    assert front.post(sql, client_protocol_version="0").data == front.post(sql).data
    # Only Native has revisions.
    assert front.post("SELECT 1 FORMAT CSV", client_protocol_version="54460").data == b"1\n"


@pytest.mark.parametrize("expression", TYPES)
@pytest.mark.parametrize("extremes", [{}, {"extremes": "0"}], ids=["streamed", "whole"])
def test_a_column_of_every_type_ends_where_the_next_one_begins(
    front: FrontProcess, expression: str, extremes: dict[str, str]
) -> None:
    settings = {"allow_suspicious_low_cardinality_types": "1", "max_block_size": "1000", **extremes}
    sql = f"SELECT {expression} AS a, number AS b FROM numbers(3000) ORDER BY b FORMAT Native"
    plain = front.post(sql, **settings)
    marked = front.post(sql, client_protocol_version="54460", **settings)
    assert (plain.status, marked.status) == (200, 200), (plain.data, marked.data)
    blocks = marked.data.count(BLOCK_INFO)
    assert blocks > 1
    if "UUID" not in expression and "now" not in expression:
        assert marked.data.replace(BLOCK_INFO, b"").replace(b"\x06UInt64\x00", b"\x06UInt64").endswith(plain.data[-8:])
    assert len(marked.data) == len(plain.data) + blocks * (len(BLOCK_INFO) + 2)


def test_a_type_without_a_known_length_is_refused_unless_it_is_last(front: FrontProcess) -> None:
    state = "sumState(number) AS state"
    refused = front.post(f"SELECT {state}, 1 AS a FROM numbers(3) FORMAT Native", client_protocol_version="54460")
    assert refused.headers["X-ClickHouse-Exception-Code"] == "48"
    assert b"AggregateFunction" in refused.data
    last = front.post(f"SELECT 1 AS a, {state} FROM numbers(3) FORMAT Native", client_protocol_version="54460")
    assert last.status == 200


def test_a_type_without_a_known_length_needs_none_where_only_the_block_is_marked(front: FrontProcess) -> None:
    sql = "SELECT sumState(number) AS state, 1 AS a FROM numbers(3) FORMAT Native"
    assert front.post(sql, client_protocol_version="54405").data == BLOCK_INFO + front.post(sql).data


def test_a_revision_that_is_no_number_is_refused(front: FrontProcess) -> None:
    response = front.post("SELECT 1", client_protocol_version="54460; DROP")
    assert response.headers["X-ClickHouse-Exception-Code"] == "36"


@pytest.mark.parametrize(("method", "byte"), [("LZ4", 0x82), ("ZSTD", 0x90)])
def test_bodies_are_compressed_in_blocks_with_a_checksum(front: FrontProcess, method: str, byte: int) -> None:
    response = front.post(framed(b"SELECT 'a'", byte), decompress="1", compress="1", network_compression_method=method)
    assert response.data == framed(b"a\n", byte)
    large = "SELECT repeat('a', 900000)"
    assert front.post(framed(large[:9].encode(), byte) + framed(large[9:].encode()), decompress="1").data == (
        b"a" * 900_000 + b"\n"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (framed(b"SELECT 1", checksum=1), "117"),
        (framed(b"SELECT 1")[:-1], "117"),
        (framed(b"SELECT 1", plain_size=9), "117"),
        (framed(b"SELECT 1", 0x90, plain_size=9), "117"),
        (framed(b"SELECT 1", plain_size=200_000_000), "307"),
        (b"SELECT 1", "117"),
        (b"SELECT 1 -- longer than the head of a block", "307"),
    ],
)
def test_a_block_that_is_not_what_it_says_is_refused(front: FrontProcess, body: bytes, code: str) -> None:
    response = front.post(body, decompress="1")
    assert response.headers["X-ClickHouse-Exception-Code"] == code, response.data
