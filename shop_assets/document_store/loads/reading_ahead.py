"""Reading ahead: a thread reads, parses and encodes the next documents while MongoDB writes the ones before them.

One thread is enough, and no other process: MongoDB needs longer for a document than reading it takes. The order of the
documents and what is done with them do not depend on it.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from shop_assets.document_store.bson_documents import StorableDocument, to_bson
from shop_assets.document_store.loads.read_tasks import ReadTask
from shop_assets.document_store.shapes import RejectReason
from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.mapping.translation import Found, ParsedDocument, UnreadableDocument

AHEAD_BYTES: Final = 16 * 1024 * 1024
"""Bytes of BSON that were read ahead and not taken yet. Parsed, the documents need about five times as much. A single
document may be larger."""

SMALL_BYTES: Final = 1024
"""Of what has no BSON: a document that cannot be stored, an empty page."""

LEAVING_SECONDS: Final = 1.0
"""A thread that waits for S3 when the load fails is left to itself; it only reads."""

PART: Final = 50
"""Documents that are handed over together."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was found, and if it is a document, its BSON or why it has none."""

    found: Found
    encoded: StorableDocument | RejectReason | None = None

    @property
    def size(self) -> int:
        """Its bytes, about."""
        if isinstance(self.encoded, StorableDocument):
            return len(self.encoded.bson.raw)
        return len(self.found.text) if isinstance(self.found, UnreadableDocument) else SMALL_BYTES


Handed = list[ReadDocument] | BaseException | None
"""Some documents of an object, what reading it raised, or None after its last one."""


class ReadingAhead:
    """Reads the objects of some tasks in their order. Use as a context manager: the thread ends with the block."""

    def __init__(self, kind: DocumentKind, read: Callable[[str], Iterator[Found]], tasks: Iterable[ReadTask]) -> None:
        """Take on the tasks; the thread begins with the block.

        Args:
            kind: The kind of the documents.
            read: Reads the documents of an object, by its key.
            tasks: What is read, in this order.
        """
        self._kind = kind
        self._read = read
        self._tasks = list(tasks)
        self._handed: deque[tuple[Handed, int]] = deque()
        self._held = 0
        self._changed = threading.Condition()
        self._is_over = False
        self._thread = threading.Thread(target=self._work, name="reading ahead", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._thread.join(LEAVING_SECONDS)

    def documents(self) -> Iterator[ReadDocument]:
        """Take the documents of the next task's object; call it once for each task, and read to the end.

        Yields:
            The documents in their order.

        Raises:
            ObjectStoreError: The object could not be read, or was replaced while it was read.
        """
        while (part := self._take()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield from part

    def _take(self) -> Handed:
        with self._changed:
            self._changed.wait_for(lambda: self._handed)
            part, size = self._handed.popleft()
            self._held -= size
            self._changed.notify_all()
            return part

    def _work(self) -> None:
        for task in self._tasks:
            try:
                self._read_object(task.summary.key)
            except _OverError:
                return
            except BaseException as error:  # noqa: BLE001  # raised where the documents are taken
                self._hand_quietly(error)
            else:
                self._hand_quietly(None)

    def _read_object(self, key: str) -> None:
        part: list[ReadDocument] = []
        size = 0
        for found in self._read(key):
            encoded = to_bson(self._kind, found.document) if isinstance(found, ParsedDocument) else None
            part.append(ReadDocument(found, encoded))
            size += part[-1].size
            if len(part) >= PART or size >= AHEAD_BYTES // PART:
                self._hand(part, size)
                part, size = [], 0
        if part:
            self._hand(part, size)

    def _hand(self, part: Handed, size: int = 0) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or not self._held or self._held + size <= AHEAD_BYTES)
            if self._is_over:
                raise _OverError
            self._handed.append((part, size))
            self._held += size
            self._changed.notify_all()

    def _hand_quietly(self, part: Handed) -> None:
        with self._changed:
            self._handed.append((part, 0))
            self._changed.notify_all()


class _OverError(Exception):
    """Nobody takes the documents any more."""
