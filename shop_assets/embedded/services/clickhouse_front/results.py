"""Results of a session: whole ones and streamed reads.

They wrap chDB's result objects, so that every error has its code. All calls block.
"""

from collections.abc import Iterator
from typing import Any, Final

from .errors import from_engine

_PIECE: Final = 1024 * 1024


class WholeResult:
    """A statement's whole result, in the engine's memory, and what it cost."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def chunks(self) -> Iterator[bytes]:
        """The result in its format, in chunks of up to 1 MiB."""
        memory = self._result.get_memview()
        view = memory.view()
        for start in range(0, len(view), _PIECE):
            yield bytes(view[start : start + _PIECE])

    def counts(self) -> dict[str, int]:
        """Rows and bytes read and written, under the names of X-ClickHouse-Summary."""
        return {
            "read_rows": self._result.storage_rows_read(),
            "read_bytes": self._result.storage_bytes_read(),
            "written_rows": self._result.rows_written(),
            "written_bytes": self._result.bytes_written(),
            "result_rows": self._result.rows_read(),
            "elapsed_ns": int(self._result.elapsed() * 1e9),
        }


class StreamedResult:
    """A read under way; each block is a whole document of its format, with whatever head and foot that has."""

    def __init__(self, connection: Any, result: Any) -> None:
        self._connection = connection
        self._result = result

    def next_block(self) -> tuple[bytes, int]:
        """The next block and its number of rows: 0 after the last one, and for the one block of an empty result."""
        try:
            block = self._connection.streaming_fetch_result(self._result)
            return bytes(block.bytes()), int(block.rows_read())
        except RuntimeError as error:
            raise from_engine(error) from None
