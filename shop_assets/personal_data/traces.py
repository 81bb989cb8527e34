"""Finds one customer in a text that is not a document: by id, e-mail, phone or card number."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from shop_assets.documents.json_text import to_json
from shop_assets.documents.kinds import CUSTOMERS, DocumentKind
from shop_assets.documents.nothing import stands_for_nothing
from shop_assets.documents.pseudonyms import comparable_id
from shop_assets.personal_data.addresses_in_texts import SIGN, joined
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.document_contacts import find_contacts, may_have_contact
from shop_assets.personal_data.field_names import CONTACTS, FieldMeaning, meaning_of
from shop_assets.personal_data.normalisation import EMAIL, normalise_email, normalise_phone, with_plain_apostrophes
from shop_assets.personal_data.personal_values import SMALLEST_PHONE, as_text
from shop_assets.personal_data.readable_text import MASK, decoded, readable, with_plain_characters

SHORTEST: Final = 5
"""Characters of a card number or an e-mail that is searched for: a shorter one is found in other people's texts."""

PHONE_DIGITS: Final = 10
"""Of a Russian number without its country code."""

_FEWEST_DIGITS: Final = 7
"""Of a phone of another country, with its code: `+376 312345`."""

SHORTEST_ID: Final = 5
"""Characters of an id that is searched for as a word; it needs a letter and a digit too. `17` is a quantity, an amount
or a house in other people's documents, `ivanov` a last name: they count only as the value of a field that is named like
the id of a customer."""

_LISTS_OF_CONTACTS: Final = frozenset({"contact", "contacts", "contact_info", "контакт", "контакты"})

_CERTAIN_CONTACTS: Final = CONTACTS - {FieldMeaning.PERHAPS}
_OTHER_PARTIES: Final = frozenset(
    {
        *("manager", "store", "shop", "support", "referrer", "referer", "referral", "emergency", "from", "sender"),
        *("employee", "staff", "cashier", "seller", "courier", "driver", "agent", "consultant", "operator", "company"),
        *("office", "employer", "hotline", "helpdesk", "supplier", "vendor", "merchant", "partner", "parent", "spouse"),
        *("created", "updated", "by", "author", "owner", "магазин", "магазина", "менеджер", "менеджера", "поддержка"),
        *("поддержки", "сотрудник", "сотрудника", "кассир", "кассира", "курьер", "курьера", "продавец", "продавца"),
        *("компания", "компании", "офис", "офиса", "поставщик", "поставщика", "партнёр", "партнера", "партнёра"),
        *("работодатель", "работодателя", "родитель", "родителя", "супруг", "супруга", "супруги", "консультанта"),
    }
)
"""Whose a phone or an e-mail in the document of a customer may be: it is in the documents of many customers."""

_NAMES: Final = ("first_name", "last_name", "middle_name", "patronymic", "full_name", "name", "fio", "фио")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_ENDING: Final = re.compile(r"(?:(?<=\w{4})(?:ий|ый|ой|ая|яя)|[аеёиоуыэюяйь])\Z", re.IGNORECASE)
"""Of a Russian name, which it has another of in each case: `Афанасий`, `Афанасию`."""

_DIGIT: Final = re.compile(r"\d")
_LONGEST_ID: Final = 512
"""Characters of a text that is looked up as a whole: a longer one is no id, and those that are nobody's take memory."""
_QUOTED: Final = re.compile(rf"""["']([^"'\n]{{1,{_LONGEST_ID}}})""")
_UNQUOTED: Final = re.compile(r"[\w@+#-][\w@.+#/-]{0,510}[\w@+#-]")

_KNOWN_VALUES: Final = 20_000
_LONGEST_KNOWN: Final = 256
"""Values of documents that are remembered, some 20 MB, because most recur: to look into one costs ten times as much."""

_LABEL: Final = 40
"""Characters of a name that may say what its value is."""

_EXTENSION: Final = ";ext="
_ALPHANUMERIC: Final = re.compile("[0-9a-z]+")
_NO_DIGITS: Final = bytes(set(range(256)) - set(b"0123456789"))
_NOT_ALPHANUMERIC: Final = bytes(set(range(256)) - set(b"0123456789abcdefghijklmnopqrstuvwxyz"))
_ESCAPES: Final = re.compile(rb"(?:\\u|%u)[0-9a-f]{4}|%[0-9a-f]{2}|&#x?[0-9a-f]{1,6};")
"""Escapes of JSON, URLs and HTML that may stand between the digits of a phone; their own digits are not the phone's."""

