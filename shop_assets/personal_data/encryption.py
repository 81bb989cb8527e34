"""The personal fields of a document, encrypted; everything else as it lay.

Here belongs which values are taken and what becomes of odd ones. Whatever stands in a personal field, it leaves here
encrypted or it is null or blank; no shape of it stops the run.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cachetools import LRUCache

from shop_assets.documents.json_text import to_json
from shop_assets.documents.kinds import KINDS, DocumentKind, FieldPath
from shop_assets.personal_data.cipher import DecryptionError, PersonalDataCipher, PersonalValue
from shop_assets.personal_data.normalisation import Normalised, normalise_email, normalise_phone

PHONE: Final = "phone"
EMAIL: Final = "email"

CACHE_SIZE: Final = 50_000
REMEMBERED_LENGTH: Final = 256
"""Values that are remembered, and the length of the longest: about 30 MB. A value costs 0.3 ms otherwise."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class _Encrypted:
    text: str
    is_normal: bool


class PersonalDataEncryption:
    """Encrypts documents and counts: `values` encrypted, `remembered` among them, `irregular` ones that could not be
    brought to one form and were encrypted as they lay.
    """

    def __init__(self, cipher: PersonalDataCipher) -> None:
        self._cipher = cipher
        self._memory: LRUCache[tuple[str, str], _Encrypted] = LRUCache(CACHE_SIZE)
        self.counts: Counter[str] = Counter()

    @property
    def key_id(self) -> str:
        """The key that encrypts now."""
        return self._cipher.key_id

    def encrypt(self, kind: DocumentKind, document: Document) -> dict[str, Any]:
        """A copy of the document with its phones and e-mails encrypted, the order of its keys kept."""
        result = dict(document)
        for field, paths in ((PHONE, kind.phones), (EMAIL, kind.emails)):
            for path in paths:
                container = self._own_container(document, result, path)
                if container is not None and path[-1] in container:
                    container[path[-1]] = self._value(field, container[path[-1]])
        return result

    def _own_container(self, document: Document, result: dict[str, Any], path: FieldPath) -> dict[str, Any] | None:
        """The object that holds the field, copied once; None where there is none to look into."""
        source: Any = document
        target = result
        for name in path[:-1]:
            source = source.get(name)
            if source is None:
                return None
            if not isinstance(source, dict):
                # No validator lets this in. If it got in all the same, personal data may be anywhere in it.
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
            # A phone found in its text would not be all that it says.
            encrypted = _Encrypted(self._cipher.encrypt(field, to_json(value).decode()), is_normal=False)
        else:
            encrypted = self._text(field, _as_text(value))
        self.counts["values"] += 1
        self.counts["not_normalised"] += not encrypted.is_normal
        return encrypted.text

    def _text(self, field: str, text: str) -> _Encrypted:
        remembered = self._memory.get((field, text))
        if remembered is not None:
            self.counts["from_cache"] += 1
            return remembered
        normalised = _normalise(field, text)
        encrypted = _Encrypted(self._cipher.encrypt(field, normalised.text), normalised.is_normal)
        if len(text) <= REMEMBERED_LENGTH:
            self._memory[field, text] = encrypted
        return encrypted


def clear_fields(kind: DocumentKind, document: Document, cipher: PersonalDataCipher) -> Iterator[str]:
    """The paths of personal fields in a published document that are not encrypted with a key of the ring."""
    for field, paths in ((PHONE, kind.phones), (EMAIL, kind.emails)):
        for path in paths:
            value: Any = document
            owner = ""
            for name in path:
                if isinstance(value, dict):
                    value, owner = value.get(name), name
            # A container that is no object was encrypted whole, under its own name.
            if not _is_protected(cipher, field if owner == path[-1] else owner, value):
                yield ".".join(path)


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
    """The value behind an encrypted text of any field, for a person who has only the text. Raises DecryptionError."""
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


# Containers too: one that is no object is encrypted whole, under its own name.
_FIELDS: Final = (
    PHONE,
    EMAIL,
    *sorted({path[-2] for kind in KINDS for path in (*kind.phones, *kind.emails) if len(path) > 1}),
)
