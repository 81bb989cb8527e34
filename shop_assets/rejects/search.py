"""Rejects of all stages together: the newest, all of a selection, or one by its id."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import Document
from shop_assets.documents.pseudonyms import comparable_id
from shop_assets.errors import InputError
from shop_assets.language.counts import counted
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.rejects import document_store_rejects, mart_rejects
from shop_assets.rejects.reject import Reject, RejectingStage, Selection
from shop_assets.services import Services

AT_ONCE: Final = 1_000
"""Rejects whose documents' ids are read together."""

LONG_PREFIX: Final = 8
"""So many characters of a reject's id are no coincidence: there are 4.3 billion combinations."""

ReasonCounts = Counter[tuple[RejectingStage, str, str]]


class UnknownRejectError(InputError):
    """No reject has such an id, or several have."""


@dataclass(frozen=True)
class Listing:
    """The newest selected rejects, and how many there are in total and by stage, kind and reason.

    One with two reasons counts for each.
    """

    newest: list[Reject]
    count: int
    totals: ReasonCounts


def find(database: Database[Document], client: Client, selection: Selection) -> Iterator[Reject]:
    """Find rejects of all stages.

    Args:
        database: The database of the collections.
        client: A client of the migrated warehouse.
        selection: Which ones.

    Returns:
        The rejects, unordered and streamed.
    """
    return chain(document_store_rejects.find(database, selection), mart_rejects.find(client, selection))


def newest(database: Database[Document], client: Client, selection: Selection, limit: int) -> Listing:
    """List the newest rejects and count all; memory is bounded by `limit`.

    Args:
        database: The database of the collections.
        client: A client of the migrated warehouse.
        selection: Which ones.
        limit: How many to list.

    Returns:
        The listing, the newest first.
    """
    totals: ReasonCounts = Counter()
    count = 0

    def all_of_them() -> Iterator[Reject]:
        nonlocal count
        for reject in find(database, client, selection):
            count += 1
            totals.update((reject.stage, reject.kind, reason) for reason in reject.reasons)
            yield reject

    first = heapq.nlargest(limit, all_of_them(), key=lambda reject: (reject.rejected_at, reject.reject_id))
    return Listing(document_store_rejects.with_document_ids(database, first), count, totals)


def content(services: Services, reject: Reject) -> str:
    """Read what was rejected, as far as it was stored.

    Args:
        services: MongoDB, ClickHouse and the key ring, under which an id may have been sent.
        reject: A reject of any stage.

    Returns:
        Text that may hold personal data in the clear; empty if nothing was stored.
    """
    if reject.stage is RejectingStage.MART:
        return mart_rejects.content(services.client, reject)
    encryption = PersonalDataEncryption(services.pii.cipher())
    return document_store_rejects.content(services.database, reject, encryption.stored_id)


def find_by_id(database: Database[Document], client: Client, prefix: str) -> Reject:
    """Find the one reject with an id, open or superseded; or the one open reject of a document.

    Args:
        database: The database of the collections.
        client: A client of the migrated warehouse.
        prefix: The id, or its first characters; or the whole id of a document, as `shop rejects list` shows it.

    Returns:
        The reject.

    Raises:
        UnknownRejectError: There is none, or there are several.
    """
    wanted = prefix.strip().lower()
    is_prefix = bool(wanted) and not set(wanted) - set("0123456789abcdef")
    found = list(find(database, client, Selection(ids=(wanted,), include_superseded=True))) if is_prefix else []
    # A document's id may be made of the same characters, but is not the beginning of a hash by chance if it is long.
    of_document = [] if found and len(wanted) >= LONG_PREFIX else _of_document(database, client, wanted)
    if found and of_document:
        raise UnknownRejectError(
            f"{wanted} is the id of a document, and ids of rejects begin with it: give the id that `shop rejects "
            "list` shows"
        )
    if len(found) > 1:
        raise UnknownRejectError(
            f"{counted(len(found), 'reject')} have ids that begin with {wanted}: give more characters"
        )
    if found:
        return document_store_rejects.with_document_ids(database, found)[0]
    if len(of_document) > 1:
        ids = ", ".join(sorted(f"{reject.short_id} ({reject.kind})" for reject in of_document))
        raise UnknownRejectError(f"documents with that id have {counted(len(of_document), 'reject')}: {ids}")
    if of_document:
        return of_document[0]
    if is_prefix:
        raise UnknownRejectError(f"no reject has the id {wanted}: `shop rejects list --all` shows all ids")
    raise UnknownRejectError(f"{prefix!r} is not the id of a reject: `shop rejects list` shows them")


def _of_document(database: Database[Document], client: Client, document_id: str) -> list[Reject]:
    """The open rejects of a document; all open rejects are read, a thousand at a time."""
    found = []
    rejects = find(database, client, Selection()) if document_id else iter(())
    for some in chunks(rejects, AT_ONCE):
        named = document_store_rejects.with_document_ids(database, some)
        found += [reject for reject in named if comparable_id(reject.document_id) == document_id]
    return found
