"""Dirt as in real documents: contacts in every spelling, stray spaces, blanks, duplicates, future dates, missing ids.

This module changes a clean document; `documents.py` decides which documents are changed. What the pipeline makes of
each is described in `docs/cleaning.md`.
"""

import re
from collections.abc import Callable
from random import Random
from typing import Any, Final

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind, FieldPath

Dirt = Callable[[Random, DocumentKind, dict[str, Any]], None]
"""Changes a document in place."""

_FUTURE: Final = "2199-01-01T00:00:00Z"
_UNKNOWN_GROUPS: Final = ("🍬 Сладости", "Бытовая химия", "", "прочее")
_BLANKS: Final = ("", "   ", "\t", None)


def dirty(random: Random, kind: DocumentKind, document: dict[str, Any]) -> None:
    """Apply one kind of dirt to the document, in place."""
    random.choice(_DIRT[kind.name])(random, kind, document)


def _respelled_contacts(random: Random, kind: DocumentKind, document: dict[str, Any]) -> None:
    for path in kind.phones:
        holder = _holder(document, path)
        holder[path[-1]] = _respelled_phone(random, holder[path[-1]])
    for path in kind.emails:
        holder = _holder(document, path)
        holder[path[-1]] = _respelled_email(random, holder[path[-1]])


def _holder(document: dict[str, Any], path: FieldPath) -> dict[str, Any]:
    for name in path[:-1]:
        document = document[name]
    return document


def _respelled_phone(random: Random, phone: str) -> str:
    digits = re.sub(r"\D", "", phone)[-10:]
    code, a, b, c = digits[:3], digits[3:6], digits[6:8], digits[8:]
    return random.choice(
        (
            f"8 ({code}) {a} {b} {c}",
            f"8-{code}-{a}-{b}-{c}",
            f"+7 ({code}) {a}-{b}-{c}",
            f"7{digits}",
            digits,
            f"  +7{digits} ",
        )
    )


def _respelled_email(random: Random, email: str) -> str:
    return random.choice((email.upper(), email.title(), f" {email}", f"{email}  ", f"\t{email.capitalize()} "))


def _stray_spaces(random: Random, kind: DocumentKind, document: dict[str, Any]) -> None:
    name = random.choice([name for name, value in document.items() if isinstance(value, str)])
    document[name] = f"  {document[name]} "
    document[kind.id_field] = f" {document[kind.id_field].upper()}  "


def _blank_field(random: Random, kind: DocumentKind, document: dict[str, Any]) -> None:
    name = random.choice([name for name in document if name != kind.id_field])
    document[name] = random.choice(_BLANKS) if isinstance(document[name], str) else None


def _missing_field(random: Random, kind: DocumentKind, document: dict[str, Any]) -> None:
    del document[random.choice([name for name in document if name != kind.id_field])]


def _missing_id(random: Random, kind: DocumentKind, document: dict[str, Any]) -> None:
    if random.random() < 0.5:  # noqa: PLR2004  # either way
        del document[kind.id_field]
    else:
        document[kind.id_field] = random.choice(_BLANKS)


def _future_registration(random: Random, _kind: DocumentKind, document: dict[str, Any]) -> None:
    document[random.choice(("registration_date", "birth_date"))] = _FUTURE


def _future_purchase(_random: Random, _kind: DocumentKind, document: dict[str, Any]) -> None:
    document["purchase_datetime"] = _FUTURE


def _unknown_group(random: Random, _kind: DocumentKind, document: dict[str, Any]) -> None:
    document["group"] = random.choice(_UNKNOWN_GROUPS)


def _unknown_category(random: Random, _kind: DocumentKind, document: dict[str, Any]) -> None:
    random.choice(document["items"])["category"] = random.choice(_UNKNOWN_GROUPS)


def _price_as_text(_random: Random, _kind: DocumentKind, document: dict[str, Any]) -> None:
    document["price"] = str(document["price"])


def _no_lines(_random: Random, _kind: DocumentKind, document: dict[str, Any]) -> None:
    document["items"] = []


# Harmless dirt is listed several times, so that it is more frequent than dirt that costs the document.
_ANYWHERE: Final = (_stray_spaces, _stray_spaces, _blank_field, _missing_field, _missing_id)
_CONTACTS: Final = (_respelled_contacts,) * 5
_DIRT: Final[dict[str, tuple[Dirt, ...]]] = {
    STORES.name: (*_ANYWHERE, *_CONTACTS),
    PRODUCTS.name: (*_ANYWHERE, _unknown_group, _unknown_group, _price_as_text),
    CUSTOMERS.name: (*_ANYWHERE, *_CONTACTS, _future_registration),
    PURCHASES.name: (*_ANYWHERE, *_CONTACTS, _future_purchase, _unknown_category, _no_lines),
}