_ESCAPED_ASCII: Final = re.compile(
    rb"(?:\\u|%u)00([2-7][0-9a-f])|%([2-7][0-9a-f])|&#x([2-7][0-9a-f]);?|&#(3[2-9]|1[01][0-9]|12[0-6]|[4-9][0-9]);?"
    rb"|\\(/)"
)
_ODD_ESCAPES: Final = re.compile(r"(?:\\u|%u)(?!00[0-7]|04)([0-9a-f]{4})")
"""Of characters that are neither ASCII nor Russian letters: a file that escapes all of these has many."""
_LINE_ENDS: Final = re.compile(r"\\[nr]")
_BLANK: Final = re.compile(r"\s|\\{1,7}[nrt]")
"""A value may have JSON in it, and that again: each time its line ends have more backslashes."""
_BLANKS: Final = re.compile(" {2,}")
_BLANKS_OF_FILES: Final = re.compile(rb"(?:\s|\\{1,7}[nrt])+")
_JOINT: Final = rb"[0-9a-z]{0,16}"
"""What is left, without signs and blanks, of an `@`, a dot or an apostrophe in any form: `at`, `lpar` and `rpar`."""
_BETWEEN: Final = r"[\s._/-]*"
"""What people write between the characters of a card number."""

_GAP: Final = r"\s{0,20}"
_ID_WORD: Final = r"(?:id|ид|код|code|number|номер)"
_CUSTOMER: Final = (
    r"(?:customer|client|klient|buyer|shopper|consumer|покупател|клиент|заказчик"
    r"|контрагент|(?:member|guest|user|cust)(?=[\w.-]{0,3}" + _ID_WORD + r"))\w{0,3}"
)
_OF_CUSTOMER: Final = (
    rf"""{_CUSTOMER}(?:[_.-]?{_ID_WORD})?["']?{_GAP}[:=]{_GAP}"""
    rf"""(?:\{{[^{{}}]{{0,400}}?["'](?:_?{_ID_WORD}|\$\w{{1,20}})["']{_GAP}[:=]{_GAP})?"""
)
"""The end of the name of a field that is named like a customer, or like the id of one, and what is before its value: in
an object, its id."""

_NAMED: Final = rf"(?<![\w.-])[\w.-]{{0,40}}?{_OF_CUSTOMER}"
_CARD: Final = (
    rf"""(?<![\w.-])[\w.-]{{0,40}}?(?:card|karta|карт|loyalty|лояльност)[\w.-]{{0,40}}["']?{_GAP}[:=]{_GAP}"""
    rf"""(?:\{{{_GAP}["']\$\w{{1,20}}["']{_GAP}:{_GAP})?["']?{_GAP}"""
)
"""A field that is named like a card: a short number in another one is an amount or a postal code."""
_OWN: Final = rf"""(?<![\w.-])_?(?:id|ид|код)["']?{_GAP}[:=]{_GAP}(?:\{{{_GAP}["']\$\w{{1,20}}["']{_GAP}:{_GAP})?"""


