"""Erases a customer from the objects of landing, where other programs may deliver at any time.

An object is replaced only while it is the version that was read. What was delivered meanwhile is looked at before the
erasure ends. Objects outside the folders of customers and purchases are searched, and left to people; so are damaged
archives and texts that may hold documents of others.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Final, TypeVar

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.loads import rewritten_objects
from shop_assets.documents.kinds import DocumentKind
from shop_assets.erasure.errors import ErasureError
from shop_assets.erasure.landing_objects import (
    KINDS_OF_CUSTOMERS,
    LARGEST_SEARCHED,
    FormedObject,
    objects_of_customers,
    other_objects,
)
from shop_assets.erasure.object_rewriting import ObjectRewriter
from shop_assets.erasure.records import ErasureRecord, sha256_of
from shop_assets.landing.erasing import ErasedCounts, ObjectEraser, Subject
from shop_assets.landing.files.file_types import has_known_type
from shop_assets.landing.filling.generated_erasures import note_erased
from shop_assets.landing.filling.writing import entity_tag
from shop_assets.landing.inventory import contents as inventory
from shop_assets.landing.mapping.translation import Form
from shop_assets.landing.text_search import Unpacked, is_mentioned, unpacked
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets.object_store.errors import ObjectChangedError, ObjectMissingError
from shop_assets.personal_data.traces import Traces
from shop_assets.services import Services

_ATTEMPTS: Final = 5
"""An object that is replaced so often while it is rewritten is written by a program that does not stop."""

_PASSES: Final = 3
"""Looks at what was delivered during the erasure; each takes the time of a listing."""

Result = TypeVar("Result")


class LandingErasure:
    """The part of one erasure that is about landing."""

    def __init__(self, services: Services, writer: Writer, record: ErasureRecord, traces: Traces) -> None:
        self._database = services.database
        self._landing = services.object_store.landing()
        self._writer = writer
        self._record = record
        self._traces = traces
        self._concerned: list[FormedObject] = []
        # Keys of the objects in which a phone, an e-mail or a card number of the customer was found first.
        self._sources: set[str] = set()
        self._seen: dict[str, str] = {}
        self._by_hand = set(record.by_hand)
        self._not_searched: set[str] = set()
        self._rewriter = ObjectRewriter(self._landing)

    @property
    def by_hand(self) -> list[str]:
        """Keys of objects that have something of the customer and cannot be rewritten."""
        return sorted(self._by_hand)

    @property
    def not_searched(self) -> list[str]:
        """Keys of objects that are not texts, or damaged: the customer may be in them."""
        return sorted(self._not_searched)

    @property
    def unguarded(self) -> bool:
        """Whether objects were rewritten in a store that cannot say that they changed meanwhile."""
        return self._rewriter.is_unguarded

    @property
    def expires(self) -> Mapping[str, str]:
        """What of landing is gone later."""
        if not self._landing.keeps_versions():
            return {}
        return {"landing, older versions of other objects": "not searched; when the rules of the bucket delete them"}

    def settle(self) -> None:
        """Finish what an interrupted erasure left."""
        rewritten_objects.settle(self._database, self._landing, self._writer)
        self._by_hand = {key for key in self._by_hand if self._landing.exists(key)}

    def learn(self) -> None:
        """Learn what landing knows of the customer, and find the objects that have something of them."""
        known = None
        while known != self._traces.known:  # what one object tells is looked for in all
            known = self._traces.known
            self._concerned = []
            for found in objects_of_customers(self._landing):
                before = self._traces.known
                if self._concerns(found):
                    self._concerned.append(found)
                if self._traces.known != before:
                    self._sources.add(found.summary.key)
        note_erased(self._landing, self._record.customer_id, self._record.pseudonym)

    def erase_all_but_sources(self) -> None:
        """Rewrite the objects that have something of the customer, except for the sources."""
        self._erase_all(found for found in self._concerned if found.summary.key not in self._sources)

    def erase_sources(self) -> None:
        """Rewrite the sources."""
        self._erase_all(found for found in self._concerned if found.summary.key in self._sources)

    def search_what_no_run_loads(self) -> None:
        """Search the objects of other folders while everything is known of the customer, and store what was found.

        After a kill it may be known no longer: the sources are erased later.
        """
        self._search_other_objects()
        self._record.leave_to_people(self._by_hand)

    def erase_delivered_meanwhile(self) -> int:
        """Erase from what other programs delivered since the objects were listed.

        Returns:
            How many of them still come; 0 if the customer is in none.
        """
        concerned: list[FormedObject] = []
        for _ in range(_PASSES):
            known = self._traces.known
            delivered = filter(self._is_new, objects_of_customers(self._landing))
            concerned = [found for found in delivered if self._concerns(found)]
            self._erase_all(concerned)
            self._search_other_objects()
            if self._traces.known != known:  # what is new is looked for in all objects
                self._seen.clear()
            elif not concerned:
                break
        for kind in KINDS_OF_CUSTOMERS:
            inventory.delete_inventory(self._landing, kind)
        return len(concerned)

    def _is_new(self, found: FormedObject) -> bool:
        return self._seen.get(found.summary.key) != found.summary.etag

    def _concerns(self, found: FormedObject) -> bool:
        def look(summary: ObjectSummary, text: IO[bytes]) -> bool:
            if not has_known_type(summary.key):
                return is_mentioned(text, self._traces, found.form.kind)
            return self._eraser(summary.key, found.form).learn(text)

        return bool(self._looked_into(found.summary, look))

    def _looked_into(self, summary: ObjectSummary, look: Callable[[ObjectSummary, IO[bytes]], Result]) -> Result | None:
        """What is found in the text of an object, which is read again if it changes; None if it is gone."""
        current: ObjectSummary | None = summary
        for _ in range(_ATTEMPTS):
            if current is None or not current.size:
                return None
            with suppress(ObjectChangedError, ObjectMissingError), tempfile.TemporaryFile() as text:
                is_searchable = _read(self._landing, current, text).is_searchable
                result = look(current, text)
                self._seen[current.key] = current.etag
                if is_searchable:
                    self._not_searched.discard(current.key)
                else:
                    self._not_searched.add(current.key)
                return result
            current = self._landing.find(summary.key)
        raise self._restless(summary.key)

    def _restless(self, key: str) -> ErasureError:
        return ErasureError(
            f"s3://{self._landing.name}/{key} is replaced again and again by another program. Run the same command "
            "again when that has ended."
        )

    def _eraser(self, key: str, form: Form) -> ObjectEraser:
        return ObjectEraser(key, form, Subject(self._traces, self._record.pseudonym))

    def _erase_all(self, concerned: Iterable[FormedObject]) -> None:
        for found in concerned:
            if has_known_type(found.summary.key):
                self._erase(found)
            else:
                self._by_hand.add(found.summary.key)

    def _erase(self, found: FormedObject) -> None:
        """Rewrite an object; another version that took its place is looked at as well."""
        key = found.summary.key
        for _ in range(_ATTEMPTS):
            current = self._landing.find(key)
            with suppress(ObjectChangedError):
                if current is not None and current.size:
                    self._rewrite(found.form, current)
                if key not in self._by_hand:  # a version from before may be what people restore it from
                    self._landing.delete_older_versions(key)
                return
        raise self._restless(key)

    def _rewrite(self, form: Form, before: ObjectSummary) -> None:
        eraser = self._eraser(before.key, form)
        with tempfile.TemporaryFile() as text, tempfile.TemporaryFile() as content:
            is_rewritable = _read(self._landing, before, text).is_rewritable
            is_changed = eraser.rewrite(text, content)
            is_left = eraser.leaves_something or (is_changed and not is_rewritable)
            if is_left:
                self._by_hand.add(before.key)
                self._record.leave_to_people([before.key])
            else:
                self._by_hand.discard(before.key)
            if not is_changed or not is_rewritable:
                self._seen[before.key] = before.etag
                return
            content.seek(0)
            size, etag = (0, rewritten_objects.DELETED) if eraser.is_empty else entity_tag(content)
            self._writer.check()
            rewritten_objects.announce(self._database, self._writer, before, etag, size, eraser.counts.ids)
            self._rewriter.write(before, None if eraser.is_empty else content, etag)
            rewritten_objects.settle(self._database, self._landing, self._writer)
        self._seen[before.key] = etag
        self._record.add(_landing_counts(form.kind, eraser.counts), {"objects": [sha256_of(before.key)]})

    def _search_other_objects(self) -> None:
        """Search what no run loads; nobody knows its form, so people have to erase there."""
        for kind, summary in other_objects(self._landing):
            if summary.size > LARGEST_SEARCHED:
                self._not_searched.add(summary.key)
                continue
            look = partial(_is_mentioned, traces=self._traces, kind=kind)
            if self._seen.get(summary.key) != summary.etag and self._looked_into(summary, look):
                self._by_hand.add(summary.key)


def _is_mentioned(_: ObjectSummary, text: IO[bytes], traces: Traces, kind: DocumentKind) -> bool:
    return is_mentioned(text, traces, kind)


def _read(landing: Bucket, summary: ObjectSummary, text: IO[bytes]) -> Unpacked:
    with landing.open(summary.key, summary.etag) as source:
        return unpacked(summary.key, source, text)


def _landing_counts(kind: DocumentKind, counts: ErasedCounts) -> dict[str, int]:
    return {
        "landing: objects": 1,
        "landing: documents of the customer": counts.customers,
        "landing: purchases under the pseudonym": counts.purchases,
        "landing: purchases removed, because the mapping would not read them": counts.removed_purchases,
        f"landing: texts in {kind.name}/ that are no documents": counts.unread,
    }
