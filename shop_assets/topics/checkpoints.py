"""Checkpoints: how far change capture has come, and under which conditions messages were sent.

A resume token alone would mislead when topics were re-created, the key changed or messages have a new format. So it is
saved together with the topics' ids, the key's id and the message format, and used only for the kinds for which these
still hold. A ciphertext of the key is saved too: it shows whether the key ring still has that key.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.capture.changes import Token
from shop_assets.document_store.collection_setup import CHECKPOINTS
from shop_assets.documents.kinds import KINDS, Document, DocumentKind
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.topics.administration import TopicPartitionKey
from shop_assets.topics.errors import KeyLostError
from shop_assets.topics.messages import MESSAGE_FORMAT
from shop_assets.topics.positions import Position
from shop_assets.topics.specification import Topic

NEVER: Final = "nothing was sent before"


@dataclass(frozen=True)
class CheckpointBasis:
    """What a checkpoint rests on; `topic_ids` by kind."""

    topic_ids: Mapping[str, str]
    key_id: str
    message_format: int = MESSAGE_FORMAT

    @classmethod
    def current(cls, topics: Mapping[str, Topic], key_id: str) -> "CheckpointBasis":
        """The basis that holds now."""
        return cls({kind: topic.topic_id for kind, topic in topics.items()}, key_id)


@dataclass(frozen=True)
class Checkpoint:
    """A resume token, the basis of the last snapshot, the last messages that were acknowledged, and a proof of the key
    that encrypted them.
    """

    token: Token
    basis: CheckpointBasis
    positions: Sequence[Position] = ()
    key_proof: str | None = None

    def stale_kinds(self, current: CheckpointBasis) -> dict[DocumentKind, str]:
        """The kinds of which every document must be sent again, and why."""
        saved = self.basis
        reasons = {}
        for kind in KINDS:
            if saved.message_format != current.message_format:
                reasons[kind] = "messages have a new format"
            elif saved.topic_ids.get(kind.name) != current.topic_ids[kind.name]:
                reasons[kind] = "the topic is new"
            elif saved.key_id != current.key_id:
                reasons[kind] = "personal data has a new key"
        return reasons

    def shares_topics(self, current: CheckpointBasis) -> bool:
        """Whether one of the topics still is the one to which something was sent.

        Args:
            current: The basis that holds now.

        Returns:
            False if all were created again.
        """
        return any(self.basis.topic_ids.get(kind.name) == current.topic_ids[kind.name] for kind in KINDS)

    def require_key(self, cipher: PersonalDataCipher, current: CheckpointBasis) -> None:
        """Raise KeyLostError if the topics hold what the key ring can no longer decrypt."""
        if self.key_proof is None or cipher.has_key_of(self.key_proof):
            return
        if not self.shares_topics(current):
            return
        raise KeyLostError(
            f"SHOP_PII_KEYS does not have the key {self.basis.key_id} that encrypted what was sent: restore the key "
            "ring. If that key is lost, run `shop topics recreate` and then `shop run`, which encrypts every document "
            f"with the key {current.key_id}. Nothing was sent."
        )


class Checkpoints:
    """The saved checkpoint of the topics of one prefix; `writer` saves it, as long as its run may write."""

    def __init__(self, database: Database[Document], name: str, writer: Writer) -> None:
        self._collection = database[CHECKPOINTS]
        self._name = name
        self._writer = writer
        self._positions: dict[TopicPartitionKey, Position] = {}

    def load(self) -> Checkpoint | None:
        """The checkpoint, or None before the first snapshot."""
        found = self._collection.find_one({"_id": self._name})
        if found is None:
            return None
        basis = CheckpointBasis(found["topic_ids"], found["key_id"], found["message_format"])
        # Checkpoints of older releases have neither a proof of the key nor positions.
        positions = [Position(**stored) for stored in found.get("positions", ())]
        self._positions = {(position.topic_id, position.partition): position for position in positions}
        return Checkpoint(found["token"], basis, positions, found.get("key_proof"))

    def advance(self, token: Token, key_proof: str, positions: Iterable[Position]) -> None:
        """Save that everything up to the token is acknowledged; `positions` replace those of their partitions."""
        changes = {
            "$set": {
                "token": dict(token),
                "key_proof": key_proof,
                "positions": self._merged(positions),
                "saved_at": datetime.now(UTC),
            }
        }
        self._writer.transact(
            lambda session: self._collection.update_one({"_id": self._name}, changes, session=session)
        )

    def save_after_snapshot(
        self, token: Token, basis: CheckpointBasis, key_proof: str, positions: Iterable[Position]
    ) -> None:
        """Save that all documents were sent on this basis, the token to resume from, and its positions."""
        topic_ids = set(basis.topic_ids.values())
        document = {
            "token": dict(token),
            "topic_ids": dict(basis.topic_ids),
            "key_id": basis.key_id,
            "key_proof": key_proof,
            "message_format": basis.message_format,
            "positions": [stored for stored in self._merged(positions) if stored["topic_id"] in topic_ids],
            "saved_at": datetime.now(UTC),
        }
        self._writer.transact(
            lambda session: self._collection.replace_one({"_id": self._name}, document, upsert=True, session=session)
        )

    def _merged(self, positions: Iterable[Position]) -> list[dict[str, Any]]:
        self._positions |= {(position.topic_id, position.partition): position for position in positions}
        return [asdict(position) for position in self._positions.values()]
