"""Finds the phones in the texts of documents, and not the other numbers that people write with as many digits.

A number is a phone by its groups, by the numbering plan and by the words before it. Where a form is also that of an
amount, a coordinate, an address or a receipt, it is left.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

from shop_assets.personal_data.contacts import HASH, LONGEST_NUMBER, PLUS, SHORT_HASH, international_number
from shop_assets.personal_data.normalisation import LINE_END
from shop_assets.personal_data.number_labels import (
    is_called_amount,
    is_called_otherwise,
    is_called_phone,
    is_called_snils,
)

_BLANK: Final = r" \t\u00a0\u2009\u202f\u2800"
_POINT: Final = "·•∙⋅~"
_DASH: Final = r"‐‑‒–—―−﹘﹣－-"
_GAP: Final = rf"[{_BLANK}]?[{_DASH}]?[{_BLANK}]?"
_CUT: Final = rf"(?:[{_BLANK}]{{1,2}}|[{_BLANK}]?[{_DASH}][{_BLANK}]?)"
# 123-45-67, 12-34-567, 123-4567, 1234567, 123.45.67
_SEVEN: Final = (
    rf"(?:\d{{3}}{_CUT}\d\d{_CUT}\d\d|\d\d{_CUT}\d\d{_CUT}\d{{3}}|\d{{3}}{_CUT}\d{{4}}|\d{{7}}|\d{{3}}\.\d\d\.\d\d)"
)
_SEPARATOR_IN_IDS: Final = rf"(?:[{_BLANK}()_*{_POINT}{_DASH}]{{1,3}})"
_SEPARATOR: Final = rf"(?:[{_BLANK}()./_*{_POINT}{_DASH}]{{1,3}})"
# Behind no Latin letter but those of a word for a phone, and behind no large one: "тел89001234567", "SN79001234567".
# A decoded № is "No".
_BEHIND_NO_LETTER: Final = (
    r"(?:(?<![^\W_])|(?<=тел)|(?<=моб)|(?<=tel)|(?<=mob)|(?<=phone)|(?<=mobile)|(?<=no)|(?-i:(?<=[а-яё])))"
)
_WITH_COUNTRY: Final = (
    rf"(?:(?:\+{_GAP}7|[78]|\(\+?[78]\)){_GAP}(?:"
    rf"\([3489]\d{{2}}\)(?:{_GAP}|/){_SEVEN}|[3489]\d{{2}}(?:{_CUT}|/){_SEVEN}|[3489]\d{{5}}-\d\d-\d\d|[3489]\d{{9}}"
    rf"|\([3489]\d{{3}}\){_GAP}\d{{2,3}}{_GAP}\d{{2,3}}(?:{_GAP}\d{{2}})?"  # a city of four digits: 8 (4852) 12-34-56
    rf"|[348]\d{{3}}{_GAP}\d\d-\d\d-\d\d|[348]\d{{4}}{_GAP}\d-\d\d-\d\d)"
    rf"|\+7(?!\d\d?\.\d{{6,9}}(?!\d))(?:[ .\-_]?\d){{10}}"
    rf"|[78]{_SEPARATOR}[3489]\d\d{_SEPARATOR}\d{{3}}({_SEPARATOR})\d\d\1\d\d)"
)
_MOBILE: Final = rf"(?:\(9\d\d\){_GAP}{_SEVEN}|9\d\d{_CUT}{_SEVEN}|9\d{{5}}-\d\d-\d\d|9\d{{9}}(?![A-Za-z]))"
_USUAL: Final = re.compile(rf"(?<!\d-){_BEHIND_NO_LETTER}(?<!\d)(?:{_WITH_COUNTRY}|{_MOBILE})(?!\d)", re.IGNORECASE)

_ANY_GAP: Final = rf"[{_BLANK}()\[\]._/*{_DASH}]{{0,3}}"
_UNUSUAL: Final = re.compile(
    rf"{_BEHIND_NO_LETTER}(?<!\d[.,/*_-])(?<![\d/-])"
    r"(?!\d\d?[./-]\d\d?[./-](?:19|20)\d\d)"  # a day and a time have eleven digits too
    rf"(?:(?:[78]|\(\+?[78]\)){_ANY_GAP}[3489](?:{_ANY_GAP}\d){{9}}"
    r"|9\d\d([ .-])\d{2,4}(?:\1\d{2,4}){1,2}|\([348]\d{2,4}\)[ -]?\d{1,3}(?:[ -]?\d\d){2}"
    r"|[348]\d\d[ -]\d{3}-\d\d-\d\d)(?!\d|[./-]\d|,\d{1,4}(?![\d(]))",
    re.IGNORECASE,
)
"""A phone in any groups, and ten digits in unusual ones: counts and articles are written so as well, so that it must be
one that was given out."""

_AMOUNT: Final = re.compile(rf"\d{{1,3}}(?:([{_BLANK}.])\d{{3}})(?:\1\d{{3}})+")
"""The groups of a large number."""
_MEASURES: Final = re.compile(
    r"\d{1,3}[._/*]\d+\Z|(?:\D*\d){4}(?=.*[._/*])(?=.*[^\d._/*]|.*([._/*]).*(?!\1)[._/*])"  # 73.9012345, 890 12.6 3.3
)
"""Behind the area code, dots, slashes and stars must separate all groups alike; otherwise they are measurements."""

_WHOLE_PART: Final = re.compile(r"(?<![\w.,])(\d{1,9})([.,])\Z")
_KOPECKS: Final = re.compile(r"[.,]\d\d(?!\d)|\.\d{3,9}(?![.\d])")
_KOPECKS_OF_ELEVEN: Final = re.compile(r"\.(\d\d)(?!\d|\.\d)")
_ROUBLES: Final = re.compile(r"\s?(?:₽|(?:руб(?:л(?:ь|я|и|ей))?|ru[br])(?![\w/-]))", re.IGNORECASE)
"""A word that only begins so is a street or a name: `Рублёвское шоссе`, `Рубен`."""
_ENDS_AMOUNT: Final = re.compile(r"(?:[.,;!?)»\"']|\s(?!\s?\w)|\Z)(?!\w)")
_ONLY_AMOUNTS: Final = re.compile(r"[\d.,;\s]+")
_NEAR: Final = 200
"""Characters on both sides. To look at all of a long list for each of its numbers takes the square of its length."""
_BEFORE_DIGITS: Final = re.compile(r"(?:[./=#№-]|[^\W_][*_]{1,3})\Z")
_BEFORE_GROUPS: Final = re.compile(r"(?:[#№]|(?<![а-яё])[/-]|[^\W_][*_]{1,3}|(?<![\w.,])\d{1,9}\.)\Z", re.IGNORECASE)
"""Before ten digits, these make them an id, a path or a decimal; `_9001234567_` is emphasis, `id_9001234567` an id."""
_LETTER: Final = re.compile(r"[^\W\d_]")

_OTHER: Final = re.compile(
    rf"{HASH}|{SHORT_HASH}"
    r"|(?<![\w-])\d{3}-\d{3}-\d{3}[ -]\d\d(?![\w-])"  # SNILS
    r"|(?<![\w-])\d[ -]\d{5}[ -]\d{5}[ -]\d(?![\w-])",  # UPC
    re.IGNORECASE,
)
"""Hashes, ids of machines, and numbers whose groups are those of no phone."""

_SEPARATE: Final = "\1"
"""Takes their place in the search, so that no number is found across them."""

_NATIONAL: Final = 10
"""Digits of a Russian number without its country code."""
_POSTAL_CODE: Final = 6
_HOUSE: Final = (2, 3)
"""Digits before a flat and a postal code, `84-212 443001`: a group that cuts an area code."""
_AREA: Final = (3, 4, 5, 10)
_JOINED_AREA: Final = (5, 6, 11)
"""Digits of an area code, or of all that follows the country code; and with the country code."""

_KNOWN_NUMBERS: Final = 1_000
"""Looking at one again costs 20 µs."""
_SIGNED_DECIMAL: Final = re.compile(r"\+(\d{1,3})\.(\d+)(?![.\d]|-\d|[ ]\d+(?![.\d]))")
_SIGNED_AMOUNT: Final = re.compile(r"\+\d{1,3}(?:[ \u00a0\u202f]\d{3})+[.,]\d\d(?![.\d])")
_DECIMAL_BEFORE: Final = re.compile(r"\d\.\d+[\s,;]*\Z")
_DECIMAL_BEHIND: Final = re.compile(r"[\s,;]*[+-]?\d{1,3}\.\d")
_LONG_FRACTION: Final = 9
"""Digits of a number behind its country code and a dot; a coordinate has fewer."""

_GROUPS: Final = re.compile(r"\d+")
_IN_IDS: Final = re.compile(
    r"(?:\+\d{7,15}|[78]9\d{9}"
    rf"|(?:\+{_GAP}7|[78]|\(\+?[78]\)){_GAP}\([3489]\d{{2,3}}\){_GAP}\d(?:{_GAP}\d){{5,6}}"
    rf"|\+{_GAP}7{_GAP}[3489]\d\d(?:{_GAP}\d){{7}}"
    rf"|[78]{_GAP}[3489]\d\d({_CUT})\d{{3}}\1\d\d{_CUT}\d\d"
    rf"|[78]{_CUT}[3489]\d\d{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d"
    r"|8(?:\.\d{3}){2}(?:\.\d\d){2})(?!\d)"
)
_WITH_PLUS_IN_IDS: Final = re.compile(rf"\(?\+(?:{_SEPARATOR}?\d){{7,15}}(?!\d)")
_OF_ELEVEN_IN_IDS: Final = re.compile(
    rf"(?:(?:[78]|\(\+?[78]\)){_SEPARATOR}?\([3489]\d{{2,4}}\)(?:{_SEPARATOR}?\d){{5,7}}"
    rf"|\(\+?[78]\){_SEPARATOR}?[3489](?:{_SEPARATOR}?\d){{9}}"
    rf"|[78]{_SEPARATOR}9\d\d{_SEPARATOR}\d{{3}}(?:{_SEPARATOR}\d\d){{2}}"
    rf"|[78]{_SEPARATOR_IN_IDS}9\d\d?(?:{_SEPARATOR_IN_IDS}\d{{2,3}}){{3,4}})(?!\d)"
)
"""With brackets, or a mobile number in so many groups as no receipt has. Dots and slashes are between the levels of a
catalogue too, `7.91.612.345.67`, but not in the usual groups of a phone."""


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """Find the phones in a text.

    Args:
        text: Any text whose digits are 0 to 9.

    Yields:
        Where each begins and ends; two may overlap.
    """
    has_some = any(pattern.search(text) for pattern in (_USUAL, _UNUSUAL, PLUS))
    if not has_some and not LINE_END.search(text):
        return
    plain = _OTHER.sub(lambda found: _SEPARATE * len(found[0]), text)
    found = list(_within_lines(plain)) if has_some else []
    yield from found
    yield from _across_lines(plain, found)


def _within_lines(plain: str) -> Iterator[tuple[int, int]]:
    for pattern, is_one in ((_USUAL, _is_phone), (_UNUSUAL, _is_given)):
        yield from _accepted(plain, pattern, is_one)
    for plus in PLUS.finditer(plain):
        length, country_code = international_number(plain, plus.start())
        if length and not _is_signed_decimal(plain, plus.start(), country_code):
            yield plus.start(), plus.start() + length


def _across_lines(plain: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The phones with their country code that one line end cuts. Numbers of several lines are a column."""
    if not LINE_END.search(plain):
        return
    characters = list(plain)
    for start, end in found:
        characters[start:end] = _SEPARATE * (end - start)
    rest = "".join(characters)
    line = LINE_END.sub(" ", rest)
    # Where the blanks for line ends are in the line, and how many characters of the text more there are behind each.
    blanks: list[int] = []
    surplus = [0]
    for cut in LINE_END.finditer(rest):
        blanks.append(cut.start() - surplus[-1])
        surplus.append(surplus[-1] + len(cut[0]) - 1)

    def is_cut(text: str, number: re.Match[str]) -> bool:
        has_country = len("".join(_GROUPS.findall(number[0]))) > _NATIONAL
        cuts = bisect_left(blanks, number.end()) - bisect_left(blanks, number.start())
        return has_country and cuts == 1 and _is_phone(text, number)

    for start, end in _accepted(line, _USUAL, is_cut):
        yield start + surplus[bisect_left(blanks, start)], end + surplus[bisect_left(blanks, end)]


