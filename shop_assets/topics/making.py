"""Making messages: a document with its personal data encrypted, as JSON, or the reason why there is no message of it.

This module only computes; it sends nothing, because the messages of a snapshot are made in worker processes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from bson.codec_options import CodecOptions

from shop_assets.document_store.capture.changes import Change, Operation
from shop_assets.document_store.capture.snapshots import SnapshotPage, page_changes
from shop_assets.document_store.rejects import RejectedDocument, collection_key
from shop_assets.documents.json_text import UnwritableError
from shop_assets.documents.kinds import Document, DocumentKind
from shop_assets.language.counts import counted
from shop_assets.personal_data.encryption import PersonalDataEncryption, PersonalIdError
from shop_assets.topics.messages import Message, to_message
from shop_assets.topics.specification import MAXIMUM_MESSAGE_BYTES, Topic

TOO_LARGE: Final = "message is larger than the topic takes"
UNWRITABLE: Final = "cannot be written as JSON"
BLANK_ID: Final = "_id is blank"
BATCH_OVERHEAD: Final = 1024
"""Bytes that a batch of one message adds to key and value: headers of record and batch."""


class MadeMessage(NamedTuple):
    """What a change makes: a message or a reject. `digest` is that of the message; None for a tombstone. The rest is
    for the counts. A tuple, because millions of them go from process to process.
    """

    kind: DocumentKind
    operation: Operation
    document_id: str
    message: Message | RejectedDocument
    digest: int | None = None
    encrypted: int = 0
    from_cache: int = 0
    not_normalised: int = 0
    elsewhere: Mapping[str, int] | None = None


class MessageMaker:
    """Makes the messages of changes."""

    def __init__(self, encryption: PersonalDataEncryption, topics: Mapping[str, Topic]) -> None:
        """Take what encrypts, and the limits of the topics.

        Args:
            encryption: Encrypts personal data.
            topics: The topics by the kind's name, whose limits hold.
        """
        self._encryption = encryption
        self._topics = {kind: (topic.name, topic.maximum_message_bytes) for kind, topic in topics.items()}

    def with_sent_id(self, change: Change) -> Change:
        """Give a change the id that is sent: one that is personal data is encrypted.

        Args:
            change: The change, under the id that MongoDB has.

        Returns:
            The change under the other id.
        """
        sent_id = self._encryption.sent_id(change.document_id)
        return change if sent_id == change.document_id else replace(change, document_id=sent_id)

    def make(self, change: Change) -> MadeMessage:
        """Make the message of a change.

        Args:
            change: The change, under the id that is sent.

        Returns:
            The message; a reject if the document makes none that the topic accepts.
        """
        counts, elsewhere = self._encryption.counts, self._encryption.elsewhere
        counts.clear()
        elsewhere.clear()
        message = self._message(change)
        if isinstance(message, RejectedDocument):
            return MadeMessage(change.kind, change.operation, change.document_id, message)
        return MadeMessage(
            change.kind,
            change.operation,
            change.document_id,
            message,
            message.digest,
            counts["values"],
            counts["from_cache"],
            counts["not_normalised"],
            dict(elsewhere) if elsewhere else None,
        )

    def _message(self, change: Change) -> Message | RejectedDocument:
        topic, accepted = self._topics[change.kind.name]
        if change.document is not None and not change.document_id.strip():
            return _reject(change, BLANK_ID, "MART has no document without an id")
        try:
            document = None if change.document is None else self._encryption.encrypt(change.kind, change.document)
            message = to_message(change, document)
        except (UnwritableError, UnicodeEncodeError) as error:
            reason = str(error) if isinstance(error, UnwritableError) else "text that is not valid Unicode"
            return _reject(change, UNWRITABLE, reason)
        except PersonalIdError as error:
            return _reject(change, error.reason, f"{error.path}: SHOP_PERSONAL_IDS=encrypt encrypts such ids")
        limit = min(accepted, MAXIMUM_MESSAGE_BYTES)
        if message.size + BATCH_OVERHEAD > limit:
            return _reject(change, TOO_LARGE, f"{counted(message.size, 'byte')}; topic {topic} accepts {limit:,}")
        return message


class PageMaker:
    """Makes the messages of a page of a snapshot, in a worker process or in the run's own."""

    def __init__(self, maker: MessageMaker, codec_options: "CodecOptions[Document]") -> None:
        """Take what makes one message, and how the pages are decoded.

        Args:
            maker: Makes one message.
            codec_options: Of the database of the pages.
        """
        self._maker = maker
        self._codec_options = codec_options

    def __call__(self, page: SnapshotPage) -> tuple[SnapshotPage, Sequence[MadeMessage]]:
        """Make the messages of a page.

        Args:
            page: A page of one kind, as `snapshot_pages` yields it.

        Returns:
            The page without its contents, and the messages in its order.
        """
        changes = page_changes(page, self._codec_options)
        made = [self._maker.make(self._maker.with_sent_id(change)) for change in changes]
        return replace(page, contents=()), made


def _reject(change: Change, reason: str, detail: str) -> RejectedDocument:
    return RejectedDocument(change.kind.name, collection_key(change.kind), "", change.document_id, reason, detail, "")
