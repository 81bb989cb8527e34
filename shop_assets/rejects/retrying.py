"""Rejected documents taken anew from their source, through all stages up to MART.

A reject is never edited: its source is mended, or a rule. So a retry goes the way of a run, with what a run would pass
over added: a rejected place of an object that has not changed is read again, for MongoDB may take it now; and a
document that MART or its topic refused is published again though it has not changed. MART is not cleaned again from
RAW instead: the newest message of a document decides, a date is in the future or not by when its message came, and a
document may have been mended in MongoDB alone. It costs RAW one message a document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard, unguarded
from shop_assets.document_store.loading import load_landing, retry_rejected
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS, DocumentKind
from shop_assets.rejects import in_document_store, in_mart
from shop_assets.rejects.rejected import Place, Rejected, Selection
from shop_assets.rejects.stages import Stages
from shop_assets.topics.publication import publish_again
from shop_assets.warehouse.assets import CONSUMER_GROUP
from shop_assets.warehouse.ingestion import CONSUMER_CONFIGURATION, ingest
from shop_assets.warehouse.ranges import freeze_ranges
from shop_assets.warehouse.reconciliation import reconcile

# What may be rejected: a place in an object (kind, key, position), or a document (kind, "", id).
Subject = tuple[str, str, int | str]


@dataclass(frozen=True)
class RetryReport:
    """What became of the rejects that were tried. `remaining` are the rejects that stand in their place now; those of
    `untouched` among them could not be tried: MongoDB has no document of that id.
    """

    tried: int
    mended: int
    remaining: Sequence[Rejected]
    untouched: int


def retry(stages: Stages, rejects: Iterable[Rejected], *, guard: Guard = unguarded) -> RetryReport:
    """Takes these rejects anew, as far as they stand, with whatever else is new in landing and MongoDB for their kinds.

    `guard` is called before what only one run may do. Raises what it and the stages raise. A retry that was killed is
    finished by the next one, or by a run.
    """
    tried = in_document_store.with_document_ids(stages.database, (reject for reject in rejects if reject.stands))
    loaded = _read_again(stages, tried, guard)
    kinds = {KIND_BY_NAME[reject.kind] for reject in tried}
    load_landing(stages.database, stages.object_store.landing(), [kind for kind in KINDS if kind in kinds], guard=guard)
    publish_again(stages.database, stages.kafka, stages.pii.cipher(), _to_publish(stages.client, tried), guard)
    _bring_to_mart(stages, guard)
    return _report(stages, tried, loaded)


def _read_again(stages: Stages, tried: Iterable[Rejected], guard: Guard) -> Mapping[Subject, str]:
    places: dict[str, dict[str, set[int]]] = {}
    for reject in tried:
        if reject.place is Place.MONGODB:
            places.setdefault(reject.kind, {}).setdefault(reject.origin, set()).add(int(reject.position))
    bucket = stages.object_store.landing()
    loaded: dict[Subject, str] = {}
    for name, positions in places.items():
        retried = retry_rejected(stages.database, bucket, KIND_BY_NAME[name], positions, guard=guard)
        loaded |= {(name, key, position): identity for (key, position), identity in retried.loaded.items()}
    return loaded


def _to_publish(client: Client, tried: Iterable[Rejected]) -> Mapping[DocumentKind, set[str]]:
    wanted: dict[DocumentKind, set[str]] = {}
    for reject in tried:
        if reject.place is Place.KAFKA:
            wanted.setdefault(KIND_BY_NAME[reject.kind], set()).add(str(reject.position))
    in_the_mart = [reject for reject in tried if reject.place is Place.MART]
    for kind in KINDS:
        # MART's ids are in lower case; the message's key is the document's _id as it is.
        keys = in_mart.message_keys(client, [reject for reject in in_the_mart if reject.kind == kind.name])
        if keys:
            wanted.setdefault(kind, set()).update(keys)
    return wanted


def _bring_to_mart(stages: Stages, guard: Guard) -> None:
    topics = {kind: stages.kafka.topic_name(kind) for kind in KINDS}
    plan = freeze_ranges(stages.client, stages.kafka.administration(), topics)
    with closing(stages.kafka.consumer(CONSUMER_GROUP, **CONSUMER_CONFIGURATION)) as consumer:
        ingest(stages.client, consumer, plan, guard=guard)
    reconcile(stages.client, guard=guard)


def _report(stages: Stages, tried: Sequence[Rejected], loaded: Mapping[Subject, str]) -> RetryReport:
    subjects = {reject.identity: set(_subjects(reject, loaded)) for reject in tried}
    concerned = set().union(*subjects.values())
    standing = [reject for reject in _standing(stages) if not concerned.isdisjoint(_subjects(reject, {}))]
    open_subjects = {subject for reject in standing for subject in _subjects(reject, {})}
    before = {(reject.identity, reject.rejected_at) for reject in tried if reject.place is Place.MART}
    return RetryReport(
        tried=len(tried),
        mended=sum(found.isdisjoint(open_subjects) for found in subjects.values()),
        remaining=in_document_store.with_document_ids(stages.database, standing),
        untouched=sum((reject.identity, reject.rejected_at) in before for reject in standing),
    )


def _standing(stages: Stages) -> Iterator[Rejected]:
    yield from in_document_store.find(stages.database, Selection())
    yield from in_mart.find(stages.client, Selection())


def _subjects(reject: Rejected, loaded: Mapping[Subject, str]) -> Iterator[Subject]:
    """What a reject is about: more than one thing when its document is known."""
    place: Subject = (reject.kind, reject.origin, reject.position)
    if reject.place is not Place.MART:
        yield place
    document_id = loaded.get(place, reject.document_id)
    if document_id:
        yield reject.kind, "", document_id.strip().lower()
    elif reject.place is Place.MART:  # a message without a key has nothing else that it could be known by
        yield reject.kind, "", reject.identity