def is_phone_of_id(text: str) -> bool:
    """Whether an id is a phone: in groups that other ids have too it is none.

    Args:
        text: The id, or the part of one.
    """
    return 0 < length_of_phone_of_id(text) == len(text)


def length_of_phone_of_id(text: str) -> int:
    """Find out how long the phone is with which an id begins.

    Args:
        text: The id, or the part of one.

    Returns:
        Its length in characters; 0 if the id does not begin with a phone.
    """
    found = _IN_IDS.match(text)
    if found is not None:
        if not text.startswith("+"):
            is_one = _exists("".join(_GROUPS.findall(found[0]))[-_NATIONAL:])
        else:
            is_one = found.end() > _NATIONAL + 1 or international_number(text, 0)[0] >= found.end()
        return found.end() if is_one else 0
    with_plus, of_eleven = _WITH_PLUS_IN_IDS.match(text), _OF_ELEVEN_IN_IDS.match(text)
    if with_plus is not None:
        return with_plus.end() if _is_given_out("".join(_GROUPS.findall(with_plus[0]))) else 0
    if of_eleven is not None:
        digits = "".join(_GROUPS.findall(of_eleven[0]))
        return of_eleven.end() if len(digits) == _NATIONAL + 1 and _exists(digits[-_NATIONAL:]) else 0
    return 0


