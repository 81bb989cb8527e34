"""Documents that the topics have and the collections have not any more, though nobody saw their deletion.

Needed where the change stream has a gap: its history was lost, or the collections were made anew. Then a snapshot says
what is there, and this says what is not. Memory is bounded whatever the topics hold: ids seen once lie on disk.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Final

from confluent_kafka import Message as Delivered
from pymongo.collection import Collection

from shop_assets.document_store.batches import chunks
from shop_assets.document_store.seen_ids import SeenIds

CHUNK: Final = 1000


def unseen_deleted_ids(collection: Collection[dict[str, Any]], messages: Iterable[Delivered]) -> Iterator[str]:
    """The ids among the messages' keys whose documents are gone, each once."""
    keys = (key.decode() for message in messages if message.value() is not None and (key := message.key()) is not None)
    with SeenIds() as seen:
        while batch := set(itertools.islice(keys, CHUNK)):
            for chunk in chunks(sorted(batch - seen.seen_before(batch))):
                present = {found["_id"] for found in collection.find({"_id": {"$in": chunk}}, {"_id": 1})}
                yield from (document_id for document_id in chunk if document_id not in present)