class Traces:
    """What is known of one customer. It is held in memory while the customer is erased, and never stored."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = frozenset(ids)
        self._words = {name for name in self.ids if _is_word(name)}
        self._short_ids = self.ids - self._words
        self._cards: set[str] = set()
        self._phones: set[str] = set()
        self._emails: set[str] = set()
        self._names: set[str] = set()

    def __repr__(self) -> str:
        return f"Traces(ids={len(self.ids)}, cards={len(self._cards)}, contacts={len(self.contacts)})"

    def learn(self, customer: Mapping[str, Any]) -> None:
        """Add the phones, e-mails and the card number of a document; a phone may be a number or stand in a list.

        Args:
            customer: A document of the customer, or the copy of one in a purchase.
        """
        card = comparable_id(customer.get("loyalty_card_number"))
        if card and not stands_for_nothing(card) and len(_alphanumeric(card)) >= SHORTEST and not _is_filler(card):
            self._cards.add(card)
        self._names |= {word for name in _NAMES for word in _WORD.findall(str(customer.get(name) or ""))}
        for text in _texts_of_contacts(customer):
            self._learn_contact(text.strip().lower())

    def _learn_contact(self, text: str) -> None:
        text = with_plain_apostrophes(text)
        found = contacts_in(text)
        if SIGN.search(text):
            emails = {text, normalise_email(text).text, *filter(SIGN.search, found)}
            self._emails |= {known for known in emails if len(known) >= SHORTEST}
        elif sum(map(str.isdecimal, text)) >= PHONE_DIGITS and not _is_filler(text):
            self._phones.add(normalise_phone(text).text)
        self._phones |= {one for one in found if not SIGN.search(one) and not _is_filler(one)}

    def hidden_in(self, text: str) -> str:
        """Hide what identifies the customer in a text about them, such as the reason of an erasure.

        Args:
            text: The text.

        Returns:
            The text with `***` for ids, phones, e-mails, card numbers, and names in any case of Russian.
        """
        hidden = text
        for known in sorted(self.ids | self._emails, key=len, reverse=True):
            hidden = re.sub(rf"(?<![^\W_]){re.escape(known)}(?![^\W_])", MASK, hidden, flags=re.IGNORECASE)
        for card in self._cards:
            hidden = re.sub(rf"(?<!\w){_spelled(card)}(?!\w)", MASK, hidden, flags=re.IGNORECASE)
        for name in self._names:
            hidden = re.sub(rf"(?<!\w){_inflected(name)}(?!\w)", MASK, hidden, flags=re.IGNORECASE)
        return without_contacts(hidden)

    @property
    def contacts(self) -> frozenset[str]:
        """The phones and e-mails, normalised."""
        return frozenset(self._phones | {normalise_email(email).text for email in self._emails})

    @property
    def known(self) -> frozenset[str]:
        """Everything by which the customer is found."""
        return self.ids | self._cards | self._phones | self._emails

    def may_be_in(self, content: bytes) -> bool:
        """Find out quickly whether a file has to be looked at closely.

        Args:
            content: The file in UTF-8, in lower case.

        Returns:
            False if it has nothing of the customer. An id that is not ASCII may be escaped: then every file may. The
            digits of a phone are looked for whatever is between them.
        """
        words = self.ids | self._emails
        words |= set(map(_in_json, words))
        if not all(map(str.isascii, (*words, *self._cards))):
            return True
        return any(self._may_be_in_form(form, words) for form in _forms_of_file(content))

    def _may_be_in_form(self, content: bytes, words: Iterable[str]) -> bool:
        plain = _ESCAPED_ASCII.sub(_unescaped, content)
        one_line = _BLANKS_OF_FILES.sub(b" ", plain)
        if any(word.encode() in form for word in words for form in (plain, one_line)):
            return True
        joined_up = _ESCAPES.sub(b"", one_line).translate(None, _NOT_ALPHANUMERIC) if self._emails else b""
        if any(_is_loosely_in(joined_up, email) for email in self._emails):
            return True
        if any(_alphanumeric(card).encode() in plain.translate(None, _NOT_ALPHANUMERIC) for card in self._cards):
            return True
        numbers = [number.encode() for number in self._numbers(_FEWEST_DIGITS)]
        return bool(numbers) and any(
            number in digits
            for text in (content, _ESCAPES.sub(b"", content))
            for digits in [text.translate(None, _NO_DIGITS)]
            for number in numbers
        )

    def is_mentioned(self, text: str, kind: DocumentKind) -> bool:
        """Find out whether a text has an id, e-mail, phone or card number of the customer.

        Args:
            text: Any text, also a damaged document.
            kind: Of the documents that it stands among: an `id` alone is that of a document of this kind.

        Returns:
            Whether it has one as a whole word: `cus-1` is not in `cus-12`. An id that is short, or a number, counts
            only as the value of a field that is named like the id of a customer.
        """
        plains = _plain_forms(text)
        patterns = [
            *(rf"(?<![\w@-]){_as_written(word)}(?:\.0+)?(?![\w-]|\.\d)" for word in self._words),
            *(rf"{_CARD if _is_short_number(card) else ''}(?<![\w-]){_spelled(card)}(?![\w-])" for card in self._cards),
            *(
                rf"(?<!\d)(?:(?:\+|00)?(?:[78]|{known[:-PHONE_DIGITS]}))?{known[-PHONE_DIGITS:]}(?!\d)"
                for known in self._digits
            ),
            *(rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)" for email in self._emails),
            *(_named(name, kind) for name in self._short_ids),
        ]
        if any(re.search(pattern, plain) for pattern in patterns for plain in plains):
            return True
        known = {*map(_without_extension, self._phones), *self.contacts}
        return any(not known.isdisjoint(map(_without_extension, contacts_in(plain))) for plain in plains)

    def _numbers(self, fewest: int) -> set[str]:
        """The last ten digits of the phones that have at least so many, without their extensions."""
        digits = ("".join(filter(str.isdecimal, _without_extension(phone))) for phone in self._phones)
        return {number[-PHONE_DIGITS:] for number in digits if len(number) >= fewest}

    @property
    def _digits(self) -> set[str]:
        """The digits of the phones that have at least ten, without their extensions."""
        digits = ("".join(filter(str.isdecimal, _without_extension(phone))) for phone in self._phones)
        return {number for number in digits if len(number) >= PHONE_DIGITS}


def _is_loosely_in(content: bytes, email: str) -> bool:
    """Whether the letters and digits of an address are in those of a file, with little between its words."""
    words = [word.encode() for word in _ALPHANUMERIC.findall(email)]
    if not words or max(words, key=len) not in content:  # ten times as fast as the pattern
        return False
    return re.search(_JOINT.join(words), content) is not None


def _texts_of_contacts(customer: Mapping[str, Any]) -> Iterator[str]:
    """The phones and e-mails of a customer, whatever their shape: a text, a number, a list, an object."""
    for name, value in customer.items():
        is_list = name.lower() in _LISTS_OF_CONTACTS
        if is_list or _is_own_contact(name):
            for path, leaf in _leaves(value, name):
                # Beside them stand dates, types and notes, which are in other people's documents too.
                if not is_list or _is_own_contact(path) or (isinstance(leaf, str) and contacts_in(leaf)):
                    yield str(leaf) if isinstance(leaf, int) else as_text(leaf)


def _is_own_contact(name: str) -> bool:
    """Whether a field is for the customer's own phone or e-mail, and not for that of a shop or of a manager."""
    words = set(re.findall(r"[^\W\d_]+", re.sub(r"([a-zа-яё])([A-ZА-ЯЁ])", r"\1_\2", name).lower()))
    return meaning_of(name) in _CERTAIN_CONTACTS and words.isdisjoint(_OTHER_PARTIES)


