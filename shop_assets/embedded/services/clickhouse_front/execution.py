"""A statement run in the engine, its blocking calls handed to a bounded number of threads.

The order within a request is defined here: settings first, one statement only, then insert, streamed read or plain
execution. Requests and responses are not known here.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

from .allowed_syntax import INFORMATION_SCHEMA
from .body import Insert, batched
from .engine import Engine, Session
from .errors import Code, QueryError, denied, refusal
from .native_blocks import with_revision
from .read_only_rules import ReadOnlyRules
from .reader_settings import check_format
from .request import Request
from .result_formats import Joiner, joiner
from .results import StreamedResult, WholeResult
from .spool import append
from .statement import InsertHead, Query, split_format

_T = TypeVar("_T")

_DEFAULT_FORMAT: Final = "TabSeparated"
# A result that cannot be streamed is in memory as a whole; a larger one is refused by the engine (code 396).
_WHOLE_RESULT_LIMIT: Final = {"max_result_bytes": str(256 * 1024 * 1024), "result_overflow_mode": "throw"}
# With these a block is not a document of its own any more.
_WHOLE_ONLY_SETTINGS: Final = frozenset({"extremes", "output_format_json_array_of_rows"})
_WHOLE_ONLY_WORDS: Final = frozenset({"TOTALS", *(name.upper() for name in _WHOLE_ONLY_SETTINGS)})


class EngineThreads:
    """The threads in which the engine's blocking calls run."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="engine")

    async def run(self, call: Callable[..., _T], *arguments: object) -> _T:
        """The call's result, waited for even when the request is cancelled: a session is for one thread at a time."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, call, *arguments)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            with contextlib.suppress(QueryError):  # the request is over: there is no client to report to
                await future
            raise

    def close(self) -> None:
        """Wait for the calls that are under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)


@dataclass
class Result:
    """What goes out: the format's name, the chunks of the result, and the counts for X-ClickHouse-Summary."""

    output_format: str
    chunks: AsyncIterator[bytes]
    counts: dict[str, int] = field(default_factory=dict)

    def summary(self) -> str:
        """The counts as the server writes them: JSON with numbers as strings; zeros where a stream only begins."""
        names = ("read_rows", "read_bytes", "written_rows", "written_bytes", "result_rows", "elapsed_ns")
        return json.dumps({name: str(self.counts.get(name, 0)) for name in names})


async def execute_insert(engine: Engine, threads: EngineThreads, request: Request, insert: Insert) -> Result:
    """Run an INSERT with data, once all of the data is there; the rows are in the table when this returns.

    Raises QueryError with the engine's code, and nothing was inserted, but for what the server would keep too: full
    blocks of a longer insert, and the rows of a table whose materialized view failed.
    """
    path = await threads.run(engine.spool.new_file)
    try:
        async for chunk in batched(insert.data):
            await threads.run(append, path, chunk)
        counts = await threads.run(_insert, engine, request, insert.head, path)
    finally:
        path.unlink()
    return Result(_DEFAULT_FORMAT, _sent(()), counts)


def _insert(engine: Engine, request: Request, head: InsertHead, data: Path) -> dict[str, int]:
    with engine.session() as session:
        _prepare(session, request, {})
        return session.insert(head, data).counts()


async def execute(
    session: Session, threads: EngineThreads, request: Request, sql: str, query_tag: str, rules: ReadOnlyRules
) -> Result:
    """Run a statement without data; the result's chunks come while the engine works.

    A read has `query_tag` as its log_comment, by which `Engine.cancel` finds it. Raises QueryError with the engine's
    code, before or between the chunks.
    """
    query = await threads.run(split_format, sql)
    output_format = query.output_format or request.default_format or _DEFAULT_FORMAT
    blocks = _block_joiner(query, output_format, request)
    query = await threads.run(_checked, session, query, output_format, request, rules)
    outcome = await threads.run(_begin, session, query, output_format, request, blocks is not None, query_tag)
    revision = request.protocol_revision if output_format.lower() == "native" else 0
    if isinstance(outcome, WholeResult):
        chunks: Iterable[bytes] = outcome.chunks()
        if revision:
            chunks = [await threads.run(lambda: with_revision(b"".join(outcome.chunks()), revision))]
        return Result(output_format, _sent(chunks), outcome.counts())
    return Result(output_format, _read(threads, outcome, blocks or Joiner(), revision))


def _prepare(session: Session, request: Request, defaults: Mapping[str, str]) -> None:
    database = request.database if request.readable is None else _readable_database(session, request)
    if database:
        session.use(database)
    session.set({**defaults, **request.settings} if request.may_write else {**request.settings, **defaults})


def _readable_database(session: Session, request: Request) -> str:
    """The database of a reader's unqualified names: never `default`, in which every file of this machine is a table."""
    allowed = (*(request.readable or ()), *INFORMATION_SCHEMA)
    if request.database not in {"", "default"}:
        if request.database not in allowed:
            raise denied(f"the database {request.database}")
        return request.database
    present = session.databases()
    return next(name for name in allowed if name in present)


def _checked(session: Session, query: Query, output_format: str, request: Request, rules: ReadOnlyRules) -> Query:
    """The query to run, after all that can be said against it."""
    if not query.words:
        raise refusal(Code.SYNTAX_ERROR, "Syntax error: Empty query")
    if not request.may_write:
        query = replace(query, sql=rules.without_hidden_parts(query.sql))
    if session.statement_count(query.sql) > 1:
        raise refusal(Code.SYNTAX_ERROR, "Syntax error: Multi-statements are not allowed")
    if not request.may_write:
        check_format(output_format)
        rules.check(session, query.sql, request.readable)
    return query


def _begin(
    session: Session, query: Query, output_format: str, request: Request, streamable: bool, query_tag: str
) -> WholeResult | StreamedResult:
    reads = session.is_read(query.sql)
    if {"INTO", "OUTFILE"} <= query.words and not reads:
        raise refusal(Code.NOT_IMPLEMENTED, "INTO OUTFILE is not supported; the result is in the response")
    limit = {} if streamable else _WHOLE_RESULT_LIMIT
    _prepare(session, request, {**limit, "log_comment": query_tag} if reads else {})
    if reads and streamable:
        reading = session.read(query.sql, output_format)
        if reading is not None:
            return reading
    return session.execute(query.sql, output_format)


def _block_joiner(query: Query, output_format: str, request: Request) -> Joiner | None:
    if query.words & _WHOLE_ONLY_WORDS or _WHOLE_ONLY_SETTINGS & request.settings.keys():
        return None
    return joiner(output_format)


async def _read(threads: EngineThreads, reading: StreamedResult, blocks: Joiner, revision: int) -> AsyncIterator[bytes]:
    def next_block() -> tuple[bytes, int]:
        block, rows = reading.next_block()
        return with_revision(block, revision, is_one_block=True), rows

    block, rows = await threads.run(next_block)
    if block:
        yield blocks.rows(block)
    while rows:
        block, rows = await threads.run(next_block)
        if rows:
            yield blocks.rows(block)
    if blocks.foot:
        yield blocks.foot


async def _sent(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
