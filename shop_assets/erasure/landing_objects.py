"""The objects of landing in which a customer may be: those of customers and purchases, and those that no run loads."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, DocumentKind
from shop_assets.landing.files.reading import document_objects
from shop_assets.landing.filling.manifest import PREFIX
from shop_assets.landing.inventory import contents as inventory
from shop_assets.landing.mapping.stored_mapping import stored_mapping
from shop_assets.landing.mapping.translation import Form
from shop_assets.object_store.bucket import Bucket, ObjectSummary

KINDS_OF_CUSTOMERS: Final = (CUSTOMERS, PURCHASES)
"""Whose documents are of a customer; what is found in customers helps to find the rest."""

LARGEST_SEARCHED: Final = 256 * 1024 * 1024
"""Bytes of an object of another folder. It is searched in a temporary file: the dump of a database would fill it."""


class FormedObject(NamedTuple):
    """An object of landing, and how the documents in it are read."""

    form: Form
    summary: ObjectSummary


def objects_of_customers(landing: Bucket) -> Iterator[FormedObject]:
    """List the objects whose documents are of customers.

    Args:
        landing: The landing bucket.

    Yields:
        The objects.
    """
    mapping = stored_mapping(landing)
    for kind in KINDS_OF_CUSTOMERS:
        form = Form(kind, mapping.of(kind))
        for summary in document_objects(landing, kind):
            yield FormedObject(form, summary)


def other_objects(landing: Bucket) -> Iterator[tuple[DocumentKind, ObjectSummary]]:
    """List the objects of other folders, without the pipeline's own.

    Args:
        landing: The landing bucket.

    Yields:
        The objects, and the kind whose ids a text of this name may have.
    """
    own = (PREFIX, inventory.PREFIX, *(f"{kind.name}/" for kind in KINDS_OF_CUSTOMERS))
    for summary in landing.list():
        if not summary.key.startswith(own):
            yield CUSTOMERS if CUSTOMERS.singular in summary.key.lower() else PURCHASES, summary
