"""How far a snapshot has come, so that the next run goes on where a killed one stopped.

Like a checkpoint it is saved only after every message before it was acknowledged, and it holds for the same topics, key
and format alone. With it lies what was sent, in parts: a snapshot ends with a new sent index, which needs all of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.capture.changes import StreamPosition, is_available
from shop_assets.document_store.collection_setup import CHECKPOINTS, SENT_CHANGES
from shop_assets.documents.kinds import Document, DocumentKind
from shop_assets.topics.checkpoints import CheckpointBasis
from shop_assets.topics.sent_buckets import (
    SentDocuments,
    load_bucket,
    packed_ids,
    stored_bucket,
    unpacked_ids,
    without_tombstones,
)

WHOLE: Final = "whole"
"""All documents of a kind were sent."""


class SnapshotProgress:
    """The progress of one snapshot, which is begun or resumed before anything else."""

    def __init__(self, database: Database[Document], name: str, writer: Writer) -> None:
        """Name the progress after a checkpoint; nothing is read yet.

        Args:
            database: The database of the checkpoints.
            name: The name of the checkpoint.
            writer: Makes the writes, as long as this run may write.
        """
        self._database = database
        self._name = f"{name} snapshot"
        self._states = database[CHECKPOINTS]
        self._parts = database[SENT_CHANGES]
        self._writer = writer
        self._state: dict[str, Any] = {}

    @property
    def position(self) -> StreamPosition:
        """Where the change stream was when the snapshot began."""
        return StreamPosition(self._state["token"])

    @property
    def source_time(self) -> int:
        """The source time of its messages."""
        return int(self._state["source_time"])

    def resume(self, kinds: Iterable[DocumentKind], basis: CheckpointBasis, key: str) -> bool:
        """Go on with the snapshot of a killed run, if it was of these kinds and the same messages would be sent.

        Args:
            kinds: The kinds that need a snapshot.
            basis: The basis that holds now.
            key: The fingerprint of the key that encrypts.

        Returns:
            False if there is none; then call `begin`.
        """
        found = self._states.find_one({"_id": self._name})
        if (
            found is None
            or found["of"] != self._identity(kinds, basis, key)
            or not is_available(self._database, found["token"])
        ):
            return False
        self._state = found
        return True

    def begin(
        self,
        kinds: Iterable[DocumentKind],
        basis: CheckpointBasis,
        key: str,
        position: StreamPosition,
        source_time: int,
    ) -> None:
        """Begin a snapshot, and forget that of a killed run.

        Args:
            kinds: Its kinds.
            basis: The basis that holds now.
            key: The fingerprint of the key that encrypts.
            position: Where the change stream is.
            source_time: The source time of its messages.
        """
        self.forget()
        state: dict[str, Any] = {"token": dict(position.token), "source_time": source_time, "parts": 0, "last": {}}
        self._state = {"_id": self._name, "of": self._identity(kinds, basis, key)} | state

    def last(self, kind: DocumentKind) -> Mapping[str, Any] | str | None:
        """How far a kind has come.

        Args:
            kind: The kind.

        Returns:
            The last document's `_id`, as the field of a document; `WHOLE`; None before the first one.
        """
        found: Mapping[str, Any] | str | None = self._state["last"].get(kind.name)
        return found

    def advance(self, kind: DocumentKind, last: Mapping[str, Any] | str, sent: SentDocuments) -> None:
        """Save that everything up to a document is acknowledged.

        Args:
            kind: Its kind.
            last: Its `_id`, as the field of a document; `WHOLE` after the last one.
            sent: What was sent since the last call: digests by id, None for what was rejected.
        """
        made = without_tombstones(sent)
        part = {"_id": f"{self._name}/{self._state['parts']}", "snapshot": self._name, "kind": kind.name}
        part |= stored_bucket(made) | {"rejected": packed_ids(sent.keys() - made.keys())}
        state = self._state | {"parts": self._state["parts"] + 1, "last": self._state["last"] | {kind.name: last}}

        def write(session: ClientSession) -> None:
            self._parts.replace_one({"_id": part["_id"]}, part, upsert=True, session=session)
            self._states.replace_one({"_id": self._name}, state, upsert=True, session=session)

        self._writer.transact(write)
        self._state = state

    def sent(self) -> Iterator[tuple[str, SentDocuments]]:
        """Read what the killed run sent.

        Yields:
            The kind's name, and digests by id, in the order in which they were saved.
        """
        for number in range(self._state["parts"]):
            part = self._parts.find_one({"_id": f"{self._name}/{number}"})
            if part is not None:
                yield part["kind"], {**load_bucket(part), **dict.fromkeys(unpacked_ids(part["rejected"]))}

    def forget(self) -> None:
        """Remove what is saved: the snapshot is complete, or another one begins."""

        def write(session: ClientSession) -> None:
            self._states.delete_one({"_id": self._name}, session=session)
            self._parts.delete_many({"snapshot": self._name}, session=session)

        if self._states.find_one({"_id": self._name}, {"_id": 1}) is not None:
            self._writer.transact(write)

    @staticmethod
    def _identity(kinds: Iterable[DocumentKind], basis: CheckpointBasis, key: str) -> dict[str, Any]:
        return {
            "kinds": [kind.name for kind in kinds],
            "topic_ids": dict(basis.topic_ids),
            "key": f"{basis.key_id} {key}",
            "message_format": basis.message_format,
        }
