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
from shop_assets.document_store.validators import PUBLICATIONS
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.topics.administration import Topic
from shop_assets.topics.messages import MESSAGE_FORMAT

NEVER: Final = "nothing was published before"


@dataclass(frozen=True)
class Circumstances:
    """What messages were published under; `topic_ids` by kind."""

    topic_ids: Mapping[str, str]
    key_id: str
    message_format: int = MESSAGE_FORMAT

    @classmethod
    def of(cls, topics: Mapping[str, Topic], key_id: str) -> "Circumstances":
        """The circumstances of now."""
        return cls({kind: topic.topic_id for kind, topic in topics.items()}, key_id)


@dataclass(frozen=True)
class SavedPosition:
    """A position, and the circumstances of the last whole publication."""

    token: Token
    circumstances: Circumstances

    def outdated(self, now: Circumstances) -> dict[DocumentKind, str]:
        """The kinds that must be published anew, and why."""
        then = self.circumstances
        reasons = {}
        for kind in KINDS:
            if then.message_format != now.message_format:
                reasons[kind] = "messages have a new format"
            elif then.topic_ids.get(kind.name) != now.topic_ids[kind.name]:
                reasons[kind] = "the topic is new"
            elif then.key_id != now.key_id and (kind.phones or kind.emails):
                reasons[kind] = "personal data has a new key"
        return reasons


class Positions:
    """The saved position of the topics of one prefix."""

    def __init__(self, database: Database[dict[str, Any]], name: str) -> None:
        self._collection = database[PUBLICATIONS]
        self._name = name

    def load(self) -> SavedPosition | None:
        """The position, or None before the first publication."""
        found = self._collection.find_one({"_id": self._name})
        if found is None:
            return None
        circumstances = Circumstances(found["topic_ids"], found["key_id"], found["message_format"])
        return SavedPosition(found["token"], circumstances)

    def move(self, token: Token) -> None:
        """Saves that everything up to the token is acknowledged."""
        self._collection.update_one(
            {"_id": self._name}, {"$set": {"token": dict(token), "saved_at": datetime.now(UTC)}}
        )

    def begin(self, token: Token, circumstances: Circumstances) -> None:
        """Saves that all documents are published under these circumstances, and the position to go on from."""
        document = {
            "token": dict(token),
            "topic_ids": dict(circumstances.topic_ids),
            "key_id": circumstances.key_id,
            "message_format": circumstances.message_format,
            "saved_at": datetime.now(UTC),
        }
        self._collection.replace_one({"_id": self._name}, document, upsert=True)
