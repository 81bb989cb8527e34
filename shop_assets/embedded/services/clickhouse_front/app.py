"""The HTTP application: `/ping`, and statements with credentials on every request.

It handles a request from its arrival to its response; `response.py` sends a result. No query text and no error text is
logged, because both may quote data; the client gets them.
"""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .body import Insert, collect, read_statement
from .credentials import Credentials
from .decoding import decoded, deframed
from .engine import Engine
from .errors import QueryError, written
from .execution import EngineThreads, Result, execute, execute_insert
from .form import read_form
from .read_only_rules import ReadOnlyRules
from .request import Request, is_on, read_request
from .response import ResultResponse, buffer_start

# A form holds a statement and its parameters, never data.
_FORM_LIMIT: Final = 16 * 1024 * 1024
# Rare enough to cost nothing, soon enough that Spark and this engine do not hold their peaks at the same time.
_RELEASE_SECONDS: Final = 5
# nginx' status for a client that disconnected; it is never read.
_CLIENT_CLOSED: Final = 499


class Front:
    """An open engine, its threads, and its users; what the routes share."""

    def __init__(self, engine: Engine, threads: EngineThreads, credentials: Credentials) -> None:
        self._engine = engine
        self._threads = threads
        self._credentials = credentials
        self._rules = ReadOnlyRules.of(engine)
        self._statements = 0

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Keep memory low while the server runs; at its end stop what outlived the grace time, and the engine."""
        release = asyncio.create_task(self._release_memory())
        with contextlib.ExitStack() as end:
            end.callback(self._engine.close)
            end.callback(self._threads.close)
            end.callback(self._engine.cancel)
            end.callback(release.cancel)
            yield

    async def answer(self, http: HttpRequest) -> Response:
        """Run a request's statement."""
        self._statements += 1
        query_id = http.query_params.get("query_id") or str(uuid.uuid4())
        headers = {
            "X-ClickHouse-Server-Display-Name": "embedded",
            "X-ClickHouse-Timezone": "UTC",
            "X-ClickHouse-Query-Id": query_id,
        }
        cleanup = contextlib.AsyncExitStack()
        try:
            request, statement = await self._read(http)
            if isinstance(statement, Insert):
                result = await execute_insert(self._engine, self._threads, request, statement)
            else:
                result = await self._execute(http, request, statement, cleanup)
            held = await buffer_start(result.chunks)
            headers["X-ClickHouse-Format"] = result.output_format
            headers["X-ClickHouse-Summary"] = result.summary()
            return ResultResponse(result, held, headers, request, cleanup.pop_all())
        except ClientDisconnect:
            return Response(status_code=_CLIENT_CLOSED)
        except QueryError as error:
            headers["X-ClickHouse-Exception-Code"] = str(error.code)
            return PlainTextResponse(f"{error}\n", status_code=error.status, headers=headers)
        finally:
            await cleanup.aclose()

    async def _read(self, http: HttpRequest) -> tuple[Request, Insert | str]:
        pairs = http.query_params.multi_items()
        account = self._credentials.account(http.headers, dict(pairs))
        body = decoded(http.stream(), http.headers.get("content-encoding", "").strip().lower())
        if is_on(http.query_params, "decompress"):
            body = deframed(body)
        content_type = http.headers.get("content-type", "")
        if content_type.lower().startswith("multipart/form-data"):
            form = await collect(body, _FORM_LIMIT)
            pairs += await asyncio.to_thread(read_form, content_type, form)
        request = read_request(pairs, http.headers, account, is_post=http.method == "POST")
        statement = await read_statement(request.sql, body)
        if isinstance(statement, Insert) and not request.may_write:
            raise written()
        return request, statement

    async def _execute(
        self, http: HttpRequest, request: Request, sql: str, cleanup: contextlib.AsyncExitStack
    ) -> Result:
        session = await self._threads.run(self._engine.session)
        cleanup.push_async_callback(self._threads.run, session.close)
        query_tag = f"front-{uuid.uuid4()}"
        # The body is read to its end: what comes now can only be that the client goes away.
        watch = asyncio.create_task(self._cancel_when_gone(http, query_tag))
        cleanup.callback(watch.cancel)
        return await execute(session, self._threads, request, sql, query_tag, self._rules)

    async def _cancel_when_gone(self, http: HttpRequest, query_tag: str) -> None:
        while (await http.receive())["type"] != "http.disconnect":
            pass
        # In a thread of its own: the others may all be busy for clients that have disconnected.
        with contextlib.suppress(QueryError):  # then the statement runs on to its end
            await asyncio.to_thread(self._engine.cancel, query_tag)

    async def _release_memory(self) -> None:
        released_at = 0
        while True:
            await asyncio.sleep(_RELEASE_SECONDS)
            if self._statements != released_at:
                released_at = self._statements
                # Refused while statements fill the memory to its limit; the next round comes soon.
                with contextlib.suppress(QueryError):
                    await asyncio.to_thread(self._engine.release_memory)


def create_app(engine: Engine, threads: EngineThreads, credentials: Credentials) -> Starlette:
    """The application on an open engine, which it closes at its end."""
    front = Front(engine, threads, credentials)
    routes = [Route("/ping", _ping), Route("/", front.answer, methods=["GET", "POST"])]
    return Starlette(routes=routes, lifespan=front.lifespan)


async def _ping(_: HttpRequest) -> Response:
    return PlainTextResponse("Ok.\n")
