"""The personal fields of a document, encrypted; everything else unchanged.

This module decides which values are encrypted, and how unexpected types are handled. A personal field leaves it
encrypted, null or blank, whatever it held; no value stops the run.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cachetools import LRUCache

from shop_assets.documents.json_text import to_json
from shop_assets.documents.kinds import KINDS, DocumentKind, FieldPath
from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher, PersonalValue
from shop_assets.personal_data.normalisation import Normalised, normalise_email, normalise_phone

PHONE: Final = "phone"
EMAIL: Final = "email"

CACHE_SIZE: Final = 50_000
CACHED_LENGTH: Final = 256
"""Values in the cache, and the length of the longest one: about 30 MB. Without the cache a value costs 0.3 ms."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class _Encrypted:
    text: str
    is_normal: bool


class PersonalDataEncryption:
    """Encrypts documents and counts what it encrypted.

    `counts` has `values` encrypted; `from_cache` of them were encrypted before; `not_normalised` of them could not be
    normalised and were encrypted as they are, trimmed.
    """

    def __init__(self, cipher: PersonalDataCipher) -> None:
        self._cipher = cipher
        self._cache: LRUCache[tuple[str, str], _Encrypted] = LRUCache(CACHE_SIZE)
        self.counts: Counter[str] = Counter()

    @property
    def key_id(self) -> str:
        """The key that encrypts now."""
        return self._cipher.key_id

    @property
    def key_proof(self) -> str:
        """A ciphertext by which a key ring can show later that it still has the key that encrypts now."""
        return self._cipher.key_proof

    def has_key_of(self, key_proof: str) -> bool:
        """Find out whether the key ring still has a key.

        Args:
            key_proof: The `key_proof` of that time.

        Returns:
            Whether it has.
        """
        return self._cipher.has_key_of(key_proof)

    def encrypt(self, kind: DocumentKind, document: Document) -> dict[str, Any]:
        """Encrypt the phones and e-mails of a document.

        Args:
            kind: Its kind, which names the paths of its personal fields.
            document: The document as it is stored in MongoDB; it is not changed.

        Returns:
            A copy with the same order of keys.
        """
        result = dict(document)
        for field, paths in ((PHONE, kind.phones), (EMAIL, kind.emails)):
            for path in paths:
                container = self._own_container(document, result, path)
                if container is not None and path[-1] in container:
                    container[path[-1]] = self._value(field, container[path[-1]])
        return result

    def _own_container(self, document: Document, result: dict[str, Any], path: FieldPath) -> dict[str, Any] | None:
        """The object that holds the field, copied once; None where there is none."""
        source: Any = document
        target = result
        for name in path[:-1]:
            source = source.get(name)
            if source is None:
                return None
            if not isinstance(source, dict):
                # The validators refuse this. If it is there anyway, personal data may be anywhere in it.
                target[name] = self._text(name, to_json(source).decode()).text
                return None
            if target[name] is source:
                target[name] = dict(source)
            target = target[name]
        return target

    def _value(self, field: str, value: Any) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            return value
        if isinstance(value, (dict, list)):
            # A phone found in its text would not be all of its content.
            encrypted = _Encrypted(self._cipher.encrypt(field, to_json(value).decode()), is_normal=False)
        else:
            encrypted = self._text(field, _as_text(value))
        self.counts["values"] += 1
        self.counts["not_normalised"] += not encrypted.is_normal
        return encrypted.text

    def _text(self, field: str, text: str) -> _Encrypted:
        cached = self._cache.get((field, text))
        if cached is not None:
            self.counts["from_cache"] += 1
            return cached
        normalised = _normalise(field, text)
        encrypted = _Encrypted(self._cipher.encrypt(field, normalised.text), normalised.is_normal)
        if len(text) <= CACHED_LENGTH:
            self._cache[field, text] = encrypted
        return encrypted


def fields_in_the_clear(kind: DocumentKind, document: Document, cipher: PersonalDataCipher) -> Iterator[str]:
    """Find personal fields of a sent document that are not encrypted with a key of the ring.

    Args:
        kind: The document's kind.
        document: The document as it is in its topic.
        cipher: The key ring.

    Yields:
        The path of each such field, its names joined by dots.
    """
    for path, field, value in _personal_values(kind, document):
        if not _is_protected(cipher, field, value):
            yield path


def undecryptable_fields(kind: DocumentKind, document: Document, cipher: PersonalDataCipher) -> Iterator[str]:
    """Find those of `fields_in_the_clear` that hold a ciphertext: their key is not in the ring, or they were changed.

    Args:
        kind: The document's kind.
        document: The document as it is in its topic.
        cipher: The key ring.

    Yields:
        The path of each such field, its names joined by dots.
    """
    for path, field, value in _personal_values(kind, document):
        if isinstance(value, str) and ENCRYPTED.fullmatch(value) and not _is_protected(cipher, field, value):
            yield path


def _personal_values(kind: DocumentKind, document: Document) -> Iterator[tuple[str, str, object]]:
    """The path, the name under which it is encrypted, and the value of each personal field."""
    for field, paths in ((PHONE, kind.phones), (EMAIL, kind.emails)):
        for path in paths:
            value: Any = document
            owner = ""
            for name in path:
                if isinstance(value, dict):
                    value, owner = value.get(name), name
            # A container that is not an object was encrypted as a whole, under its own name.
            yield ".".join(path), field if owner == path[-1] else owner, value


def _is_protected(cipher: PersonalDataCipher, field: str, value: object) -> bool:
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    if not isinstance(value, str):
        return False
    try:
        cipher.decrypt(field, value)
    except DecryptionError:
        return False
    return True


def decrypt_any(cipher: PersonalDataCipher, text: str) -> PersonalValue:
    """Decrypt a ciphertext of any field, for authorised users who have only the text.

    Args:
        cipher: The key ring.
        text: The ciphertext.

    Returns:
        The value, and the field that it belongs to.

    Raises:
        DecryptionError: No field fits; the message is that of the last one.
    """
    problem = DecryptionError("no personal field")
    for field in _FIELDS:
        try:
            return PersonalValue(field, cipher.decrypt(field, text))
        except DecryptionError as error:
            problem = error
    raise problem


def _normalise(field: str, text: str) -> Normalised:
    if field == PHONE:
        return normalise_phone(text)
    if field == EMAIL:
        return normalise_email(text)
    return Normalised(text, is_normal=False)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a phone that was read as a number
    return to_json(value).decode()


# Containers too: one that is not an object is encrypted as a whole, under its own name.
_FIELDS: Final = (
    PHONE,
    EMAIL,
    *sorted({path[-2] for kind in KINDS for path in (*kind.phones, *kind.emails) if len(path) > 1}),
)
