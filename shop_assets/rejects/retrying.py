"""Retrying rejects: their documents are taken from the source again, through all stages up to MART.

A reject is never edited: its source is fixed, or a rule. So a retry does what a run does, and also what a run would
skip: a rejected place of an unchanged object is read again, because MongoDB may accept it now; and a document that MART
or its topic rejected is sent again though it has not changed. MART is not cleaned again from RAW instead: the newest
message of a document decides, whether a date is in the future depends on when its message came, and a document may have
been fixed in MongoDB alone. It costs RAW one message per document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.loads.retrying import retry_rejected
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS, DocumentKind
from shop_assets.rejects import document_store_rejects, mart_rejects
from shop_assets.rejects.reject import Reject, RejectingStage, Selection
from shop_assets.services import Services
from shop_assets.topics.change_capture import ChangeCapture
from shop_assets.warehouse.mart.reconciliation import ingest_and_reconcile

# What is rejected: a place in an object (kind, key, position), or a document (kind, "", id).
Subject = tuple[str, str, int | str]


@dataclass(frozen=True)
class RetryResult:
    """The result of retrying rejects.

    `still_open` are the rejects of the same documents that are open now; `not_retried` of them could not be retried,
    because MongoDB has no document with that id.
    """

    retried: int
    resolved: int
    still_open: Sequence[Reject]
    not_retried: int


def retry(services: Services, rejects: Iterable[Reject], writer: Writer) -> RetryResult:
    """Retry open rejects, and load whatever else is new in landing and MongoDB for their kinds.

    A retry that was killed is finished by the next one, or by a run.

    Args:
        services: All services from S3 to ClickHouse.
        rejects: The rejects; superseded ones are skipped.
        writer: Makes the writes, as long as this run may write.

    Returns:
        How many were resolved, and which are still open.

    Raises:
        ShopError: A stage failed; see the stages' functions.
    """
    retried = document_store_rejects.with_document_ids(
        services.database, (reject for reject in rejects if reject.is_open)
    )
    loaded = _reload(services, retried, writer)
    kinds = {KIND_BY_NAME[reject.kind] for reject in retried}
    load_landing(
        services.database,
        services.object_store.landing(),
        [kind for kind in KINDS if kind in kinds],
        writer=writer,
        cipher=services.pii.cipher(),
        moments=services.moments,
    )
    capture = ChangeCapture.on(services.source, writer)
    capture.resend(_documents_to_resend(services.client, retried))
    ingest_and_reconcile(services.client, services.kafka, writer.check)
    return _result(services, retried, loaded)


def _reload(services: Services, retried: Iterable[Reject], writer: Writer) -> Mapping[Subject, str]:
    places: dict[str, dict[str, set[int]]] = {}
    for reject in retried:
        if reject.stage is RejectingStage.MONGODB:
            places.setdefault(reject.kind, {}).setdefault(reject.source, set()).add(int(reject.position))
    bucket = services.object_store.landing()
    loaded: dict[Subject, str] = {}
    for name, positions in places.items():
        result = retry_rejected(
            services.database,
            bucket,
            KIND_BY_NAME[name],
            positions,
            writer=writer,
            cipher=services.pii.cipher(),
            moments=services.moments,
        )
        loaded |= {(name, key, position): document_id for (key, position), document_id in result.loaded.items()}
    return loaded


def _documents_to_resend(client: Client, retried: Iterable[Reject]) -> Mapping[DocumentKind, set[str]]:
    wanted: dict[DocumentKind, set[str]] = {}
    for reject in retried:
        if reject.stage is RejectingStage.KAFKA:
            wanted.setdefault(KIND_BY_NAME[reject.kind], set()).add(str(reject.position))
    of_mart = [reject for reject in retried if reject.stage is RejectingStage.MART]
    for kind in KINDS:
        # MART's ids are in lower case; the message's key is the document's _id unchanged.
        keys = mart_rejects.message_keys(client, [reject for reject in of_mart if reject.kind == kind.name])
        if keys:
            wanted.setdefault(kind, set()).update(keys)
    return wanted


def _result(services: Services, retried: Sequence[Reject], loaded: Mapping[Subject, str]) -> RetryResult:
    subjects = {reject.reject_id: set(_subjects(reject, loaded)) for reject in retried}
    concerned = set().union(*subjects.values())
    still_open = [reject for reject in _open_rejects(services) if not concerned.isdisjoint(_subjects(reject, {}))]
    open_subjects = {subject for reject in still_open for subject in _subjects(reject, {})}
    before = {(reject.reject_id, reject.rejected_at) for reject in retried if reject.stage is RejectingStage.MART}
    return RetryResult(
        retried=len(retried),
        resolved=sum(found.isdisjoint(open_subjects) for found in subjects.values()),
        still_open=document_store_rejects.with_document_ids(services.database, still_open),
        not_retried=sum((reject.reject_id, reject.rejected_at) in before for reject in still_open),
    )


def _open_rejects(services: Services) -> Iterator[Reject]:
    yield from document_store_rejects.find(services.database, Selection())
    yield from mart_rejects.find(services.client, Selection())


def _subjects(reject: Reject, loaded: Mapping[Subject, str]) -> Iterator[Subject]:
    """What a reject is about: more than one thing when its document is known."""
    place: Subject = (reject.kind, reject.source, reject.position)
    if reject.stage is not RejectingStage.MART:
        yield place
    document_id = loaded.get(place, reject.document_id)
    if document_id:
        yield reject.kind, "", document_id.strip().lower()
    elif reject.stage is RejectingStage.MART:  # a message without a key has no other identity
        yield reject.kind, "", reject.reject_id
