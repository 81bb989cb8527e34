"""Whether anything is stored of a customer: an erasure of a mistyped id would be certified, and remembered for good."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO

from shop_assets.document_store import erasing as document_store
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.documents.kinds import DocumentKind
from shop_assets.erasure import records
from shop_assets.erasure.erasing import known_id, sent_ids
from shop_assets.erasure.errors import NoCustomerError
from shop_assets.erasure.landing_objects import LARGEST_SEARCHED, FormedObject, objects_of_customers, other_objects
from shop_assets.landing.erasing import ObjectEraser, Subject
from shop_assets.landing.files.file_types import has_known_type
from shop_assets.landing.text_search import is_mentioned, unpacked
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import ObjectMissingError
from shop_assets.personal_data.traces import Traces
from shop_assets.services import Services
from shop_assets.warehouse import erasing as warehouse


def require_known(services: Services, customer_id: str) -> None:
    """Refuse the id of a customer of whom nothing is stored, and who was not erased before.

    The quick places come first: only for an id that is in none of them every object of landing is read.

    Args:
        services: All services from S3 to ClickHouse.
        customer_id: The id, in any spelling; a blank one is left to `erase`.

    Raises:
        NoCustomerError: Nothing of such a customer was found.
    """
    known = known_id(services, customer_id)
    if known is None:
        return
    ensure_collections(services.database)
    cipher, traces = services.pii.cipher(), Traces([known])
    if (
        document_store.count_customer(services.database, traces)
        or records.exists(services.database, cipher, known)
        or warehouse.count_customer(services.client, sent_ids(cipher, known))
        or _is_in_landing(services.object_store.landing(), traces)
    ):
        return
    raise NoCustomerError(
        "Nothing of such a customer is stored: is the id right? --even-if-unknown (in Dagster, even_if_unknown) "
        "remembers it as erased, so that what is delivered later is not loaded. Nothing was changed."
    )


def _is_in_landing(landing: Bucket, traces: Traces) -> bool:
    return any(_is_in(landing, found, traces) for found in objects_of_customers(landing)) or any(
        _is_mentioned(landing, summary.key, traces, kind)
        for kind, summary in other_objects(landing)
        if summary.size <= LARGEST_SEARCHED
    )


def _is_in(landing: Bucket, found: FormedObject, traces: Traces) -> bool:
    key = found.summary.key
    if not has_known_type(key):
        return _is_mentioned(landing, key, traces, found.form.kind)
    return _text_is(landing, key, ObjectEraser(key, found.form, Subject(traces, "")).learn)


def _is_mentioned(landing: Bucket, key: str, traces: Traces, kind: DocumentKind) -> bool:
    return _text_is(landing, key, partial(is_mentioned, traces=traces, kind=kind))


def _text_is(landing: Bucket, key: str, concerned: Callable[[IO[bytes]], bool]) -> bool:
    """Whether the text of an object concerns the customer; not, if it is gone."""
    with suppress(ObjectMissingError), tempfile.TemporaryFile() as text:
        with landing.open(key) as source:
            unpacked(key, source, text)
        return concerned(text)
    return False
