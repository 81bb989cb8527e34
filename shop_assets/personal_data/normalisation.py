"""One form for the many spellings of a phone or an e-mail, so that equal values have equal ciphertexts.

The rules are in `docs/documents.md`, section "Personal data".
"""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

REGION: Final = "RU"
"""Numbers without a country code are Russian: `8 (900) …`, `9001234567`."""

# Companies use these internally though the validator refuses them: reserved domains (user@corp.local), domain literals.
_ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


@dataclass(frozen=True)
class Normalised:
    """The text to encrypt, and whether it is in the normal form; if not, it is the trimmed input."""

    text: str
    is_normal: bool


def normalise_phone(text: str) -> Normalised:
    """Convert a phone to E.164, with an extension as RFC 3966 writes it (`+79001234567;ext=12`)."""
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
    """Trim an e-mail and convert it to lower case, Unicode's composed form and a readable international domain."""
    trimmed = text.strip()
    try:
        address = validate_email(trimmed, check_deliverability=False).normalized
    except EmailNotValidError:
        if _ADDRESS.fullmatch(trimmed):
            return Normalised(trimmed.lower(), is_normal=True)
        return Normalised(trimmed, is_normal=False)
    return Normalised(address.lower(), is_normal=True)
