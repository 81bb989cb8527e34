"""ClickHouse's engine in this process: one data folder, and a connection per request.

Every call into chDB is here, all of them blocking; nothing here knows HTTP. They call the private module `chdb._chdb`,
because chdb's public wrapper drops the head of a streamed result without rows, and cannot count the statements of a
text. chdb is pinned exactly, and the tests exercise every call.
"""

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .errors import from_engine
from .results import StreamedResult, WholeResult
from .spool import PATTERN_CHARACTERS, Spool
from .statement import InsertHead

# The stack's processes together stay under 4 GiB; this is the engine's share. A query over it fails with code 241.
DEFAULT_MEMORY_LIMIT: Final = 1_500_000_000
# A server's default caches of marks, indexes and file footers are several GiB each, more than the whole stack may take.
_CACHES: Final = {
    "mark_cache_size": 64 * 1024 * 1024,
    "index_mark_cache_size": 16 * 1024 * 1024,
    "primary_index_cache_size": 64 * 1024 * 1024,
    "parquet_metadata_cache_size": 16 * 1024 * 1024,
}
# What differs from a server's defaults, in favour of memory; a request's own settings win.
_SESSION_SETTINGS: Final[Mapping[str, int | str]] = {
    # A bigger machine's cores serve the other requests.
    "max_threads": min(8, os.cpu_count() or 1),
    # The pages of a mapped file count as this process' memory.
    "storage_file_read_method": "pread",
    # What is gathered for one part, twice what the shop inserts at a time (256 MiB on a server), and by one thread.
    "min_insert_block_size_bytes": 128 * 1024 * 1024,
    "max_insert_threads": 1,
}
_NOT_STREAMABLE: Final = "Streaming query is not supported"
_TEXT_ESCAPES: Final = str.maketrans({"\\": "\\\\", "'": "\\'", "\0": "\\0"})
_NAME_ESCAPES: Final = str.maketrans({"\\": "\\\\", "`": "\\`"})


class Engine:
    """The engine on one data folder; while it is open, no other process can open that folder."""

    def __init__(self, path: Path, memory_limit: int = DEFAULT_MEMORY_LIMIT) -> None:
        """Open the folder, creating it if it is missing.

        Raises QueryError when another process has it open, ValueError for a path that chDB does not accept.
        """
        if any(character in str(path.absolute()) for character in PATTERN_CHARACTERS):
            raise ValueError(f"the data folder's path must not contain any of {PATTERN_CHARACTERS}: {path}")
        # Times without a zone are UTC on every machine, as on the full stack's server.
        os.environ["TZ"] = "UTC"
        # Here, not above: it loads 530 MB, which only the running front needs.
        chdb = importlib.import_module("chdb._chdb")
        # Signals belong to the HTTP server: it ends the requests first and the engine after them.
        chdb.set_signal_handlers_enabled(0)
        self._connect = chdb.connect
        self._path = str(path.absolute())
        limits = {"max_server_memory_usage": memory_limit, **_CACHES}
        # The engine runs as long as one connection is open: this one, until `close`.
        self._keeper = self._open(limits)
        # Only now: the folder is ours.
        self.spool = Spool(path.absolute() / "spool")

    def _open(self, options: Mapping[str, int | str]) -> Any:
        arguments = "&".join(f"{name}={value}" for name, value in options.items())
        try:
            return self._connect(f"{self._path}?{arguments}")
        except RuntimeError as error:
            raise from_engine(error) from None

    def session(self) -> "Session":
        """A connection for one request, with its own settings, database and temporary tables."""
        return Session(self._open(_SESSION_SETTINGS))

    def cancel(self, log_comment: str | None = None) -> None:
        """Cancel the running statements that have this `log_comment`; without one, all of them."""
        condition = "1" if log_comment is None else f"Settings['log_comment'] = {quoted(log_comment)}"
        with self.session() as session:
            session.execute(f"KILL QUERY WHERE {condition} ASYNC", "Null")

    def release_memory(self) -> None:
        """Return memory of past statements to the machine; the allocator would keep it (up to 800 MB observed)."""
        with self.session() as session:
            session.execute("SYSTEM JEMALLOC PURGE", "Null")

    def close(self) -> None:
        """End the engine and its background work; every acknowledged row is in the data folder."""
        self._keeper.close()


class Session:
    """One request's connection to the engine; for one thread at a time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a running read or insert is cancelled."""
        self._connection.close()

    def statement_count(self, sql: str) -> int:
        """How many statements a text holds; 0 when the engine cannot parse it."""
        return int(self._classify(sql)["statement_count"])

    def is_read(self, sql: str) -> bool:
        """Whether a statement only reads: SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS, CHECK."""
        return str(self._classify(sql)["query_class"].name) == "READ_ONLY"

    def syntax_tree(self, sql: str) -> bytes:
        """The syntax tree of a statement as JSON. Nothing of the statement is evaluated.

        Raises QueryError: 62 when the engine cannot parse it, 36 when it cannot show the tree of such a statement.
        """
        return b"".join(self.execute(f"SELECT parseQueryToJSON({quoted(sql)})", "RawBLOB").chunks())

    def databases(self) -> list[str]:
        """The names of all databases."""
        return b"".join(self.execute("SHOW DATABASES", "TSVRaw").chunks()).decode().splitlines()

    def _classify(self, sql: str) -> dict[str, Any]:
        try:
            classified: dict[str, Any] = self._connection.classify_query(sql)
        except RuntimeError as error:
            raise from_engine(error) from None
        return classified

    def set(self, settings: Mapping[str, str]) -> None:
        """Settings and, as `param_x`, query parameters of this session; the engine checks names and values."""
        if settings:
            assignments = ", ".join(f"{name} = {quoted(value)}" for name, value in settings.items())
            self.execute(f"SET {assignments}", "Null")

    def use(self, database: str) -> None:
        """Make a database the one that unqualified names mean."""
        self.execute(f"USE `{database.translate(_NAME_ESCAPES)}`", "Null")

    def execute(self, sql: str, output_format: str) -> WholeResult:
        """Run a statement to its end and return its whole result."""
        try:
            return WholeResult(self._connection.query(sql, output_format))
        except RuntimeError as error:
            raise from_engine(error) from None

    def read(self, sql: str, output_format: str) -> StreamedResult | None:
        """Begin a read whose result comes block by block; None for statements that the engine does not stream."""
        try:
            return StreamedResult(self._connection, self._connection.send_query(sql, output_format))
        except RuntimeError as error:
            if _NOT_STREAMABLE in str(error):
                return None
            raise from_engine(error) from None

    def insert(self, head: InsertHead, data: Path) -> WholeResult:
        """Insert the rows of a file; they are in the table when this returns.

        The engine gathers them to blocks of up to 1,048,449 rows or 128 MiB: one part for all that is smaller.
        """
        if head.after_input is not None:
            # The engine has no `input` of its own: it would insert nothing, and report success.
            source = f"file({quoted(str(data))}, {quoted(head.input_format)}, "
            return self.execute(f"{head.target}{source}{head.after_input}", "Null")
        infile = f"{head.target} FROM INFILE {quoted(str(data))} COMPRESSION 'none'"
        return self.execute(f"{infile} {head.settings} FORMAT {head.input_format}", "Null")


def quoted(value: str) -> str:
    """A text as an SQL literal."""
    return f"'{value.translate(_TEXT_ESCAPES)}'"
