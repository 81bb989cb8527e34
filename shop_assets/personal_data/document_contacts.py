"""Finds the phones and e-mails in the texts of documents, to encrypt them and nothing else.

`contacts.py` masks our own logs and pages, where too much does little harm. Here a false alarm would garble a name or
an address in MART for good, so a text must be written like a phone (`phones_in_texts.py`) or an e-mail
(`addresses_in_texts.py`).
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from shop_assets.personal_data.addresses_in_texts import find_addresses
from shop_assets.personal_data.cipher import ENCRYPTED
from shop_assets.personal_data.contacts import PLAIN
from shop_assets.personal_data.normalisation import EMAIL, PHONE
from shop_assets.personal_data.number_labels import TAKEN, is_called_phone
from shop_assets.personal_data.phones_in_texts import find_phones, length_of_phone_of_id
from shop_assets.personal_data.readable_text import decoded, with_plain_characters

# What most texts lack; looking for it costs a tenth of the rest. Ten digits, seven behind a plus, or an @ in one of its
# forms.
_SUSPECT: Final = re.compile(
    r"@|[＠﹫]|[(\[{<]\s?(?:at|собака)\s?[)\]}>]|%u?[0-9a-f]{2}|&(?:#|\w+;|nbsp)|\\[ux]|\d(?:\D{0,4}\d){9}"
    r"|[+＋]\(?\d(?:(?:[^\w+]|_){0,4}\d){6}",
    re.IGNORECASE,
)
_FORM: Final = r"=[^\s=&]*\d\+\d"
_ENCODED: Final = re.compile(rf"%u?[0-9a-f]{{2}}|&(?:#|\w+;|nbsp)|\\|{_FORM}", re.IGNORECASE)
"""A blank is a plus in the encoding of forms: `phone=%2B7+900+123+45+67`."""

_ROUNDS: Final = 4
"""How often a text is searched: what stands beside a contact may be one too, once this is taken out."""

_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_ID_PREFIX: Final = re.compile(r"(?:[^\d\s+(]|\((?!\+?\d{1,3}\)))*")  # a code in brackets is the phone's: (8)9001234567
_ID_SUFFIX: Final = re.compile(
    r"(?:[.,]0+)?(?:[\s_;,.-]*(?:доб|доп|вн|внутр|ext|extension|x|#)[.:=\s№#]*\d{1,6})?[^\d\s]*",
    re.IGNORECASE,
)
"""Of a phone that is an id: letters and signs around it, the decimal place of a spreadsheet, an extension."""


class Contact(NamedTuple):
    """A phone or an e-mail in a text: where it is, and which of the two."""

    start: int
    end: int
    field: str


Finder = Callable[[str], list[Contact]]
"""`find_contacts`, or `find_contacts_of_id`."""


class HiddenContactError(ValueError):
    """A text hides a contact in an encoding: where it begins and ends is not known."""


def find_contacts(text: str) -> list[Contact]:
    """Find the phones and e-mails that a text shows.

    Args:
        text: Any text.

    Returns:
        The contacts in their order, none within another or within a ciphertext. With all of them taken out, the text
        has none.
    """
    plain = _without_ciphertexts(_with_usual_digits(text))
    found: list[Contact] = []
    for _ in range(_ROUNDS):
        here = _found_at_once(plain)
        if not here:
            break
        found += here
        plain = _without(plain, here)
    return _apart(sorted(found))


def find_contacts_of_id(text: str) -> list[Contact]:
    """Find the phones and e-mails in an id that is no reference: `89001234567-2`, or a list of ids, or a note.

    Args:
        text: The id.

    Returns:
        The contacts in their order; phones only in forms that other ids do not have, or behind a word for one.
    """
    return [
        contact
        for contact in find_contacts(text)
        if contact.field == EMAIL
        or text.startswith(("+", "(+"), contact.start)
        or length_of_phone_of_id(text[contact.start : contact.end])  # behind it may be an extension
        or is_called_phone(text, contact.start)
    ]


def replace_contacts(text: str, replacement: Callable[[str, str], str], find: Finder = find_contacts) -> str:
    """Replace the phones and e-mails in a text.

    Args:
        text: Any text; ciphertexts in it stay as they are.
        replacement: Takes `phone` or `email`, and the text that was found.
        find: What finds them.

    Returns:
        The text with the replacements, in which `has_contact` finds nothing; the text itself if nothing was found.

    Raises:
        HiddenContactError: The text, decoded, has other contacts than it shows.
    """
    if not may_have_contact(text):
        return text
    contacts = find(text)
    if _may_hide(text):
        plain = decoded(text)
        shown = [decoded(text[contact.start : contact.end]) for contact in contacts]
        if [plain[contact.start : contact.end] for contact in find(plain)] != shown:
            raise HiddenContactError
    if not contacts:
        if _has_hidden(text, find):
            raise HiddenContactError
        return text
    if has_contact(_without(text, contacts), find):
        raise HiddenContactError
    parts: list[str] = []
    end = 0
    for contact in contacts:
        parts += [text[end : contact.start], replacement(contact.field, text[contact.start : contact.end])]
        end = contact.end
    result = "".join([*parts, text[end:]])
    if has_contact(result, find):  # what stands beside a ciphertext may run together with it
        raise HiddenContactError
    return result


def may_have_contact(text: str) -> bool:
    """Find out quickly whether a text has to be looked at closely.

    Args:
        text: Any text.

    Returns:
        False if it has no phone and no e-mail, in the clear or encoded.
    """
    if _SUSPECT.search(text) is not None:
        return PLAIN.fullmatch(text) is None
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return False
    return _SUSPECT.search(with_plain_characters(text)) is not None  # `⑧⑨⓪①②③④⑤⑥⑦`, `ivan（at）mail.ru`


def has_contact(text: str, find: Finder = find_contacts) -> bool:
    """Whether a text has a phone or an e-mail in it, in the clear or encoded.

    Args:
        text: Any text.
        find: What finds them.
    """
    if not may_have_contact(text):
        return False
    return bool(find(text)) or _has_hidden(text, find)


def _has_hidden(text: str, find: Finder) -> bool:
    """Whether there is a contact in what the text is, decoded."""
    if not _may_hide(text):
        return False
    return bool(find(decoded(text))) or ("+" in text and bool(find(decoded(text.replace("+", " ")))))


def is_contact_id(text: str) -> bool:
    """Whether an id is a phone or an e-mail, alone or with letters around it; ten digits alone are an id.

    Args:
        text: The id.
    """
    plain = (decoded(text) if _may_hide(text) else text).strip()
    prefix = _ID_PREFIX.match(plain)
    number = plain[prefix.end() :] if prefix else plain
    length = length_of_phone_of_id(number)
    is_phone = length > 0 and _ID_SUFFIX.fullmatch(number, length) is not None
    return is_phone or any(True for _ in find_addresses(_without_ciphertexts(plain)))


def _may_hide(text: str) -> bool:
    return not text.isascii() or _ENCODED.search(text) is not None


def _found_at_once(plain: str) -> list[Contact]:
    found = _apart([_whole(plain, start, end, EMAIL) for start, end in find_addresses(plain)])
    rest = _without(plain, found) if found else plain
    return _apart(sorted(found + [_whole(rest, start, end, PHONE) for start, end in find_phones(rest)]))


def _without(text: str, contacts: list[Contact]) -> str:
    """The text, as long as before, with the contacts taken out, which must not overlap."""
    parts: list[str] = []
    end = 0
    for contact in contacts:
        parts += [text[end : contact.start], TAKEN * (contact.end - contact.start)]
        end = contact.end
    return "".join([*parts, text[end:]])


def _without_ciphertexts(text: str) -> str:
    return ENCRYPTED.sub(lambda found: TAKEN * len(found[0]), text)


def _apart(contacts: list[Contact]) -> list[Contact]:
    """Contacts that overlap or touch as one: two ciphertexts must not run together either."""
    result: list[Contact] = []
    for contact in contacts:
        if result and contact.start <= result[-1].end:
            result[-1] = result[-1]._replace(end=max(result[-1].end, contact.end))
        else:
            result.append(contact)
    return result


def _whole(text: str, start: int, end: int, field: str) -> Contact:
    """With the letters and digits that follow: a ciphertext must not run together with them."""
    while end < len(text) and (text[end].isascii() and text[end].isalnum()):
        end += 1
    return Contact(start, end, field)


def _with_usual_digits(text: str) -> str:
    """The digits of every script as 0 to 9, and no character more or less."""
    if text.isascii() or not _OTHER_DIGIT.search(text):
        return text
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )
