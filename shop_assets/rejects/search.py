"""Rejects of all places together: the newest of many, all of some, or the one that a person names."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.errors import ShopError
from shop_assets.rejects import in_document_store, in_mart
from shop_assets.rejects.reject import Reject, RejectingStage, Selection

ReasonCounts = Counter[tuple[RejectingStage, str, str]]


class UnknownRejectError(ShopError):
    """No reject has an id that begins so, or several have."""


@dataclass(frozen=True)
class Listing:
    """The newest rejects of those asked for, and how many there are in all and by place, kind and reason.

    One with two reasons counts for each.
    """

    newest: list[Reject]
    count: int
    totals: ReasonCounts


def find(database: Database[dict[str, Any]], client: Client, selection: Selection) -> Iterator[Reject]:
    """The rejects asked for, in no order, however many they are."""
    return chain(in_document_store.find(database, selection), in_mart.find(client, selection))


def newest(database: Database[dict[str, Any]], client: Client, selection: Selection, limit: int) -> Listing:
    """The `limit` newest rejects of those asked for, the newest first; memory is bounded by them."""
    totals: ReasonCounts = Counter()
    count = 0

    def counted() -> Iterator[Reject]:
        nonlocal count
        for reject in find(database, client, selection):
            count += 1
            totals.update((reject.stage, reject.kind, reason) for reason in reject.reasons)
            yield reject

    first = heapq.nlargest(limit, counted(), key=lambda reject: (reject.rejected_at, reject.reject_id))
    return Listing(in_document_store.with_document_ids(database, first), count, totals)


def content(database: Database[dict[str, Any]], client: Client, reject: Reject) -> str:
    """What was rejected, as far as it was kept: text that may hold personal data in the clear."""
    if reject.stage is RejectingStage.MART:
        return in_mart.content(client, reject)
    return in_document_store.content(database, reject)


def find_by_id(database: Database[dict[str, Any]], client: Client, prefix: str) -> Reject:
    """The reject whose id begins so, whether it stands or not. Raises UnknownRejectError."""
    wanted = prefix.strip().lower()
    if not wanted or set(wanted) - set("0123456789abcdef"):
        raise UnknownRejectError(f"{prefix!r} is no id of a reject: `shop rejects list` shows them")
    found = list(find(database, client, Selection(ids=(wanted,), include_superseded=True)))
    if not found:
        raise UnknownRejectError(f"no reject has the id {wanted}: `shop rejects list --all` shows what there is")
    if len(found) > 1:
        raise UnknownRejectError(f"{len(found)} rejects have ids that begin with {wanted}: write more of it")
    return in_document_store.with_document_ids(database, found)[0]
