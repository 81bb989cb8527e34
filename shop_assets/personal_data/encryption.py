"""The personal data of a document, encrypted wherever it is; everything else unchanged.

A field that is named like a phone or an e-mail (`field_names.py`) has its whole value encrypted, at any depth and in
any shape. Of other texts and of field names, only the phones and e-mails in them are. No value stops the run.
`personal_values.py` says what is encrypted as what, `decryption.py` decrypts, and `clear_text.py` finds what is not
encrypted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson.decimal128 import Decimal128
from cachetools import LRUCache

from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.nothing import stands_for_nothing
from shop_assets.personal_data.addresses_in_texts import joined
from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher
from shop_assets.personal_data.document_contacts import (
    Finder,
    HiddenContactError,
    find_contacts,
    find_contacts_of_id,
    has_contact,
    replace_contacts,
)
from shop_assets.personal_data.field_names import FieldMeaning, meaning_of
from shop_assets.personal_data.masking import shape_of
from shop_assets.personal_data.normalisation import EMAIL, PHONE, Normalised, normalise_email, normalise_phone
from shop_assets.personal_data.personal_values import (
    ID,
    TEXT,
    as_text,
    is_contact_name,
    is_number,
    is_personal_id,
    is_phone_number,
    is_plainly_another,
    is_sent_encrypted,
    looks_encrypted,
    more_exact,
)

CACHE_SIZE: Final = 50_000
LONGEST_CACHED_VALUE: Final = 256
"""Values in the cache, and the length of the longest one: about 30 MB. Without the cache a value costs 30 µs."""

KNOWN_FIELDS: Final = 10_000
"""Fields by path that are remembered; documents with names of their own for each value must not fill the memory."""

KNOWN_TEXTS: Final = 50_000
"""Texts that stay as they are and are remembered, of each meaning: looking one up costs a tenth of looking into it."""


PERSONAL_ID: Final = "an id looks like a phone or an e-mail"
CIPHERTEXT_ID: Final = "an id looks like a ciphertext"


class PersonalIdError(ValueError):
    """A document has an id or a reference that cannot be sent as it is: `path` names its field, `reason` says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class _Encrypted:
    text: str
    is_normal: bool


@dataclass(frozen=True, slots=True)
class _Field:
    """A field whose name holds no contact: its path, what its name says, and texts that stay as they are in fields of
    this meaning.
    """

    path: str
    meaning: FieldMeaning
    unchanged: set[str]
    is_text: bool
    is_number: bool


_NOTHING_KNOWN: Final[Mapping[str, _Field]] = {}


