"""Takes one customer out of MongoDB: the document goes, purchases stay under a pseudonym, rejects lose their text.

Rejects come first: what they are found by is in the documents.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pymongo import DeleteMany, DeleteOne, ReplaceOne, UpdateOne
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import ACCEPTED_IDS, DELETED_DOCUMENTS, REJECTED_DOCUMENTS, entry_id
from shop_assets.document_store.writing import write_all
from shop_assets.documents.json_text import UnwritableError, to_json
from shop_assets.documents.kinds import CUSTOMERS, KIND_BY_NAME, PURCHASES, Document
from shop_assets.documents.pseudonyms import comparable_id, customer_reference, without_store
from shop_assets.personal_data.pseudonymised_purchases import pseudonymised
from shop_assets.personal_data.traces import Traces

BATCH_SIZE: Final = 500

_BLANKS: Final = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.strip` removes. MongoDB's `\\s` has only those of ASCII."""

_NUMBER: Final = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
"""What `comparable_id` makes of a number."""

_LARGEST: Final = 2**63 - 1
"""BSON's largest integer; pymongo refuses to send a larger one."""

_QUOTED: Final = re.compile(r"\Athe other is '([^']*)'\Z")
_LONGEST_DETAIL: Final = 1_000


@dataclass(frozen=True)
class DocumentCounts:
    """Customers that were deleted, purchases that got the pseudonym, rejects that lost their text or are gone, and
    purchases that name no customer and were deleted.
    """

    customers: int
    purchases: int
    rejects: int
    removed_purchases: int = 0


def learn_traces(database: Database[Document], traces: Traces) -> None:
    """Add what MongoDB knows of the customer: their phones, e-mails and card numbers, also those of older purchases.

    Args:
        database: The database of the collections.
        traces: The customer.
    """
    for customer in database[CUSTOMERS.name].find(_by_id(traces, CUSTOMERS.id_field)):
        traces.learn(customer)
    for purchase in _purchases(database, traces):
        copied = purchase.get("customer")
        if isinstance(copied, Mapping):
            traces.learn(copied)


def erase_customer(database: Database[Document], writer: Writer, traces: Traces, pseudonym: str) -> DocumentCounts:
    """Erase a customer. The change stream has the deletion and the new purchases.

    Args:
        database: The database of the collections.
        writer: Makes the writes, as long as this run may write.
        traces: The customer.
        pseudonym: Stands for the customer in purchases.

    Returns:
        What was changed; nothing if it was erased before.
    """
    rejects = _write(database, writer, REJECTED_DOCUMENTS, _without_text(database, traces))
    replacements = (_replacement(found, traces, pseudonym) for found in _purchases(database, traces))
    purchases = _write(database, writer, PURCHASES.name, replacements)
    left = (_replacement(found, traces, pseudonym) for found in _with_traces(database, traces, pseudonym))
    purchases += _write(database, writer, PURCHASES.name, left)
    unclear = (DeleteOne({"_id": found["_id"]}) for found in _mentions_without_reference(database, traces))
    removed = _write(database, writer, PURCHASES.name, unclear)
    for collection in (DELETED_DOCUMENTS, ACCEPTED_IDS):  # both name entries alike
        names = [entry_id(CUSTOMERS.name, known) for known in sorted(traces.ids)]
        _write(database, writer, collection, iter([DeleteMany({"_id": {"$in": names}})]))
    deletions = (DeleteOne({"_id": found["_id"]}) for found in _customers(database, traces))
    return DocumentCounts(_write(database, writer, CUSTOMERS.name, deletions), purchases, rejects, removed)


def count_customer(database: Database[Document], traces: Traces, pseudonym: str | None = None) -> int:
    """Count the documents that still have something of a customer.

    Args:
        database: The database of the collections.
        traces: The customer.
        pseudonym: Whose purchases are looked at too; None if there is none.

    Returns:
        Customers, purchases and rejects; 0 after an erasure.
    """
    found: list[Iterable[object]] = [
        _customers(database, traces),
        _purchases(database, traces),
        _without_text(database, traces),
        _mentions_without_reference(database, traces),
    ]
    if pseudonym:
        found.append(_with_traces(database, traces, pseudonym))
    return sum(1 for documents in found for _ in documents)


def has_customer(database: Database[Document], traces: Traces) -> bool:
    """Whether a document is a customer's, or a purchase of theirs, by their ids in any spelling.

    Args:
        database: The database of the collections.
        traces: The customer.
    """
    return any(True for found in (_customers, _purchases) for _ in found(database, traces))


def _customers(database: Database[Document], traces: Traces) -> Iterator[Document]:
    return iter(list(database[CUSTOMERS.name].find(_by_id(traces, CUSTOMERS.id_field), {"_id": 1})))