def _values_and_names(document: dict[str, Any]) -> tuple[list[tuple[str, Any]], set[str]]:
    """What `_leaves` finds, in another order, and the names of all fields; three times as fast.

    What stands in a list is given without a name too: `{"order_number": ["9001234567"]}` may be a phone.
    """
    values: list[tuple[str, Any]] = []
    names: set[str] = set()
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            names.update(value)
            waiting += value.items()
        elif isinstance(value, list):
            waiting += [(name, inner) for inner in value]
            values += [("", inner) for inner in value if not isinstance(inner, dict | list | bool | None)]
        elif value is not None and not isinstance(value, bool):
            values.append((name, value))
    return values, names


def _inflected(name: str) -> str:
    return re.escape(name) if name.isascii() else rf"{re.escape(_ENDING.sub('', name))}\w{{0,3}}"


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The values within a value, each with the name of the field that it stands in."""
    if isinstance(value, Mapping):
        for inner_name, inner in value.items():
            yield from _leaves(inner, inner_name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    elif value is not None and not isinstance(value, bool):
        yield name, value


def _is_word(document_id: str) -> bool:
    digits = sum(map(str.isdecimal, document_id))
    has_both = digits > 0 and any(map(str.isalpha, document_id))
    return digits >= PHONE_DIGITS or (len(document_id) >= SHORTEST_ID and has_both)


def _is_filler(number: str) -> bool:
    """Whether a phone or a card is one digit again and again: `+7 999 999-99-99` is nobody's, and in many documents."""
    return len(set(_alphanumeric(number)[-PHONE_DIGITS:])) == 1


