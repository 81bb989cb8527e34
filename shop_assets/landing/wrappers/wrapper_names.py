"""What wrappers and pages are called, and what such a name says of what is in it."""

import itertools
from typing import Final

from shop_assets.documents.kinds import PURCHASES
from shop_assets.documents.marks import says_no_sale, says_test, words_of
from shop_assets.landing.wrappers.recognition import Recognition

PAGES: Final = frozenset(
    {"data", "items", "results", "result", "value", "values", "rows", "records", "content", "documents", "docs",
     "entries", "elements", "list", "objects", "response", "payload", "hits", "edges", "nodes", "d"}
)  # fmt: skip
"""The fields under which pages have their documents, beside the kind's own name."""

_WRAPPERS: Final = frozenset(
    {"data", "result", "response", "payload", "value", "record", "document", "doc", "item", "object", "body", "content",
     "_source", "fullDocument", "ticket", "receipt", "node", "attributes"}
)  # fmt: skip
"""The fields under which a document may stand, beside the kind's own name."""

NEVER_LISTS: Final = frozenset({"node", "attributes"})
"""Those in which GraphQL and JSON:API have an object: a list there is one of a document, such as the attributes of a
product with ids of their own.
"""

_OUTER_PAGES: Final = _WRAPPERS | {"_embedded", "hits", "d"}
"""The fields in which a page may stand, beside the kind's own name."""

VERSIONS: Final = frozenset({"before", "after", "old", "new", "previous", "current"})

_NOT_THE_NEWEST: Final = frozenset(
    {"before", "old", "previous", "prior", "preimage", "obsolete", "superseded", "inactive", "старый", "старое",
     "старая", "oldimage", "oldvalue", "oldrecord", "oldrow", "olddata", "olddocument", "oldval", "stale", "replaced",
     "original", "outdated", "earlier", "прежний", "прежнее", "прежняя", "предыдущий", "предыдущее", "предыдущая",
     "устаревший", "устаревшее", "устаревшая"}
)  # fmt: skip
"""Words of names that, like those of no sale, stand before what does not count any more. What is archived does: some
shops archive an order when it is fulfilled."""

_TOOL_WORDS: Final = frozenset(
    {"image", "val", "value", "values", "record", "row", "data", "document", "doc", "version", "state", "object",
     "entity"}
)  # fmt: skip
"""What may stand beside such a word in a wrapper's name: `prior_state`."""

_NO_SALES: Final = frozenset(
    {"istest", "withdrawn", "hidden", "cart", "basket", "quote", "quotation", "template", "correction"}
)
_NO_SALE_BEGINNINGS: Final = ("корзин", "шаблон", "коррекц")
"""Words of names, also in the plural, and beginnings of such words, that stand before what was not bought, and that say
so nowhere else."""


def is_page_name(recognition: Recognition, name: str) -> bool:
    """Whether a field of this name may have a page's documents.

    Args:
        recognition: The kind.
        name: The field's name.

    Returns:
        True for the names of the table, and for the kind's own.
    """
    return name.lower() in PAGES | recognition.names


def has_a_page_in_it(recognition: Recognition, name: str, content: object) -> bool:
    """Whether a field may have a page in it: an object under the name of one, or of the kind.

    Args:
        recognition: The kind.
        name: The field's name.
        content: Its value.
    """
    return isinstance(content, dict) and (name in _OUTER_PAGES or name.lower() in recognition.names)


def is_wrapper_name(recognition: Recognition, name: str) -> bool:
    """Whether a wrapper has this name, so that it is none that was made of a document's value."""
    return name in _WRAPPERS or name.lower() in recognition.names


def is_out(recognition: Recognition, name: str, content: object) -> bool:
    """Whether a field's name says that what is in it is deleted, no sale, or an earlier version. The id of a document
    says nothing.
    """
    if isinstance(content, dict) and any(content.get(field) == name for field in recognition.id_fields):
        return False
    words = words_of(name)
    pairs = {"".join(pair) for pair in itertools.pairwise(words)}  # pre_image
    if says_no_sale(name) or not pairs.isdisjoint(_NOT_THE_NEWEST):
        return True
    if recognition.kind == PURCHASES and (says_test(name) or any(map(_is_not_bought, {*words, *pairs}))):
        return True
    # A key may be the id of a document: `old-arbat`.
    tool_words = _TOOL_WORDS | {recognition.kind.name, recognition.kind.singular}
    return not _NOT_THE_NEWEST.isdisjoint(words) and _NOT_THE_NEWEST.issuperset(set(words) - tool_words)


def _is_not_bought(word: str) -> bool:
    return not _NO_SALES.isdisjoint({word, word.removesuffix("s")}) or word.startswith(_NO_SALE_BEGINNINGS)
