"""By what one customer is found in texts that are no documents: ids, e-mails, phones and card numbers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from shop_assets.documents.pseudonyms import comparable_id
from shop_assets.personal_data.document_contacts import find_contacts
from shop_assets.personal_data.masking import readable
from shop_assets.personal_data.normalisation import EMAIL, normalise_email, normalise_phone

SHORTEST: Final = 5
"""Characters of a card number or an e-mail that is searched for: a shorter one is found in other people's texts."""

PHONE_DIGITS: Final = 10
"""Of a Russian number without its country code."""

_EXTENSION: Final = ";ext="
_NO_DIGITS: Final = bytes(set(range(256)) - set(b"0123456789"))
_ESCAPES: Final = re.compile(rb"\\u[0-9a-f]{4}|%[0-9a-f]{2}|&#x?[0-9a-f]{1,6};")
"""Escapes of JSON, URLs and HTML that may stand between the digits of a phone; their own digits are not the phone's."""


class Traces:
    """What is known of one customer. It is held in memory while the customer is erased, and never stored."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = frozenset(ids)
        self._words: set[str] = set(self.ids)
        self._phones: set[str] = set()
        self._emails: set[str] = set()

    def __repr__(self) -> str:
        return f"Traces(words={len(self._words)}, phones={len(self._phones)})"

    def learn(self, customer: Mapping[str, Any]) -> None:
        """Add the phone, e-mail and card number of a document.

        Args:
            customer: A document of the customer, or the copy of one in a purchase.
        """
        email, phone = comparable_id(customer.get("email")), comparable_id(customer.get("phone"))
        card = comparable_id(customer.get("loyalty_card_number"))
        words = {word for word in (email, card) if word and len(word) >= SHORTEST}
        if email:
            words.add(normalise_email(email).text)
            self._emails.add(normalise_email(email).text)
        self._words |= {word for word in words if len(word) >= SHORTEST}
        if phone and sum(map(str.isdecimal, phone)) >= PHONE_DIGITS:
            self._phones.add(normalise_phone(phone).text)

    @property
    def contacts(self) -> frozenset[str]:
        """The phones and e-mails, normalised."""
        return frozenset(self._phones | self._emails)

    def may_be_in(self, content: bytes) -> bool:
        """Find out quickly whether a file has to be looked at closely.

        Args:
            content: The file in UTF-8, in lower case.

        Returns:
            False if it has nothing of the customer. An id that is not ASCII may be escaped: then every file may. The
            digits of a phone are looked for whatever is between them.
        """
        if any(not word.isascii() or word.encode() in content for word in self._words):
            return True
        numbers = [number.encode() for number in self._numbers]
        return bool(numbers) and any(
            number in digits
            for text in (content, _ESCAPES.sub(b"", content))
            for digits in [text.translate(None, _NO_DIGITS)]
            for number in numbers
        )

    def is_mentioned(self, text: str) -> bool:
        """Find out whether a text has an id, e-mail, phone or card number of the customer.

        Args:
            text: Any text, also a damaged document.

        Returns:
            Whether it has one as a whole word: `cus-1` is not in `cus-12`.
        """
        plain = readable(text).lower()
        if any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", plain) for word in self._words):
            return True
        if any(number in plain for number in self._numbers):
            return True
        phones = set(map(_without_extension, self._phones))
        return not phones.isdisjoint(map(_without_extension, contacts_in(plain)))

    @property
    def _numbers(self) -> set[str]:
        """The last ten digits of the phones, without their extensions."""
        digits = ("".join(filter(str.isdecimal, _without_extension(phone))) for phone in self._phones)
        return {number[-PHONE_DIGITS:] for number in digits if len(number) >= PHONE_DIGITS}


def _without_extension(phone: str) -> str:
    return phone.partition(_EXTENSION)[0]


def contacts_in(text: str) -> set[str]:
    """Find the phones and e-mails of a text.

    Args:
        text: Any text.

    Returns:
        Them, normalised.
    """
    return {
        normalise_email(found).text if contact.field == EMAIL else normalise_phone(found).text
        for contact in find_contacts(text)
        for found in [text[contact.start : contact.end]]
    }