def _in_json(word: str) -> str:
    """A word as JSON has it within its quotation marks: with a backslash before a quotation mark or a backslash."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def _as_written(word: str) -> str:
    """A pattern of a word, as it is or as JSON has it."""
    return rf"(?:{re.escape(word)}|{re.escape(_in_json(word))})"


def _named(document_id: str, kind: DocumentKind) -> str:
    """Where a short id stands for a customer."""
    name = f"(?:{_NAMED}|{_OWN})" if kind == CUSTOMERS else _NAMED
    return rf"""{name}["']?{_GAP}{_as_written(document_id)}(?:\.0+)?(?![\w.-])"""


def _spelled(card: str) -> str:
    """A card number whatever stands between its characters; a short number as it is: `1234.56` is an amount."""
    if _is_short_number(card):
        return re.escape(card)
    return _BETWEEN.join(map(re.escape, _alphanumeric(card)))


def _is_short_number(card: str) -> bool:
    plain = _alphanumeric(card)
    return plain.isdecimal() and len(plain) < PHONE_DIGITS


def _alphanumeric(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _forms_of_file(content: bytes) -> Iterator[bytes]:
    """A file as it is, and with plain characters for those of other scripts and fonts (`８９００…`, `ivan＠…`)."""
    yield content
    text = _ODD_ESCAPES.sub(lambda escape: chr(int(escape[1], 16)), content.decode(errors="ignore"))
    if not unicodedata.is_normalized("NFKC", text):
        yield with_plain_characters(text).lower().encode(errors="ignore")


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[5]:
        return found[5]
    in_hex = found[1] or found[2] or found[3]
    return bytes([int(in_hex, 16) if in_hex else int(found[4])]).lower()


def _without_extension(phone: str) -> str:
    return phone.partition(_EXTENSION)[0]


def contacts_in(text: str) -> set[str]:
    """Find the phones and e-mails of a text.

    Args:
        text: Any text.

    Returns:
        The phones and e-mails, normalised.
    """
    forms = {text, decoded(text)}
    if "+" in text:  # a blank in the encoding of forms
        forms.add(decoded(text.replace("+", " ")))
    return {
        known
        for form in forms
        for contact in find_contacts(form)
        for known in _normalised(contact.field, form[contact.start : contact.end])
    }


def _normalised(field: str, found: str) -> set[str]:
    """What a contact may be known as: a field that has an address in parts has it as it is."""
    if field == EMAIL:
        return {normalise_email(found).text, normalise_email(joined(found)).text}
    return {normalise_phone(found).text}


def ids_in(text: str, kind: DocumentKind) -> set[str]:
    """Find what may be the id of a customer in a text, to look it up among ids of which only hashes are known.

    Args:
        text: Any text, also a damaged document.
        kind: Of the documents that it stands among.

    Returns:
        Texts in quotes and words that no other document has by chance, and values of fields that are named like the id
        of a customer; trimmed and in lower case.
    """
    plain = readable(_LINE_ENDS.sub(" ", text)).lower()
    return _words_in(plain) | _named_ids_in(plain, kind)


def _plain_forms(text: str) -> set[str]:
    """What people may mean by a text: JSON in it has line ends of its own, which also cut ids and phones."""
    one_line = _BLANKS.sub(" ", _BLANK.sub(" ", text))
    return {with_plain_apostrophes(readable(form).lower()) for form in (_LINE_ENDS.sub(" ", text), one_line)}


def identities_in(document: dict[str, Any], kind: DocumentKind) -> set[str]:
    """Find what may identify a customer in a document, to look it up where only hashes are known.

    Each value is looked at by itself, and most of them recur: a search of the document's text takes six times as long.

    Args:
        document: A document in our terms.
        kind: Its kind.

    Returns:
        What `ids_in` and `contacts_in` find in its values and in the names of its fields.
    """
    found = _named_ids_in(readable(_BLANK.sub(" ", to_json(document).decode())).lower(), kind)
    values, names = _values_and_names(document)
    for name, value in (*values, *(("", name) for name in names)):
        if isinstance(value, int | float) and abs(value) < SMALLEST_PHONE:
            continue  # an amount or a quantity; an id that is a number is known by the name of its field
        text = value if type(value) is str else as_text(value)
        label = name[-_LABEL:]  # it may say that the value is a phone
        found |= _known_identities(label, text) if len(text) <= _LONGEST_KNOWN else _identities(label, text)
    return found


def _identities(label: str, text: str) -> frozenset[str]:
    shown = readable(text)
    line = _BLANK.sub(" ", shown)
    # A phone has no two blanks in a row, and an id may have them, or a backslash before an n.
    forms = {shown, line, _BLANKS.sub(" ", line)}
    words = set[str]().union(*(_words_in(form.lower()) for form in forms))
    words |= _words(form.lower() for form in forms if len(form) <= _LONGEST_ID)
    if any(map(may_have_contact, {text, *forms})):
        return frozenset(words.union(*(contacts_in(f"{label}: {form}") for form in forms)))
    return frozenset(words)


_known_identities = lru_cache(_KNOWN_VALUES)(_identities)


def _words_in(plain: str) -> set[str]:
    return _words(word for pattern in (_QUOTED, _UNQUOTED) for word in pattern.findall(plain))


def _words(found: Iterable[str]) -> set[str]:
    return {word for one in found if _DIGIT.search(one) and _is_word(word := one.strip())}


def _named_ids_in(plain: str, kind: DocumentKind) -> set[str]:
    name = f"(?:{_NAMED}|{_OWN})" if kind == CUSTOMERS else _OF_CUSTOMER
    found = re.finditer(rf"""{name}(?:["']([^"']{{1,512}})|([\w.-]+))""", plain)
    return {re.sub(r"\.0+\Z", "", (one[1] or one[2]).strip()) for one in found}