def _accepted(
    text: str, pattern: re.Pattern[str], is_one: Callable[[str, re.Match[str]], bool]
) -> Iterator[tuple[int, int]]:
    position = 0
    while (number := pattern.search(text, position)) is not None:
        accepted = is_one(text, number)
        if accepted:
            yield number.span()
        position = number.end() if accepted else number.start() + 1


def _is_phone(text: str, number: re.Match[str]) -> bool:
    """Whether what is written like a phone is one."""
    is_called = is_called_phone(text, number.start())
    if not is_called and (_is_part_of_decimal(text, number) or _is_called_otherwise(text, number)):
        return False
    digits = "".join(_GROUPS.findall(number[0]))
    is_clear = is_called or number[0][0] in "+(" or "(" in number[0]
    return is_clear or _exists(digits[-_NATIONAL:])


def _is_called_otherwise(text: str, number: re.Match[str]) -> bool:
    """Whether what stands before a number makes it another: of ten digits more does, because these may be anything."""
    start = number.start()
    is_joined = text[start - 1 : start].isalpha()
    if len("".join(_GROUPS.findall(number[0]))) > _NATIONAL:
        is_numbered = text[start - 1 : start] in {"#", "№"} or is_called_snils(text, start)
        is_unsure = is_joined or not is_phone_of_id(number[0])  # of a form that receipts have too
        return is_numbered or (is_unsure and is_called_otherwise(text, start))
    before = _BEFORE_DIGITS if number[0].isdecimal() else _BEFORE_GROUPS
    is_part = is_joined or before.search(text, max(0, start - _NATIONAL), start) is not None
    return is_part or is_called_otherwise(text, start)


