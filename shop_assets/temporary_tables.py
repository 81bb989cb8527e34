"""Temporary tables: SQLite keeps a few megabytes of them in memory, the rest in a file that is deleted on close."""

import sqlite3
from types import TracebackType
from typing import Self


class TemporaryTables:
    """Tables that live as long as the block that opens them."""

    def __init__(self, *definitions: str) -> None:
        self._connection = sqlite3.connect("")
        for definition in definitions:
            self._connection.execute(definition)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
