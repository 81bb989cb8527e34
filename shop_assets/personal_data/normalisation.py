"""One form for the many spellings of a phone or an e-mail, so that equal values give equal ciphertext.

The rule is in `docs/documents.md`, section "Personal data". Encryption itself is `cipher.py`'s.
"""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

REGION: Final = "RU"
"""Numbers without a country code are Russian: `8 (900) …`, `9001234567`."""

# What the validator refuses though companies use it inside: reserved domains (user@corp.local) and domain literals.
_ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


@dataclass(frozen=True)
class Normalised:
    """The text that is encrypted, and whether it is in the one form; otherwise it is the trimmed text as it lay."""

    text: str
    is_normal: bool


def normalise_phone(text: str) -> Normalised:
    """E.164, an extension behind it as RFC 3966 writes it (`+79001234567;ext=12`)."""
    trimmed = text.strip()
    try:
        number = phonenumbers.parse(trimmed, REGION)
    except phonenumbers.NumberParseException:
        return Normalised(trimmed, is_normal=False)
    if not phonenumbers.is_valid_number(number):
        return Normalised(trimmed, is_normal=False)
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Normalised(f"{plain};ext={number.extension}" if number.extension else plain, is_normal=True)


def normalise_email(text: str) -> Normalised:
    """Trimmed and in lower case, in Unicode's composed form, an international domain as people write it."""
    trimmed = text.strip()
    try:
        address = validate_email(trimmed, check_deliverability=False).normalized
    except EmailNotValidError:
        if _ADDRESS.fullmatch(trimmed):
            return Normalised(trimmed.lower(), is_normal=True)
        return Normalised(trimmed, is_normal=False)
    return Normalised(address.lower(), is_normal=True)