def _is_part_of_decimal(text: str, number: re.Match[str]) -> bool:
    """Whether digits without a gap are a part of a decimal. A comma stands between words too: `кв. 5,89001234567`."""
    if not number[0].isdecimal():
        return False
    whole = _WHOLE_PART.search(text, max(0, number.start() - _NATIONAL), number.start())
    if whole is not None:
        return whole[2] == "." or whole[1] == "0" or _LETTER.search(text) is None
    if len(number[0]) == _NATIONAL:
        return _KOPECKS.match(text, number.end()) is not None
    return _has_kopecks(text, number)


def _has_kopecks(text: str, number: re.Match[str]) -> bool:
    """Whether eleven digits are an amount: in doubt they are a phone. One that a tool has read as a number ends in
    `.00`, behind a comma may be a fee, and in a sentence the blank behind a dot may be missing: `89001234567.20 минут`.
    """
    kopecks = _KOPECKS_OF_ELEVEN.match(text, number.end())
    if kopecks is None:
        return False
    if _ROUBLES.match(text, kopecks.end()):
        return True
    if kopecks[1] == "00":
        return False
    is_called = _ENDS_AMOUNT.match(text, kopecks.end()) is not None and is_called_amount(text, number.start())
    first, last = max(0, number.start() - _NEAR), number.end() + _NEAR
    return is_called or _ONLY_AMOUNTS.fullmatch(text, first, last) is not None


