"""The warehouse: ClickHouse's engine in one process (chDB) behind our HTTP front."""

import http.client
import secrets
import sys
from typing import Final

from shop_assets.embedded.credentials import USER
from shop_assets.embedded.errors import NotReadyError
from shop_assets.embedded.services.service import Service, StackContext, Tools
from shop_assets.loopback import LOOPBACK

NAME: Final = "clickhouse"
LABEL: Final = "ClickHouse (chDB)"
PORTS: Final = ("clickhouse",)
READER: Final = "reader"
READABLE: Final = ("mart", "raw")
"""The databases that the reader may read; unqualified names are in the first."""

PROBE_TABLE: Final = "default.stack_readiness"
PROBE_SECONDS: Final = 5
CREATE: Final = (
    f"CREATE TABLE IF NOT EXISTS {PROBE_TABLE} (token String, written DateTime DEFAULT now()) "
    "ENGINE = MergeTree ORDER BY written TTL written + INTERVAL 1 HOUR"
)


def service(context: StackContext, _tools: Tools) -> Service:
    """The front with its engine; clients speak ClickHouse's HTTP interface to it."""
    return Service(
        name=NAME,
        command=(
            sys.executable, "-P", "-m", "shop_assets.embedded.services.clickhouse_front",
            "--host", LOOPBACK,
            "--port", str(context.ports[NAME]),
            "--path", str(context.home.data(NAME)),
            "--readable", *READABLE,
        ),
        environment={
            "CLICKHOUSE_USER": USER,
            "CLICKHOUSE_PASSWORD": context.credentials.clickhouse_password,
            "CLICKHOUSE_READER_USER": READER,
            "CLICKHOUSE_READER_PASSWORD": context.credentials.clickhouse_reader_password,
        },
        stop_seconds=30,  # running statements end, and the engine closes its tables
    )  # fmt: skip


def probe(context: StackContext) -> None:
    """Insert a row and select it again, over plain HTTP, which is all that the front speaks. Raises NotReadyError."""
    token = secrets.token_hex(8)
    try:
        _ask(context, CREATE)
        # The token is hex digits.
        _ask(context, f"INSERT INTO {PROBE_TABLE} (token) VALUES ('{token}')")  # noqa: S608
        found = _ask(context, f"SELECT count() FROM {PROBE_TABLE} WHERE token = '{token}'")  # noqa: S608
    except (OSError, http.client.HTTPException) as error:
        raise NotReadyError(f"ClickHouse: {type(error).__name__}") from error
    if found.strip() != "1":
        raise NotReadyError("ClickHouse: what was written is not what was read")


def _ask(context: StackContext, statement: str) -> str:
    connection = http.client.HTTPConnection(LOOPBACK, context.ports[NAME], timeout=PROBE_SECONDS)
    try:
        headers = {"X-ClickHouse-User": USER, "X-ClickHouse-Key": context.credentials.clickhouse_password}
        connection.request("POST", "/", statement.encode(), headers)
        response = connection.getresponse()
        answer = response.read().decode()
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise NotReadyError(f"ClickHouse: HTTP {response.status}")
    return answer