class PersonalDataEncryption:
    """Encrypts documents and counts what it encrypted.

    `counts` has `values` encrypted; `from_cache` of them were encrypted before; `not_normalised` of them could not be
    normalised and were encrypted as they are, trimmed; `irregular` counts these by path, with the shape of one in
    `shapes`. `elsewhere` counts those outside the fields that the models have for them, by path. `cipher` has the keys.
    """

    def __init__(self, cipher: PersonalDataCipher) -> None:
        self.cipher = cipher
        self._cache: LRUCache[tuple[str, str], _Encrypted] = LRUCache(CACHE_SIZE)
        self._kind: DocumentKind | None = None
        self._known = frozenset[str]()
        self._ids = frozenset[str]()
        self._fields_of: dict[str, dict[str | None, dict[str, _Field]]] = {}
        self._fields: dict[str | None, dict[str, _Field]] = {}
        self._known_fields = 0
        self._unchanged: Mapping[FieldMeaning, set[str]] = {meaning: set() for meaning in FieldMeaning}
        self._unchanged_ids: set[str] = set()  # of the model, which are encrypted as a whole or not at all
        self.counts: Counter[str] = Counter()
        self.elsewhere: Counter[str] = Counter()
        self.irregular: Counter[str] = Counter()
        self.shapes: dict[str, str] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """For worker processes, each of which has its own cache and counts."""
        return PersonalDataEncryption, (self.cipher,)

    def encrypt(self, kind: DocumentKind, document: Mapping[str, Any]) -> dict[str, Any]:
        """Encrypt the phones and e-mails of a document.

        Args:
            kind: Its kind, which names the fields that the models have for them, and its ids.
            document: The document as it is stored in MongoDB; it is not changed.

        Returns:
            A copy with the same order of keys.

        Raises:
            PersonalIdError: An id or a reference looks like a phone, an e-mail or a ciphertext, and ids are not
                encrypted.
        """
        if kind is not self._kind:
            self._kind, self._known, self._ids = kind, kind.personal_paths, kind.id_paths
            self._fields = self._fields_of.setdefault(kind.name, {})
        return self._object(None, document)

    def sent_id(self, document_id: str) -> str:
        """The id under which a document is sent: its own, or the ciphertext of one that is personal data.

        Args:
            document_id: The natural id, as MongoDB has it. One that looks like a ciphertext is not one of ours, and is
                encrypted too: `stored_id` would take it for the id of another document.

        Returns:
            The id.
        """
        if document_id in self._unchanged_ids:
            return document_id
        if is_sent_encrypted(document_id):
            return self._cached(ID, document_id).text
        _remember(self._unchanged_ids, document_id)  # its document has it once more
        return document_id

    def stored_id(self, document_id: str) -> str:
        """The id in MongoDB of a document that was sent.

        Args:
            document_id: The id under which it was sent.

        Returns:
            The id; the same if it was not encrypted with a key of the ring.
        """
        if not ENCRYPTED.fullmatch(document_id):
            return document_id
        try:
            return self.cipher.decrypt(ID, document_id)
        except DecryptionError:
            return document_id

    def _object(self, path: str | None, value: Mapping[str, Any]) -> dict[str, Any]:
        """An object's fields, each by its name.

        The document itself has no path: that of a field without a name is empty.
        """
        result: dict[str, Any] = {}
        fields = self._fields.get(path, _NOTHING_KNOWN)
        for name, inner in value.items():
            field = fields.get(name) or self._field(path, name)
            if field is None:
                self._add_hidden(result, path, name, inner)
            # What most values are, without a call for each of them.
            elif (type_ := type(inner)) is str:
                result[name] = inner if inner in field.unchanged else self._field_text(field, inner)
            elif inner is None or (field.is_number and (type_ is float or type_ is int)):
                result[name] = inner
            elif field.is_text and type_ is dict:
                result[name] = self._object(field.path, inner)
            else:
                result[name] = self._treat(field.meaning, field.path, inner)
        return result

    def _contacts(self, path: str, value: Mapping[str, Any], meaning: FieldMeaning) -> dict[str, Any]:
        """The fields of an object in a field for phones or e-mails, which says what all of them and their names are."""
        result: dict[str, Any] = {}
        for name, inner in value.items():
            field = self._fields.get(path, _NOTHING_KNOWN).get(name) or self._field(path, name)
            if field is None or is_contact_name(meaning, name):
                self._add_hidden(result, path, name, inner, meaning)
            else:
                result[name] = self._contact(more_exact(meaning, name), field.path, inner)
        return result

    def _field(self, path: str | None, name: str) -> "_Field | None":
        """What is known of a field by its name; None if the name holds a contact, or is that of the document's id."""
        if _hides(name) or (path is None and name == "_id"):
            return None
        meaning = meaning_of(name)
        own_path = name if path is None else f"{path}.{name}"
        field = _Field(
            own_path,
            meaning,
            self._unchanged_ids if own_path in self._ids else self._unchanged[meaning],
            meaning is FieldMeaning.TEXT,
            meaning in {FieldMeaning.NUMBER, FieldMeaning.DATE, FieldMeaning.QUANTITY},
        )
        if self._known_fields < KNOWN_FIELDS and len(name) <= LONGEST_CACHED_VALUE:
            self._fields.setdefault(path, {})[name] = field
            self._known_fields += 1
        return field

    def _field_text(self, field: _Field, text: str) -> Any:
        """A field's text, which is remembered if it stays as it is: whether it does, its field's meaning decides."""
        treated = self._treat(field.meaning, field.path, text)
        if treated is text:
            _remember(field.unchanged, text)
        return treated

    def _add_hidden(
        self, result: dict[str, Any], path: str | None, name: str, value: Any, meaning: FieldMeaning | None = None
    ) -> None:
        """Add a field whose name holds a contact, and says nothing about its value; `meaning` is the outer field's."""
        is_contact = meaning is not None and is_contact_name(meaning, name)
        if not is_contact and not _hides(name):
            result[name] = value  # the id in MongoDB, which is not sent
            return
        own_path = f"{path or ''} (a name)"
        if meaning and is_contact:  # an address is none for phones only because it stands among them
            own = FieldMeaning.CONTACT if meaning is FieldMeaning.PHONE else meaning
            shown = self._contact(own, own_path, name)
        else:
            shown = self._text(own_path, name)
        if shown in result:  # two spellings of one phone
            shown = self._encrypt(TEXT, own_path, name)
        inner = "…" if path is None else f"{path}.…"
        result[shown] = self._value(inner, value) if meaning is None else self._contact(meaning, inner, value)

    def _treat(self, meaning: FieldMeaning, path: str, value: Any) -> Any:
        if meaning is FieldMeaning.TEXT:
            return self._value(path, value)
        if meaning is FieldMeaning.NUMBER:
            return self._number(path, value)
        if meaning is FieldMeaning.DATE or meaning is FieldMeaning.QUANTITY:
            return self._quantity(path, value)
        if meaning is FieldMeaning.ID:
            return self._id(path, value)
        return self._contact(meaning, path, value)

    def _value(self, path: str, value: Any) -> Any:
        """A value whose name says nothing: the contacts in it are encrypted."""
        match value:
            case str():
                text = value if type(value) is str else str(value)  # bson.Code is a text without a hash
                return self._text(path, text)
            case None | bool():
                return value
            case dict():
                return self._object(path, value)
            case list():
                element = f"{path}[]"
                return [self._value(element, inner) for inner in value]
            case int() | float() | Decimal128():
                return self._encrypt(PHONE, path, as_text(value)) if is_phone_number(value) else value
            case _:
                text = as_text(value)
                return self._encrypt(TEXT, path, text) if has_contact(text) else value

    def _number(self, path: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._number(f"{path}[]", inner) for inner in value]
        if isinstance(value, dict):
            return self._numbers(path, value)
        return value if is_number(value) else self._value(path, value)

    def _numbers(self, path: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an object in a field for numbers: `{"barcode": {"value": …}}`."""
        result: dict[str, Any] = {}
        for name, inner in value.items():
            field = self._fields.get(path, _NOTHING_KNOWN).get(name) or self._field(path, name)
            if field is None:
                self._add_hidden(result, path, name, inner)
            else:
                result[name] = self._treat(more_exact(FieldMeaning.NUMBER, name), field.path, inner)
        return result

    def _quantity(self, path: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._quantity(f"{path}[]", inner) for inner in value]
        return value if isinstance(value, int | float | Decimal128) else self._value(path, value)

    def _id(self, path: str, value: Any) -> Any:
        match value:
            case list():
                return [self._id(f"{path}[]", inner) for inner in value]
            case dict():
                return self._value(path, value)
            case None | bool():
                return value
        text = as_text(value)
        if path in self._ids:
            return self._id_of_model(path, value, text)
        if is_personal_id(text):
            return self._encrypt(ID, path, text.strip().lower())
        is_kept = isinstance(value, int | float | Decimal128)
        shown = text if is_kept else self._text(path, text, find_contacts_of_id)
        return value if shown == text else shown

    def _id_of_model(self, path: str, value: Any, text: str) -> Any:
        """An own id or a reference: `sent_id` of it where it cannot be sent as it is."""
        if not is_sent_encrypted(text):
            return value
        if not self.cipher.encrypts_ids:
            raise PersonalIdError(path, CIPHERTEXT_ID if looks_encrypted(text) else PERSONAL_ID)
        return self._encrypt(ID, path, text.strip().lower())

    def _contact(self, meaning: FieldMeaning, path: str, value: Any) -> Any:
        """The value of a field that is named like a phone or an e-mail: every text and number that stands for one."""
        match value:
            case None | bool() if value is None or path not in self._known:  # whether there is one, or may be used
                return value
            case dict():
                return self._contacts(path, value, meaning)
            case list():
                return [self._contact(meaning, f"{path}[]", inner) for inner in value]
        if isinstance(value, str) and stands_for_nothing(value):
            return value
        if meaning is FieldMeaning.PERHAPS and is_plainly_another(value):
            return self._value(path, value)
        text = as_text(value)
        is_email = meaning is FieldMeaning.EMAIL or (meaning is not FieldMeaning.PHONE and "@" in text)
        return self._encrypt(EMAIL if is_email else PHONE, path, text)

    def _text(self, path: str, text: str, find: Finder = find_contacts) -> str:
        if looks_encrypted(text):  # what was delivered is no ciphertext of ours, and must not be taken for one
            return self._encrypt(TEXT, path, text)
        try:
            return replace_contacts(
                text, lambda field, found: self._encrypt(field, path, joined(found) if field == EMAIL else found), find
            )
        except HiddenContactError:
            return self._encrypt(TEXT, path, text)

    def _encrypt(self, field: str, path: str, text: str) -> str:
        encrypted = self._cached(field, text)
        self.counts["values"] += 1
        if not encrypted.is_normal:
            self.counts["not_normalised"] += 1
            self._note_irregular(path, text)
        if path not in self._known:
            self.elsewhere[path] += 1
        return encrypted.text

    def _note_irregular(self, path: str, text: str) -> None:
        if path in self.irregular or len(self.irregular) < KNOWN_FIELDS:
            self.irregular[path] += 1
            self.shapes.setdefault(path, shape_of(text))

    def _cached(self, field: str, text: str) -> _Encrypted:
        encrypted = self._cache.get((field, text))
        if encrypted is not None:
            self.counts["from_cache"] += 1
            return encrypted
        normalised = _normalise(field, text)
        encrypted = _Encrypted(self.cipher.encrypt(field, normalised.text), normalised.is_normal)
        if len(text) <= LONGEST_CACHED_VALUE:
            self._cache[field, text] = encrypted
        return encrypted


def _remember(known: set[str], text: str) -> None:
    """Note a text that stays as it is."""
    if len(text) <= LONGEST_CACHED_VALUE:
        if len(known) >= KNOWN_TEXTS:
            known.clear()
        known.add(text)


def _hides(name: str) -> bool:
    """Whether the name of a field has to be encrypted."""
    return has_contact(name) or looks_encrypted(name)


def _normalise(field: str, text: str) -> Normalised:
    if field == PHONE:
        return normalise_phone(text)
    if field == EMAIL:
        return normalise_email(text)
    return Normalised(text, is_normal=True)
