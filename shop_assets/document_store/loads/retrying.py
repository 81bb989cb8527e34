"""Retrying: rejected documents are read again, and those that are accepted now are loaded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.loads.intake import DocumentIntake
from shop_assets.document_store.loads.ledger import LedgerEntry
from shop_assets.document_store.loads.preparation import BATCH_SIZE, LoadContext
from shop_assets.document_store.loads.read_tasks import Purpose, ReadTask
from shop_assets.documents.kinds import Document, DocumentKind
from shop_assets.documents.moments import UTC_RULES, MomentRules
from shop_assets.object_store.bucket import Bucket
from shop_assets.personal_data.cipher import PersonalDataCipher


@dataclass(frozen=True)
class ReloadResult:
    """The result of retrying rejected documents of one kind.

    `loaded` are the ids by place (key of the object, and position) of the documents that MongoDB has now.
    `missing_objects` are the keys of objects that are no longer in landing; their rejects are superseded.
    """

    loaded: Mapping[tuple[str, int], str]
    missing_objects: Sequence[str]


def retry_rejected(
    database: Database[Document],
    bucket: Bucket,
    kind: DocumentKind,
    places: Mapping[str, Iterable[int]],
    batch_size: int = BATCH_SIZE,
    *,
    writer: Writer,
    cipher: PersonalDataCipher | None = None,
    moments: MomentRules = UTC_RULES,
) -> ReloadResult:
    """Read rejected documents again and load those that are accepted now.

    Only they are written, and only where MongoDB has no document with their id: the object has not changed, so whatever
    came under that id by another way is newer. An object of which landing has another version now is left to
    `load_landing`, which reads it whole.

    Args:
        database: The database of the collections.
        bucket: The landing bucket.
        kind: The documents' kind.
        places: Positions by the object's key.
        batch_size: Documents per batch.
        writer: Makes the writes, as long as this run may write.
        cipher: The key ring, by which erased customers are known; it may be missing while nobody was erased.
        moments: How times are read, which decides whether an erased customer registered again.

    Returns:
        What was loaded, and which objects are gone.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause; or erased customers cannot be
            recognised without the key ring.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
        ManifestError: The mapping or the manifest in landing cannot be read.
    """
    context = LoadContext.prepare(database, bucket, batch_size, writer, cipher, moments)
    intake = DocumentIntake(context, kind)
    tasks, missing_objects = _retry_tasks(bucket, intake, places)
    with intake.writing.seen, intake.ledger.stored:
        for task, entry in tasks:
            with intake.reading([task]) as ahead:
                if intake.take(task, ahead, entry):
                    intake.writing.add_entry(entry.to_document())
        intake.writing.flush()
    accepted = intake.writing.accepted

    def supersede(session: ClientSession) -> None:
        rejects.supersede_places(database, accepted, session)
        rejects.supersede_objects(database, missing_objects, session)

    # Only now: a retry that is killed before has not changed which rejects are open.
    writer.transact(supersede)
    return ReloadResult(accepted, missing_objects)


def _retry_tasks(
    bucket: Bucket, intake: DocumentIntake, places: Mapping[str, Iterable[int]]
) -> tuple[list[tuple[ReadTask, LedgerEntry]], list[str]]:
    """What is read, from the oldest object to the newest, as in a load; and the keys of objects that are gone."""
    missing_objects: list[str] = []
    tasks: list[tuple[ReadTask, LedgerEntry]] = []
    for key, positions in places.items():
        summary = bucket.find(key)
        if summary is None:
            missing_objects.append(key)
        elif (entry := intake.ledger.resume_entry(summary)) is not None:
            tasks.append((ReadTask(summary, Purpose.RETRY, positions=frozenset(positions)), entry))
    return sorted(tasks, key=lambda task_and_entry: task_and_entry[1].order), missing_objects