def _is_given(text: str, number: re.Match[str]) -> bool:
    """Whether digits in unusual groups are a phone that was given out. The groups are cheaper to look at than words."""
    groups = _GROUPS.findall(number[0])
    digits = "".join(groups)
    has_country = len(digits) > _NATIONAL
    if len(digits) != _NATIONAL + has_country or (has_country and not _has_area(number[0], groups)):
        return False
    if (not has_country or len(groups[0]) in _HOUSE) and _is_among_counts(text, number):
        return False
    if _MEASURES.match(number[0]):
        return False
    is_other = _AMOUNT.fullmatch(number[0]) is not None or is_called_otherwise(text, number.start())
    if is_other and not is_called_phone(text, number.start()):
        return False
    return _exists(digits[-_NATIONAL:])


def _is_among_counts(text: str, number: re.Match[str]) -> bool:
    """Whether more groups of digits stand before or behind these: `922 19 339 30 937`."""
    return re.match(r" \d", text[number.end() : number.end() + 2]) is not None or (
        re.match(r"\d ", text[max(0, number.start() - 2) : number.start()]) is not None
    )


def _has_area(number: str, groups: list[str]) -> bool:
    """Whether the groups leave the area code of a number with its country code whole; mobile numbers are written in any
    groups, but not like a house, a flat and a postal code, or like a store, a till and a receipt.
    """
    if "".join(groups)[1:].startswith(("9", "80")):
        is_house = len(groups[0]) in _HOUSE
        is_cut = is_house or (len(groups[0]) == 1 and len(groups[1]) < min(_AREA))
        is_other = is_house and (min(map(len, groups)) == 1 or re.search(r"[._/*]", number) is not None)
        return not is_other and not (is_cut and len(groups[-1]) == _POSTAL_CODE)
    has_whole_area = len(groups[1]) in _AREA if len(groups[0]) == 1 else len(groups[0]) in _JOINED_AREA
    return has_whole_area and len(groups[-1]) > 1


def _is_signed_decimal(text: str, start: int, country_code: int) -> bool:
    """`+49.353823` is a coordinate, and `+49.3012345678` alone a phone as registrars write them."""
    if _SIGNED_AMOUNT.match(text, start):
        return True
    found = _SIGNED_DECIMAL.match(text, start)
    if found is None:
        return False
    is_short = found[1] != str(country_code) or len(found[2]) < _LONG_FRACTION
    before = text[max(0, start - LONGEST_NUMBER) : start]
    return (
        is_short or _DECIMAL_BEFORE.search(before) is not None or _DECIMAL_BEHIND.match(text, found.end()) is not None
    )


@lru_cache(_KNOWN_NUMBERS)
def _exists(national: str) -> bool:
    # Without +7, 810 would be the code for calls to other countries, and what follows no number.
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(f"+7{national}")))


def _is_given_out(international: str) -> bool:
    try:
        number = phonenumbers.parse(f"+{international}")
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))
