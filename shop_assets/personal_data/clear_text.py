"""Finds what is not encrypted in a document that was sent."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from bson.decimal128 import Decimal128

from shop_assets.documents.nothing import stands_for_nothing
from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.decryption import decrypt_any
from shop_assets.personal_data.document_contacts import find_contacts_of_id, has_contact
from shop_assets.personal_data.field_names import CACHED_NAMES, CONTACTS, LONGEST_CACHED_NAME, FieldMeaning
from shop_assets.personal_data.personal_values import (
    as_text,
    is_contact_name,
    is_number,
    is_personal_id,
    is_phone_number,
    is_plainly_another,
    more_exact,
)

_MOBILE: Final = re.compile(r"\s*[78]9\d{9}\s*")


def fields_in_the_clear(
    document: Mapping[str, Any], cipher: PersonalDataCipher, ids: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Find the personal data of a sent document that is not encrypted with a key of the ring.

    Args:
        document: The document as it is in its topic.
        cipher: The key ring.
        ids: The paths of the document's own id and of its references, which are encrypted as a whole or not at all.

    Yields:
        The path of each such value, its names joined by dots; `[]` is an element of a list.
    """
    for path, meaning, value in _values(document):
        if _is_in_the_clear(meaning, value, cipher, is_of_model=path in ids):
            yield path


def undecryptable_fields(document: Mapping[str, Any], cipher: PersonalDataCipher) -> Iterator[str]:
    """Find those of `fields_in_the_clear` that hold a ciphertext: their key is not in the ring, or they were changed.

    Args:
        document: The document as it is in its topic.
        cipher: The key ring.

    Yields:
        The path of each such value, as above.
    """
    for path, meaning, value in _values(document):
        if _is_ciphertext(value) and _is_in_the_clear(meaning, value, cipher, is_of_model=False):
            yield path


def encrypted_elsewhere(document: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """Find the ciphertexts of a sent document outside the fields that the models have for phones and e-mails.

    Args:
        document: The document as it is in its topic.
        known: The paths of those fields.

    Yields:
        The path of each value that contains one; that of a field's name ends in `(a name)`.
    """
    for path, _, value in _values(document):
        if path not in known and isinstance(value, str) and ENCRYPTED.search(value):
            yield path


def possible_phones(document: Mapping[str, Any]) -> Iterator[str]:
    """Find the numbers of a sent document that could be mobile phones, in fields whose numbers are not encrypted.

    Many shops use the phone as the number of the loyalty card. Whether one is a phone cannot be seen.

    Args:
        document: The document as it is in its topic.

    Yields:
        The path of each such value.
    """
    for path, meaning, value in _values(document):
        if meaning is FieldMeaning.NUMBER and is_number(value) and _MOBILE.fullmatch(as_text(value)):
            yield path


def _values(
    value: Any, path: str | None = None, meaning: FieldMeaning = FieldMeaning.TEXT
) -> Iterator[tuple[str, FieldMeaning, Any]]:
    """Every text, number and name of a document, with what it is by the name of its field."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            own_name, shown = _name(name) if len(name) <= LONGEST_CACHED_NAME else _looked_into(name)
            own = more_exact(meaning, own_name)
            is_contact = meaning in CONTACTS and (_is_ciphertext(name) or is_contact_name(meaning, name))
            shown = "…" if is_contact else shown
            yield f"{path or ''} (a name)", meaning if is_contact else FieldMeaning.TEXT, name
            yield from _values(inner, shown if path is None else f"{path}.{shown}", own)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, f"{path or ''}[]", meaning)
    elif value is not None and not isinstance(value, bool):
        yield path or "", meaning, value


def _looked_into(name: str) -> tuple[str, str]:
    """What the name of a field says, and how it is shown."""
    return "" if ENCRYPTED.search(name) else name, without_contacts(ENCRYPTED.sub("…", name))


_name = lru_cache(CACHED_NAMES)(_looked_into)


def _is_in_the_clear(meaning: FieldMeaning, value: Any, cipher: PersonalDataCipher, *, is_of_model: bool) -> bool:
    if meaning in CONTACTS and not (meaning is FieldMeaning.PERHAPS and _is_another(value)):
        return not _is_protected(cipher, value)
    if meaning is FieldMeaning.NUMBER and is_number(value):
        return False
    is_quantity = meaning is FieldMeaning.DATE or meaning is FieldMeaning.QUANTITY
    if is_quantity and isinstance(value, int | float | Decimal128):
        return False
    if meaning is FieldMeaning.ID:
        is_searched = isinstance(value, str) and not is_of_model
        return is_personal_id(as_text(value)) or (is_searched and has_contact(value, find_contacts_of_id))
    if isinstance(value, int | float | Decimal128):
        return is_phone_number(value)
    return has_contact(as_text(value))


def _is_another(value: Any) -> bool:
    return not _is_ciphertext(value) and is_plainly_another(value)


def _is_protected(cipher: PersonalDataCipher, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if stands_for_nothing(value):
        return True
    try:
        decrypt_any(cipher, value)
    except DecryptionError:
        return False
    return True


def _is_ciphertext(value: Any) -> bool:
    return isinstance(value, str) and ENCRYPTED.fullmatch(value) is not None
