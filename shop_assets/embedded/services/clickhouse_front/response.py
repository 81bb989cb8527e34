"""A result on its way to the client: chunk by chunk, encoded, with an error in its middle reported as the server does.

This module sends only successful responses; refusals are plain text from `app.py`.
"""

import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .encoding import response_encoding
from .errors import QueryError
from .execution import Result
from .request import Request

_LOGGER: Final = logging.getLogger(__name__)
# As much is held back before the first byte goes out, so that an early error still gets its status and code.
_BUFFERED_START: Final = 1024 * 1024
_MARKER: Final = "__exception__"
_CONTENT_TYPES: Final = {
    "jsoneachrow": "application/x-ndjson; charset=UTF-8",
    "json": "application/json; charset=UTF-8",
    "tabseparated": "text/tab-separated-values; charset=UTF-8",
    "tsv": "text/tab-separated-values; charset=UTF-8",
    "csv": "text/csv; charset=UTF-8",
    "pretty": "text/plain; charset=UTF-8",
    "vertical": "text/plain; charset=UTF-8",
    "values": "text/plain; charset=UTF-8",
    "markdown": "text/markdown; charset=UTF-8",
}


async def buffer_start(chunks: AsyncIterator[bytes]) -> list[bytes]:
    """The first chunks, up to a mebibyte or the end; raises QueryError when the statement fails this early."""
    held: list[bytes] = []
    size = 0
    async for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _BUFFERED_START:
            break
    return held


class ResultResponse(Response):
    """A result going out; its session is closed before the last byte leaves.

    An error on the way is written into the body after the marker of X-ClickHouse-Exception-Tag, and the body is left
    without its end: no client can take a part for the whole.
    """

    def __init__(
        self,
        result: Result,
        held: list[bytes],
        headers: dict[str, str],
        request: Request,
        cleanup: contextlib.AsyncExitStack,
    ) -> None:
        self._result = result
        self._held = held
        self._cleanup = cleanup
        self._tag = secrets.token_hex(8)
        headers = {**headers, "X-ClickHouse-Exception-Tag": self._tag}
        encoding, self._encoder = response_encoding(request.framing, request.accept_encoding)
        if encoding:
            headers["Content-Encoding"] = encoding
        super().__init__(headers=headers, media_type=_content_type(result.output_format))
        # The base class gives the length of a body that it holds; this one's is not known.
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's signature
        """Sends the chunks as they come."""
        async with self._cleanup:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            try:
                while self._held:
                    await self._send(send, self._held.pop(0))
                async for chunk in self._result.chunks:
                    await self._send(send, chunk)
            except QueryError as error:
                _LOGGER.warning("A statement failed with code %d after a part of its result was sent", error.code)
                await self._send(send, self._exception(str(error)))
                await self._flush(send, more=True)
                return
        await self._flush(send, more=False)

    async def _send(self, send: Send, chunk: bytes) -> None:
        body = self._encoder.compress(chunk) if self._encoder else chunk
        if body:
            await send({"type": "http.response.body", "body": body, "more_body": True})

    async def _flush(self, send: Send, *, more: bool) -> None:
        body = self._encoder.flush() if self._encoder else b""
        await send({"type": "http.response.body", "body": body, "more_body": more})

    def _exception(self, message: str) -> bytes:
        text = f"{message}\n".encode()
        head = f"\r\n{_MARKER}\r\n{self._tag}\r\n".encode()
        return head + text + f"{len(text)} {self._tag}\r\n{_MARKER}\r\n".encode()


def _content_type(output_format: str) -> str:
    name = output_format.lower()
    for beginning, content_type in _CONTENT_TYPES.items():
        if name.startswith(beginning):
            return content_type
    return "application/octet-stream"
