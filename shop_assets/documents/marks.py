"""What says of a document that it was deleted or is no sale, by the names and words of MART (`mark_words.py`)."""

import re
import unicodedata
from typing import Final

from shop_assets.documents import mark_words
from shop_assets.documents.kinds import PURCHASES, DocumentKind

DELETION_MARKS: Final = frozenset(mark_words.DELETION_FLAGS + mark_words.DELETION_TIMES)
"""Flags and times of a deletion."""

CHANGE_FIELDS: Final = frozenset(mark_words.CHANGE_FIELDS + mark_words.CAPTURE_FIELDS)
"""Fields of tools that capture changes."""

SALE_MARKS: Final = frozenset(
    mark_words.STATUS_FIELDS
    + mark_words.TYPE_FIELDS
    + mark_words.NO_SALE_FLAGS
    + mark_words.NO_SALE_TIMES
    + mark_words.SALE_FLAGS
)
"""Statuses, types, flags and times of a purchase."""

# As `mark_words` has them, to look things up in.
STATUS_FIELDS: Final = frozenset(mark_words.STATUS_FIELDS)
TYPE_FIELDS: Final = frozenset(mark_words.TYPE_FIELDS)
SALE_FLAGS: Final = frozenset(mark_words.SALE_FLAGS)
NO_SALE_WORDS: Final = frozenset(mark_words.NO_SALE_WORDS)
NO_SALE_FLAG_WORDS: Final = frozenset(mark_words.NO_SALE_FLAG_WORDS)
SALE_WORDS: Final = frozenset(mark_words.SALE_WORDS)
TEST_WORDS: Final = frozenset(mark_words.TEST_WORDS)
MODE_WORDS: Final = frozenset(mark_words.MODE_WORDS)
DONE_NAMES: Final = frozenset(mark_words.DONE_NAMES)
NEWEST_FLAGS: Final = frozenset(mark_words.NEWEST_FLAGS)
UNSURE_NAMES: Final = frozenset(mark_words.UNSURE_NAMES)
NO_SALE_NAMES: Final = re.compile(mark_words.NO_SALE_NAMES)
DELETION_NAMES: Final = re.compile(mark_words.DELETION_NAMES)

_NO_SALE_BEGINNINGS: Final = re.compile("отмен(?!н)|возвра[тщ]|аннул|сторн|отклон|отлож|невыкуп|неоплач|черновик")
_NOT_DONE: Final = re.compile(f"(?:^|_)(?:не|not)_?(?:{'|'.join(mark_words.NOT_DONE_BEGINNINGS)})")
_TEST: Final = re.compile("тесты|тестов.*|учебн(?:ый|ая|ое|ые|ого|ой|ому|ую|ом|ых|ым|ыми)")
"""Forms of the words for a test; not `учебники`."""

_LONGEST_PHRASE: Final = 3
_PARTS: Final = re.compile(r"[^\W_]+")
_BETWEEN: Final = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])")


def mark_name(name: str) -> str:
    """A field's name as MART compares it.

    Args:
        name: The name as it was delivered.

    Returns:
        It in Unicode's composed form and lower case, without blanks and hyphens, with `е` for `ё`, and with underscores
        at its beginning alone.
    """
    composed = unicodedata.normalize("NFC", name)
    return re.sub("([^_])_+", r"\1", re.sub("[ -]+", "_", composed.strip()).lower().replace("ё", "е"))


def is_mark(kind: DocumentKind, name: str) -> bool:
    """Whether MART looks at a field of this name to see what was deleted or is no sale.

    Args:
        kind: The document's kind.
        name: The field's name.
    """
    found = mark_name(name)
    return found in DELETION_MARKS | CHANGE_FIELDS or (kind == PURCHASES and found in SALE_MARKS)


def words_of(text: str) -> list[str]:
    """The words of a name or a value, as MART compares them.

    Args:
        text: For example `purchaseDeleted`, `wc-refunded` or `Cancelled by customer`.

    Returns:
        The words, in lower case, with `е` for `ё`.
    """
    return [word.lower().replace("ё", "е") for word in _PARTS.findall(_BETWEEN.sub("_", text))]


def says_no_sale(text: str) -> bool:
    """Whether a text has a word of no sale or of a deletion in it, whatever stands around that.

    Args:
        text: A name or a value.

    Returns:
        True if it has, also in another form (`refunds`, `Возвраты`).
    """
    words = words_of(text)
    phrases = {
        "_".join(words[begin : begin + length]).removesuffix("s")
        for length in range(1, _LONGEST_PHRASE + 1)
        for begin in range(len(words) - length + 1)
    }
    if not phrases.isdisjoint(NO_SALE_WORDS | NO_SALE_FLAG_WORDS) or says_not_done(text):
        return True
    return any(NO_SALE_NAMES.search(word) or _NO_SALE_BEGINNINGS.match(word) for word in words)


def says_not_done(text: str) -> bool:
    """Whether a text says that something was not paid, delivered and the like: no sale by a negation.

    Args:
        text: A name or a value.
    """
    return _NOT_DONE.search("_".join(words_of(text))) is not None


def says_test(text: str) -> bool:
    """Whether a word of a text says that something is a test, also in another form (`tests`, `тестовые`).

    Args:
        text: A name or a value.
    """
    return any(word.removesuffix("s") in TEST_WORDS or _TEST.fullmatch(word) for word in words_of(text))


def says_deletion(text: str) -> bool:
    """Whether a text speaks of a deletion.

    Args:
        text: A name or a value.

    Returns:
        True for `purchase.deleted`, `REMOVE` and the like.
    """
    return any(map(DELETION_NAMES.search, words_of(text)))
