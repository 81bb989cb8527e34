"""What the folders and the name of a file say of its documents: that they are deleted, copies, or no sale."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from shop_assets.documents.kinds import PURCHASES, DocumentKind
from shop_assets.documents.marks import says_deletion, says_no_sale, says_not_done, says_test, words_of
from shop_assets.documents.truth_words import NO_WORDS
from shop_assets.landing.files.file_types import without_type
from shop_assets.landing.files.splitting import KEPT_BYTES
from shop_assets.landing.mapping.translation import Found, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers.tool_statements import says_so_of_all
from shop_assets.personal_data.contacts import without_contacts

NO_SALE_PATH: Final = "file whose path says that its documents are deleted, copies or no sale"

_OUT: Final = frozenset(
    {"test", "tests", "testing", "backup", "backups", "bak", "тест", "тесты", "бэкап", "удаленные", "удаленных"}
)
"""Words of paths whose documents do not count, of any kind. Those of an archive do: it has what was fulfilled."""

_NO: Final = frozenset({*NO_WORDS, "none", "null", ""})
_NO_VALUE: Final = frozenset({"", "__hive_default_partition__"})
"""What tools write in place of a partition's value that is null."""

_DENIED: Final = re.compile(
    r"(?<![^\W_])(?:no|not|non|without|excl[^\W_]*|без|кроме|не)[\W_]+[^\W_]+"
    r"|returning|remover|(?<=[^\W_][\W_])del(?=[\W_]+[^\W\d_])"  # customers, make-up, Puerto del Rosario
    r"|(?-i:(?<![^\W_])Del(?=[\W_]+[A-Z])(?![\W_]+(?:Customer|Product|Store|Purchase|Order|Sale|Receipt)))",  # Del Rio
    re.IGNORECASE,
)
"""What denies such a word, or only resembles one."""

_EXCLUDED: Final = re.compile(
    r"(?<![^\W_])(?:no|non|without|excl[^\W_]*|без|кроме)[\W_]+(?:(?:not|не)[\W_]+)?[^\W_]+", re.IGNORECASE
)
"""What leaves out a word, also one with a negation of its own: `without_not_paid`."""


@dataclass(frozen=True)
class PathMark:
    """The part of a file's path that says so."""

    part: str

    def refused(self, found: Found) -> Found:
        """Refuse a document of the file.

        Args:
            found: What was found in it.

        Returns:
            The document as one to reject; anything else as it is.
        """
        if not isinstance(found, ParsedDocument):
            return found
        text = json.dumps(found.delivered, ensure_ascii=False).encode("utf-8", "replace")
        detail = without_contacts(self.part)
        return UnreadableDocument(found.position, NO_SALE_PATH, text[:KEPT_BYTES], len(text), detail)


def path_mark(kind: DocumentKind, name: str) -> PathMark | None:
    """Find what a file's path says.

    Args:
        kind: The kind of its documents.
        name: The path, from the kind's folder on, or the file's name alone.

    Returns:
        The part that says that the documents do not count; None if none does.
    """
    return next((PathMark(part) for part in _parts(name) if _is_out(kind, part)), None)


def _parts(name: str) -> Iterator[str]:
    first, *others = name.split("/")
    yield from others or (first,)


def _is_out(kind: DocumentKind, part: str) -> bool:
    part = without_type(unquote(part))
    field, is_partition, value = part.partition("=")
    if is_partition:
        return _is_out_by_field(kind, field, value.strip())
    if kind == PURCHASES and says_not_done(_EXCLUDED.sub(" ", part)):
        return True
    part = _DENIED.sub(" ", part)
    speaks = says_no_sale(part) or says_test(part) if kind == PURCHASES else says_deletion(part)
    return speaks or _has_a_word_out(part)


def _is_out_by_field(kind: DocumentKind, field: str, value: str) -> bool:
    """Whether the field and the value of a partition say so: `status=not_paid`, but not `is_deleted=false`."""
    if value.lower() in _NO_VALUE:
        return False
    if kind == PURCHASES and says_not_done(_EXCLUDED.sub(" ", value)):
        return True
    spoken = _DENIED.sub(" ", value).strip()
    if says_so_of_all(kind, field, spoken) or (kind != PURCHASES and says_deletion(spoken)) or _has_a_word_out(spoken):
        return True
    return _has_a_word_out(field) and value.lower() not in _NO


def _has_a_word_out(text: str) -> bool:
    return not _OUT.isdisjoint(word.strip("0123456789") for word in words_of(text))