def _purchases(database: Database[Document], traces: Traces) -> Iterator[Document]:
    for purchase in database[PURCHASES.name].find(_by_id(traces, "customer.customer_id")):
        if customer_reference(purchase) in traces.ids:
            yield purchase


def _mentions_without_reference(database: Database[Document], traces: Traces) -> Iterator[Document]:
    """The purchases that name no customer and mention this one."""
    reference = "customer.customer_id"
    is_blank: list[Any] = [{"$in": [None, True, False]}, {"$regex": f"^[{_BLANKS}]*$"}]
    for purchase in database[PURCHASES.name].find({"$or": [{reference: one} for one in is_blank]}):
        if customer_reference(purchase) is None and _is_mentioned(traces, without_store(purchase)):
            yield purchase


def _with_traces(database: Database[Document], traces: Traces, pseudonym: str) -> Iterator[Document]:
    """The purchases under the pseudonym in which something of the customer stands."""
    for purchase in database[PURCHASES.name].find({"customer.customer_id": pseudonym}):
        if _is_mentioned(traces, purchase):
            yield purchase


def _is_mentioned(traces: Traces, value: Any) -> bool:
    try:
        text = to_json(value)
    except UnwritableError:  # of another writer, and in no message; an erasure must end all the same
        text = str(value).encode(errors="replace")
    return traces.may_be_in(text.lower()) and traces.is_mentioned(text.decode(), PURCHASES)


def _replacement(purchase: Document, traces: Traces, pseudonym: str) -> ReplaceOne[Document] | DeleteOne:
    """The purchase under the pseudonym, without texts that mention the customer; it goes if its id is one of them."""
    kept = pseudonymised(purchase, pseudonym)
    if _is_mentioned(traces, kept):
        kept = {name: value if name in {"_id", "customer"} else _emptied(traces, value) for name, value in kept.items()}
        kept[PURCHASES.id_field] = purchase.get(PURCHASES.id_field)
        if _is_mentioned(traces, kept):
            return DeleteOne({"_id": purchase["_id"]})
    return ReplaceOne({"_id": purchase["_id"]}, kept)


def _emptied(traces: Traces, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _emptied(traces, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_emptied(traces, inner) for inner in value]
    return None if isinstance(value, str) and _is_mentioned(traces, value) else value


def _by_id(traces: Traces, field: str) -> Document:
    """Whatever the spelling: blanks around it, letters of both cases, a number."""
    texts = [
        {field: {"$regex": f"^[{_BLANKS}]*{re.escape(document_id)}[{_BLANKS}]*$", "$options": "i"}}
        for document_id in traces.ids
    ]
    # A regular expression never matches a number.
    numbers = [int(document_id) for document_id in traces.ids if _NUMBER.fullmatch(document_id)]
    return {"$or": [*texts, *({field: number} for number in numbers if -_LARGEST <= number <= _LARGEST)]}


def _without_text(database: Database[Document], traces: Traces) -> Iterator[UpdateOne | DeleteOne]:
    for reject in database[REJECTED_DOCUMENTS].find():  # a file of customers may lie in the folder of stores
        position = reject.get("position")
        # The id of a document that Kafka did not accept is a text; the place of another one in its file is a number.
        is_of_customer = KIND_BY_NAME[reject["kind"]] in {CUSTOMERS, PURCHASES}
        if is_of_customer and isinstance(position, str) and comparable_id(position) in traces.ids:
            yield DeleteOne({"_id": reject["_id"]})
            continue
        named = {name: reject.get(name) for name in ("text", "detail")}
        emptied = {name: "" for name, text in named.items() if text and _names(traces, reject["kind"], text)}
        if emptied:
            yield UpdateOne({"_id": reject["_id"]}, {"$set": emptied})


def _names(traces: Traces, kind: str, text: str) -> bool:
    """Whether a text of a reject mentions the customer; a detail shows another spelling of an id in quotation marks."""
    quoted = _QUOTED.findall(text) if len(text) <= _LONGEST_DETAIL else []
    return traces.is_mentioned(text, KIND_BY_NAME[kind]) or any(comparable_id(one) in traces.ids for one in quoted)


def _write(database: Database[Document], writer: Writer, collection: str, writes: Iterator[Any]) -> int:
    written = 0
    batch: list[Any] = []
    for one in writes:
        batch.append(one)
        if len(batch) >= BATCH_SIZE:
            written += _write_batch(database, writer, collection, batch)
    return written + _write_batch(database, writer, collection, batch)


def _write_batch(database: Database[Document], writer: Writer, collection: str, batch: list[Any]) -> int:
    count = len(batch)
    if batch:
        writer.transact(lambda session: write_all(database[collection], batch, ordered=False, session=session))
        batch.clear()
    return count
