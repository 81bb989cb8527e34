"""A warehouse in this process for the length of an inspection: ClickHouse's engine on a temporary folder.

It has the tables, functions and views of `sql/`, as the pipeline's warehouse has them; where an inspection was made
before, they are unpacked and not created again (`prepared_warehouse.py`). `LocalClient` offers the few calls of
clickhouse-connect that the warehouse's own modules make.
"""

import contextlib
import importlib.util
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from shop_assets.documents.kinds import DocumentKind
from shop_assets.errors import InputError, ShopError
from shop_assets.inspection.prepared_warehouse import archive_of, discard, pack, unpack
from shop_assets.inspection.settings import InspectionSettings
from shop_assets.temporary_folders import temporary_folder
from shop_assets.warehouse.mart.reading_rules import reading_rules
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.statement_settings import cleaning_settings

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from shop_assets.embedded.services.clickhouse_front.local_engine import LocalEngine

_SOURCE: Final = "inspection"
_BATCH_ROWS: Final = 5_000
_BATCH_BYTES: Final = 32 * 1024 * 1024
_SPILLED: Final = 200 * 1000 * 1000
"""How many bytes a query groups or sorts in memory; the rest goes to disk. A million ids need more."""

_QUERY_SETTINGS: Final[Mapping[str, str]] = {
    "output_format_json_quote_64bit_integers": "0",
    "max_bytes_before_external_group_by": str(_SPILLED),
    "max_bytes_before_external_sort": str(_SPILLED),
}
_COLUMNS: Final = (
    "id, payload, kafka_topic, kafka_topic_id, kafka_partition, kafka_offset, kafka_timestamp, operation, source_time, "
    "ingested_at"
)


@dataclass(frozen=True)
class LocalResult:
    """The rows of a query."""

    column_names: Sequence[str]
    result_rows: Sequence[Sequence[Any]]

    def named_results(self) -> Iterator[dict[str, Any]]:
        """The rows, column name to value."""
        return (dict(zip(self.column_names, row, strict=True)) for row in self.result_rows)


class LocalClient:
    """Runs statements in the engine; `folder` is for the rows on their way into it."""

    def __init__(self, engine: "LocalEngine", folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def command(
        self, statement: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> None:
        """Run a statement that returns nothing."""
        self._engine.run(statement, _assignments(parameters, settings))

    def query(
        self, statement: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> LocalResult:
        """Run a query to its end."""
        assignments = {**_assignments(parameters, settings), **_QUERY_SETTINGS}
        content = orjson.loads(self._engine.run(statement, assignments, "JSONCompact"))
        return LocalResult([column["name"] for column in content["meta"]], content["data"])

    def insert(self, table: str, data: Sequence[Sequence[Any]], column_names: Sequence[str]) -> None:
        """Insert a few rows."""
        lines = b"".join(orjson.dumps(list(row)) + b"\n" for row in data)
        self.insert_lines(f"{table} ({', '.join(column_names)})", lines, "JSONCompactEachRow")

    def insert_lines(self, target: str, lines: bytes, lines_format: str) -> None:
        """Insert rows that are written already."""
        path = self._folder / "rows"
        path.write_bytes(lines)
        self._engine.insert_file(target, path, lines_format, _assignments(None, cleaning_settings(len(lines))))

    def release_memory(self) -> None:
        """Return memory of past statements to the machine."""
        self._engine.release_memory()


class InspectedMessages:
    """Documents on their way into RAW, as messages of their kind's topic, newer last: a partition for each file, whose
    offsets are the positions in it.
    """

    def __init__(self, client: LocalClient, kind: DocumentKind) -> None:
        self._client = client
        self._kind = kind
        self._lines: list[bytes] = []
        self._size = 0
        self._added = 0
        self._file = 0
        self._now = datetime.now(UTC)

    def begin_file(self) -> None:
        """Count the documents that follow to another file."""
        self._file += 1

    def add(self, document_id: str, position: int, payload: bytes) -> None:
        """Add a document; a batch is inserted when it is full.

        Args:
            document_id: Its natural id.
            position: Its place in its file; positions grow.
            payload: Its JSON, with personal data encrypted.
        """
        moment = f"{self._now:%Y-%m-%d %H:%M:%S}"
        row = {
            "id": document_id,
            "payload": payload.decode(),
            "kafka_topic": _SOURCE,
            "kafka_topic_id": _SOURCE,
            "kafka_partition": self._file,
            "kafka_offset": position,
            "kafka_timestamp": moment,
            "operation": "snapshot",
            "source_time": (int(self._now.timestamp()) << 32) + self._added,
            "ingested_at": moment,
        }
        line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        self._added += 1
        self._lines.append(line)
        self._size += len(line)
        if len(self._lines) >= _BATCH_ROWS or self._size >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Insert what is left."""
        if self._lines:
            self._client.insert_lines(f"raw.{self._kind.name} ({_COLUMNS})", b"".join(self._lines), "JSONEachRow")
            self._client.release_memory()
        self._lines, self._size = [], 0


@contextlib.contextmanager
def local_warehouse(settings: InspectionSettings) -> Iterator[LocalClient]:
    """Open a warehouse with the tables and views of `sql/`, and delete it after the block.

    Args:
        settings: How values are read.

    Yields:
        A client.

    Raises:
        ShopError: The engine is not installed.
        InputError: It would take the folder for temporary files for a pattern.
    """
    if importlib.util.find_spec("chdb") is None:
        raise ShopError("An inspection needs ClickHouse's engine: install shop-assets[embedded]")
    from shop_assets.embedded.services.clickhouse_front.local_engine import local_engine

    _refuse_patterns(tempfile.gettempdir())
    rules = reading_rules(settings)
    archive = archive_of(rules)
    with temporary_folder("shop-inspect-") as folder, _temporary_files_in(folder), contextlib.ExitStack() as opened:
        data = folder / "data"
        engine = _unpacked_engine(opened, archive, data)
        if engine is None:
            with local_engine(data) as new:
                apply_migrations(cast("Client", LocalClient(new, folder)), rules=rules)
            pack(data, archive)
            engine = opened.enter_context(local_engine(data))
        yield LocalClient(engine, folder)


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Let the engine put its own temporary files into a folder: one that is interrupted leaves them."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["TMPDIR"]
        if before is not None:
            os.environ["TMPDIR"] = before


def _refuse_patterns(folder: str) -> None:
    from shop_assets.embedded.services.clickhouse_front.spool import PATTERN_CHARACTERS

    if found := " ".join(character for character in PATTERN_CHARACTERS if character in folder):
        raise InputError(
            f"The folder for temporary files is {folder}: ClickHouse's engine reads a path with {found} as a "
            "pattern of paths. Set TMPDIR to another folder."
        )


def _unpacked_engine(opened: contextlib.ExitStack, archive: Path, data: Path) -> "LocalEngine | None":
    from shop_assets.embedded.services.clickhouse_front.errors import QueryError
    from shop_assets.embedded.services.clickhouse_front.local_engine import local_engine

    if not unpack(archive, data):
        return None
    try:
        return opened.enter_context(local_engine(data))
    except QueryError:
        discard(archive, data)
        return None


def _assignments(parameters: Mapping[str, Any] | None, settings: Mapping[str, Any] | None) -> dict[str, str]:
    given = {f"param_{name}": str(value) for name, value in (parameters or {}).items()}
    return given | {name: str(value) for name, value in (settings or {}).items()}
