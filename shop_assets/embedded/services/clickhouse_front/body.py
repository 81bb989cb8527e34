"""The body of a request: a statement, with or without data after it.

This module finds where the statement ends and the data begins; data is passed on chunk by chunk and never held as a
whole, except for INSERT … VALUES, whose end must be searched for.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from .errors import Code, QueryError, refusal
from .statement import InsertHead, holds_second_statement, insert_head

# The engine itself parses 256 KiB (max_query_size) unless a request raises that; VALUES are text to be looked through.
_STATEMENT_LIMIT: Final = 4 * 1024 * 1024
# An INSERT's head must end within this; a thousand columns take a fraction of it.
_HEAD_LIMIT: Final = 256 * 1024
# A write to the file for each chunk that comes from the network would take longer than the chunk.
_BATCH: Final = 512 * 1024


@dataclass(frozen=True)
class Insert:
    """An INSERT with data, which comes in chunks."""

    head: InsertHead
    data: AsyncIterator[bytes]


async def read_statement(url_sql: str, body: AsyncIterator[bytes]) -> Insert | str:
    """The statement of a request: the URL's `query`, then the body, as the server puts them together.

    Raises QueryError: 62 for several statements in INSERT … VALUES or text that is not UTF-8, 307 for too long a one.
    """
    url = url_sql.encode()
    if len(url) > _STATEMENT_LIMIT:
        raise _too_long()
    head = insert_head(_text(url[:_HEAD_LIMIT]))
    if head is not None:
        inline = url[head.data_start :]
        return await _insert(head, inline + b"\n" if inline.strip() else b"", body)
    collected = bytearray(url + b"\n" if url.strip() else b"")
    async for chunk in body:
        looked_at = len(collected)
        collected += chunk
        head = insert_head(_text(collected[:_HEAD_LIMIT])) if looked_at < _HEAD_LIMIT else None
        if head is not None and head.data_start < len(collected):
            return await _insert(head, bytes(collected[head.data_start :]), body)
        if len(collected) > _STATEMENT_LIMIT:
            raise _too_long()
    head = insert_head(_text(collected[:_HEAD_LIMIT]))
    if head is not None:  # without any data: an empty insert
        return await _insert(head, bytes(collected[head.data_start :]), body)
    try:
        return collected.decode()
    except UnicodeDecodeError:
        reason = "Syntax error: a statement must be UTF-8; send other bytes as an INSERT's data"
        raise refusal(Code.SYNTAX_ERROR, reason) from None


def _too_long() -> QueryError:
    return refusal(Code.TOO_MANY_BYTES, f"The statement is longer than {_STATEMENT_LIMIT} bytes")


async def _insert(head: InsertHead, first: bytes, body: AsyncIterator[bytes]) -> Insert:
    data = _after(first, body)
    if head.input_format.lower() != "values":
        return Insert(head, data)
    values = await collect(data, _STATEMENT_LIMIT)
    if holds_second_statement(_text(values)):
        raise refusal(Code.SYNTAX_ERROR, "Syntax error: Multi-statements are not allowed")
    return Insert(head, _after(values, body))


async def collect(body: AsyncIterator[bytes], limit: int) -> bytes:
    """A body as a whole; raises QueryError 307 when it is longer than the limit."""
    collected = bytearray()
    async for chunk in body:
        collected += chunk
        if len(collected) > limit:
            reason = f"The request's body is longer than {limit} bytes; send rows in another format"
            raise refusal(Code.TOO_MANY_BYTES, reason)
    return bytes(collected)


async def batched(data: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in fewer chunks, of at least 512 KiB but for the last one."""
    collected = bytearray()
    async for chunk in data:
        collected += chunk
        if len(collected) >= _BATCH:
            yield bytes(collected)
            collected.clear()
    if collected:
        yield bytes(collected)


async def _after(first: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for chunk in body:
        yield chunk


def _text(data: bytes | bytearray) -> str:
    """The bytes decoded as Latin-1, so that an index into the text is an index into the bytes."""
    return data.decode("latin-1")
