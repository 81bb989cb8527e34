"""Which customers of a generated shop were erased, so that generating the shop again does not bring them back.

`_manifests/erased.json` holds hashes of their ids under a salt, and their pseudonyms. Only generated ids are in it,
which are not phones; what delivered documents may bring back is decided by the document store (`erased_customers.py`).
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.kinds import CUSTOMERS, DocumentKind
from shop_assets.documents.pseudonyms import customer_id_in
from shop_assets.landing.filling.manifest import GENERATOR, PREFIX, read_manifest, read_record
from shop_assets.object_store.bucket import Bucket
from shop_assets.personal_data.pseudonymised_purchases import pseudonymised

ERASED_KEY: Final = f"{PREFIX}erased.json"

_REMEDY: Final = (
    "restore it from a backup. Without it erased customers of the generated shop would come back: if you delete it, "
    "erase them again"
)


@dataclass(frozen=True)
class GeneratedErasures:
    """The erased customers of the generated shop in a bucket: their pseudonyms by salted hashes."""

    salt: str
    pseudonyms: Mapping[str, str]

    @classmethod
    def read(cls, bucket: Bucket) -> "GeneratedErasures":
        """Read the erased customers.

        Args:
            bucket: The landing bucket.

        Returns:
            The erased customers.

        Raises:
            ManifestError: The record is damaged.
        """
        return read_record(bucket, ERASED_KEY, cls._parse, _REMEDY) or cls("", {})

    @classmethod
    def _parse(cls, content: dict[str, Any]) -> "GeneratedErasures":
        if not isinstance(content["salt"], str):
            message = "the salt is no text"
            raise TypeError(message)
        return cls(content["salt"], dict(content["pseudonyms"]))

    def replacement(self, kind: DocumentKind, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What is generated in place of a document.

        Args:
            kind: Its kind.
            document: A generated document.

        Returns:
            The same object; a purchase of an erased customer under the pseudonym; None for the customer.
        """
        customer_id = customer_id_in(kind, document) if self.pseudonyms else None
        pseudonym = self.pseudonyms.get(_hash(self.salt, customer_id)) if customer_id else None
        if pseudonym is None:
            return document
        return None if kind == CUSTOMERS else pseudonymised(document, pseudonym)

    def with_customer(self, customer_id: str, pseudonym: str) -> dict[str, Any]:
        """The content of the record with one more customer.

        Args:
            customer_id: The natural id.
            pseudonym: What stands for the customer in purchases.

        Returns:
            What is stored.
        """
        salt = self.salt or secrets.token_hex(16)
        return {"salt": salt, "pseudonyms": {**self.pseudonyms, _hash(salt, customer_id): pseudonym}}


def note_erased(bucket: Bucket, customer_id: str, pseudonym: str) -> None:
    """Remember a customer of a generated shop as erased; of delivered documents nothing is remembered in landing.

    Args:
        bucket: The landing bucket.
        customer_id: The natural id; only a salted hash of it is stored.
        pseudonym: What stands for the customer in purchases.
    """
    manifest = read_manifest(bucket, CUSTOMERS)
    if manifest is None or manifest.origin != GENERATOR:
        return
    content = GeneratedErasures.read(bucket).with_customer(customer_id, pseudonym)
    bucket.put(ERASED_KEY, json.dumps(content, indent=2).encode(), "application/json")


def _hash(salt: str, customer_id: str) -> str:
    return hashlib.sha256(f"{salt}{customer_id}".encode()).hexdigest()
