"""How far the topics are: the position in the change stream, and what was published under.

A position alone would lie when the topics were made anew, the key changed or messages look different now: so it is kept
together with the topics' ids, the key's id and the message format, and only trusted as far as these still hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.database import Database

from shop_assets.document_store.changes import Token
from shop_assets.document_store.validators import CHECKPOINTS
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.topics.administration import Topic
from shop_assets.topics.messages import MESSAGE_FORMAT

NEVER: Final = "nothing was sent before"


@dataclass(frozen=True)
class CheckpointBasis:
    """What messages were published under; `topic_ids` by kind."""

    topic_ids: Mapping[str, str]
    key_id: str
    message_format: int = MESSAGE_FORMAT

    @classmethod
    def current(cls, topics: Mapping[str, Topic], key_id: str) -> "CheckpointBasis":
        """The basis of now."""
        return cls({kind: topic.topic_id for kind, topic in topics.items()}, key_id)


@dataclass(frozen=True)
class Checkpoint:
    """A position, and the basis of the last whole publication."""

    token: Token
    basis: CheckpointBasis

    def stale_kinds(self, current: CheckpointBasis) -> dict[DocumentKind, str]:
        """The kinds that must be published anew, and why."""
        saved = self.basis
        reasons = {}
        for kind in KINDS:
            if saved.message_format != current.message_format:
                reasons[kind] = "messages have a new format"
            elif saved.topic_ids.get(kind.name) != current.topic_ids[kind.name]:
                reasons[kind] = "the topic is new"
            elif saved.key_id != current.key_id and (kind.phones or kind.emails):
                reasons[kind] = "personal data has a new key"
        return reasons


class Checkpoints:
    """The saved position of the topics of one prefix."""

    def __init__(self, database: Database[dict[str, Any]], name: str) -> None:
        self._collection = database[CHECKPOINTS]
        self._name = name

    def load(self) -> Checkpoint | None:
        """The position, or None before the first publication."""
        found = self._collection.find_one({"_id": self._name})
        if found is None:
            return None
        basis = CheckpointBasis(found["topic_ids"], found["key_id"], found["message_format"])
        return Checkpoint(found["token"], basis)

    def advance(self, token: Token) -> None:
        """Saves that everything up to the token is acknowledged."""
        self._collection.update_one(
            {"_id": self._name}, {"$set": {"token": dict(token), "saved_at": datetime.now(UTC)}}
        )

    def save_after_snapshot(self, token: Token, basis: CheckpointBasis) -> None:
        """Saves that all documents are published on this basis, and the position to go on from."""
        document = {
            "token": dict(token),
            "topic_ids": dict(basis.topic_ids),
            "key_id": basis.key_id,
            "message_format": basis.message_format,
            "saved_at": datetime.now(UTC),
        }
        self._collection.replace_one({"_id": self._name}, document, upsert=True)
