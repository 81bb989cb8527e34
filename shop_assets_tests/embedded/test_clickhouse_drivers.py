"""ClickHouse's official drivers against the front: reads, inserts, parameters, compression, errors, wrong passwords.

Each driver is a small program in `drivers/` that prints what it sees as JSON; Python's is used here.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import clickhouse_connect
import pyspark
import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError, StreamFailureError

from shop_assets.cache import cache_folder
from shop_assets_tests.embedded.clickhouse_front_process import READER, USER, FrontProcess, running_front

pytestmark = pytest.mark.slow

DRIVERS = Path(__file__).with_name("drivers")
STREAMED = "200000 19999900000"
INSERTED = "100000 4999950000 имя 99999"
BROKEN = "SELECT number, throwIf(number = 3000000) FROM numbers(5000000) SETTINGS max_block_size = 10000"
NAME = "О'Генри\n\t?"
UNKNOWN_TABLE, READONLY, THROWN, NOT_AUTHENTICATED = 60, 164, 395, 516
NETWORK_ERRORS = ("dial tcp", "no such host", "ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProcess]:
    with running_front(tmp_path_factory.mktemp("front") / "data", "--readable", "default") as front:
        yield front


@pytest.fixture
def seen(front: FrontProcess) -> Callable[..., Any]:
    """What a driver's program prints."""

    def run(*command: str | Path) -> Any:
        environment = os.environ | {"SHOP_USER": USER, "SHOP_PASSWORD": front.password}
        environment |= {"READER_USER": READER, "READER_PASSWORD": front.reader_password}
        completed = subprocess.run(
            [*command, f"127.0.0.1:{front.port}"], env=environment, capture_output=True, timeout=300, check=False
        )
        assert completed.returncode == 0, completed.stderr.decode()[-2000:]
        return json.loads(completed.stdout)

    return run


def prepared(program: str, *arguments: str | Path, folder: Path) -> None:
    """Build a driver's program, or skip the test where that cannot be done."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    built = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if any(error in built.stderr for error in NETWORK_ERRORS):
        pytest.skip(f"the driver cannot be fetched: {built.stderr.splitlines()[-1]}")
    assert built.returncode == 0, built.stderr


@pytest.mark.timeout(900)
def test_go_reads_and_writes_with_every_compression(seen: Callable[..., Any], tmp_path: Path) -> None:
    prepared("go", "build", "-o", tmp_path / "driver", ".", folder=DRIVERS / "go")
    found = seen(tmp_path / "driver")
    expected = {
        "streamed": STREAMED,
        "inserted": f"{INSERTED} б",
        "typed": "12.34 2026-01-31 2026-01-31T10:00:00.123Z <nil> [1 2] 1 x true",
        "parameter": NAME,
        "empty": 0,
        "missing": UNKNOWN_TABLE,
        "broken": THROWN,
    }
    for compression in ("none", "gzip", "deflate", "lz4", "zstd"):
        assert found[compression] == expected, compression
    assert found["reader"] == {"read": "100000", "write": READONLY}
    assert found["wrong password"] == NOT_AUTHENTICATED


def test_node_reads_and_writes(seen: Callable[..., Any], tmp_path: Path) -> None:
    folder = shutil.copytree(DRIVERS / "node", tmp_path / "node")
    prepared("npm", "ci", "--no-audit", "--no-fund", folder=folder)
    found = seen("node", folder / "main.mjs")
    expected = {
        "streamed": STREAMED,
        "inserted": f"{INSERTED} б",
        "parameter": NAME,
        "empty": 0,
        "missing": UNKNOWN_TABLE,
        "broken": THROWN,
    }
    assert found["none"] == expected
    # Node notices the broken connection before it has decompressed the error.
    assert found["gzip"] in (expected, {**expected, "broken": "Error: aborted"})
    assert found["reader"] == {"read": "100000", "write": READONLY}
    assert found["wrong password"] == NOT_AUTHENTICATED


def test_jdbc_and_client_v2_read_and_write_as_they_are_set_up_by_default(
    seen: Callable[..., Any], tmp_path: Path
) -> None:
    drivers = list(cache_folder().glob("jars/spark-*/clickhouse-jdbc-*.jar"))
    if not drivers:
        pytest.skip("the JDBC driver is not in the cache: `shop up` downloads it")
    logging = next(Path(pyspark.__file__).parent.glob("jars/slf4j-api-*.jar"))
    path = f"{drivers[0]}:{logging}"
    prepared("javac", "-encoding", "UTF-8", "-cp", path, "-d", tmp_path, "Drivers.java", folder=DRIVERS / "java")
    utf8 = ("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8")
    found = seen("java", *utf8, "-cp", f"{path}:{tmp_path}", "Drivers")
    for way in ("lz4", "http", "none", "client", "client compressing"):
        # Java reports a broken result as one that cannot be read.
        assert "no error" not in str(found[way].pop("broken")), way
        inserted = INSERTED if way.startswith("client") else "5000 12497500 имя 999"
        expected = {"streamed": STREAMED, "inserted": inserted, "parameter": NAME, "missing": UNKNOWN_TABLE}
        assert found[way] == expected, way
    assert found["reader"] == {"read": "5000", "metadata": "++++ ClickHouse", "write": READONLY}
    assert found["wrong password"] == NOT_AUTHENTICATED


@pytest.mark.parametrize("compression", [False, "lz4", "zstd", "gzip"])
def test_python_reads_and_writes(front: FrontProcess, compression: bool | str) -> None:
    table = f"python_{compression}".lower()
    with front.client(compress=compression) as client:
        with client.query_row_block_stream("SELECT number, toString(number) FROM numbers(200000)") as blocks:
            numbers = [number for block in blocks for number, text in block if str(number) == text]
        assert f"{len(numbers)} {sum(numbers)}" == STREAMED
        client.command(f"CREATE OR REPLACE TABLE {table} (id UInt64, name LowCardinality(String)) ORDER BY id")
        client.insert(table, [(number, f"имя {number}") for number in range(100000)], column_names=["id", "name"])
        contents = f"SELECT concat(toString(count()), ' ', toString(sum(id)), ' ', max(name)) FROM {table}"
        assert client.query(contents).first_row[0] == INSERTED
        assert client.query("SELECT {name:String}", parameters={"name": NAME}).first_row[0] == NAME
        with pytest.raises(StreamFailureError, match=f"Code: {THROWN}"):
            assert client.query(BROKEN).result_rows
    with pytest.raises(ClickHouseError, match=str(NOT_AUTHENTICATED)):
        clickhouse_connect.get_client(host="127.0.0.1", port=front.port, username=USER, password="wrong")
