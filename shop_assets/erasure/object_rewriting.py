"""Replaces an object of landing only while it is the version that was read, as far as the store can say so."""

from typing import IO, Final

from shop_assets.document_store.loads.rewritten_objects import DELETED
from shop_assets.landing.files.file_order import MODIFIED, modification
from shop_assets.landing.filling.manifest import PREFIX
from shop_assets.object_store.bucket import Bucket, ConditionalWrites, ObjectSummary
from shop_assets.object_store.errors import ObjectChangedError

_PROBE: Final = f"{PREFIX}conditional-write"


class ObjectRewriter:
    """Writes and deletes objects of one bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._guards: ConditionalWrites | None = None

    @property
    def is_unguarded(self) -> bool:
        """Whether objects were rewritten in a store that cannot say that they changed meanwhile."""
        return self._guards is not None and not all(self._guards)

    def write(self, before: ObjectSummary, content: IO[bytes] | None, etag: str) -> None:
        """Replace an object, or delete it.

        Args:
            before: The version that was read.
            content: The new content; None to delete the object.
            etag: That of the new content, or `DELETED`.

        Raises:
            ObjectChangedError: Another program has replaced the object.
        """
        if self._guards is None:
            self._guards = self._bucket.conditional_writes(_PROBE)
        if self._guards.remove if content is None else self._guards.replace:
            self._write_guarded(before, content, etag)
        else:
            self._write_unguarded(before, content)

    def _write_guarded(self, before: ObjectSummary, content: IO[bytes] | None, etag: str) -> None:
        try:
            if content is None:
                self._bucket.remove(before)
            else:
                self._bucket.replace(before, content, _content_type(before.key), _metadata(before))
        except ObjectChangedError:
            # The client repeats a request whose response was lost: then it was this write that changed the object.
            if self._etag_of(before.key) != etag:
                raise

    def _write_unguarded(self, before: ObjectSummary, content: IO[bytes] | None) -> None:
        # The moment between the two is what the certificate speaks of.
        if self._etag_of(before.key) != before.etag:
            raise ObjectChangedError(f"s3://{self._bucket.name}/{before.key} was replaced by another program")
        if content is None:
            self._bucket.delete([before.key])
        else:
            self._bucket.put(before.key, content, _content_type(before.key), _metadata(before))

    def _etag_of(self, key: str) -> str:
        current = self._bucket.find(key)
        return DELETED if current is None else current.etag


def _metadata(before: ObjectSummary) -> dict[str, str]:
    return {**before.metadata, MODIFIED: modification(before).isoformat()}


def _content_type(key: str) -> str:
    if key.lower().endswith(".gz"):
        return "application/gzip"
    return "application/json" if key.lower().endswith(".json") else "application/x-ndjson"
