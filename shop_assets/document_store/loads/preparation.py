"""What every load needs, whether of all landing or of a few rejected documents."""

from dataclasses import dataclass
from typing import Final, Self

from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.erased_customers import ErasedCustomers
from shop_assets.document_store.loads.rewritten_objects import settle
from shop_assets.documents.kinds import Document
from shop_assets.documents.moments import MomentRules
from shop_assets.landing.mapping.mapping_file import ShopMapping
from shop_assets.landing.mapping.stored_mapping import stored_mapping
from shop_assets.object_store.bucket import Bucket
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.settings import ReadingSettings

BATCH_SIZE: Final = 4000
"""Documents in a batch. Each waits twice for the disk, which with 1,000 took a third of a load."""


@dataclass(frozen=True)
class LoadContext:
    """Where documents come from and go to, and by which rules; for all kinds of one load."""

    database: Database[Document]
    bucket: Bucket
    writer: Writer
    mapping: ShopMapping
    erased: ErasedCustomers
    deletions: Deletions
    batch_size: int

    @classmethod
    def prepare(
        cls,
        database: Database[Document],
        bucket: Bucket,
        batch_size: int,
        writer: Writer,
        cipher: PersonalDataCipher | None,
        moments: MomentRules,
    ) -> Self:
        """Create the collections that are missing, finish what an erasure left, and read the mapping, the erased
        customers and the deletions. `load_landing` describes the arguments and what is raised.
        """
        ensure_collections(database)
        settle(database, bucket, writer)
        mapping = stored_mapping(bucket)
        erased = ErasedCustomers.load(database, cipher, moments)
        deletions = Deletions(database, writer, erased)
        return cls(database, bucket, writer, mapping, erased, deletions, batch_size)


def moment_rules(settings: ReadingSettings) -> MomentRules:
    """How the settings read times.

    Args:
        settings: The settings.

    Returns:
        The rules; times without an offset are of the business time zone unless another one is set.
    """
    return MomentRules(settings.timezone, settings.local_timezone, settings.date_order)
