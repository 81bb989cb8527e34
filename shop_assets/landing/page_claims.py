"""What a page says of the pages beside it: whether more follow, how many documents and pages there are in all, and
whether it is an answer that some servers did not give.

Programming interfaces deliver large results in pages. Whoever saves only the first has a file in which nothing is wrong
and most is missing; the page itself says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.id_names import plain_name
from shop_assets.landing.siblings import has_something

_MORE: Final = frozenset(
    {"hasmore", "hasnext", "hasnextpage", "hasmoreresults", "more", "moreresults", "moreavailable", "istruncated",
     "truncated"}
)  # fmt: skip
_LAST: Final = frozenset({"last", "islast", "islastpage", "isend"})
_NEXT: Final = frozenset(
    {"next", "nextpage", "nextpageurl", "nextlink", "nexturl", "nexthref", "nextcursor", "nexttoken", "nextpagetoken",
     "nextoffset", "nextcontinuationtoken", "nextmarker", "odatanextlink"}
)  # fmt: skip
_CURSORS: Final = frozenset({"cursor", "continuation", "continuationtoken", "continuationkey", "lastevaluatedkey"})
"""What leads to the next page, where nothing else says whether there is one."""

_TOTALS: Final = frozenset(
    {"totalcount", "totalelements", "totalitems", "totalrows", "totalrecords", "totalresults", "totaldocuments",
     "odatacount"}
)  # fmt: skip
_TOTAL: Final = "total"
"""Beside a number of paging, or a link, it is a number of documents; alone it could be an amount."""

_PAGING: Final = frozenset({"page", "perpage", "pagesize", "limit", "offset", "skip", "take", "from", "size"})
_PAGES: Final = frozenset({"totalpages", "pagecount", "lastpage", "pages"})
_PARTIAL: Final = frozenset({"timedout", "partial", "ispartial", "partialresults", "incomplete", "incompleteresults",
                             "isincomplete", "terminatedearly"})  # fmt: skip
"""What an answer says yes to that lacks something: Elasticsearch, GitHub."""

_SHARDS: Final = "shards"
_FAILED: Final = frozenset({"failed", "failures"})
_HITS: Final = "hits"
_YES: Final = frozenset({"true", "yes", "y", "1", "да"})
_NO: Final = frozenset({"false", "no", "n", "0", "нет"})
_DEEPEST: Final = 3
_LONGEST_COUNT: Final = 18
"""Digits: nobody has more documents, and Python refuses to convert more than 4,300."""


@dataclass(frozen=True)
class PageClaim:
    """What one page says: whether pages follow, how many documents and pages there are in all (0 if it does not), and
    whether it lacks what some servers did not answer.
    """

    says_more: bool = False
    documents: int = 0
    pages: int = 0
    is_partial: bool = False


def claim_of(page: Mapping[str, Any]) -> PageClaim:
    """Read what a page says of the others.

    Args:
        page: The object around the documents; containers of a tool in it (`meta`, `links`) are read too.

    Returns:
        The claim, which is empty if the page says nothing.
    """
    fields = list(_fields(page, _DEEPEST))
    is_paged = any(name in _NEXT | _MORE or (name in _PAGING and _is_whole(content)) for name, content in fields)
    totals = _TOTALS | {_TOTAL} if is_paged else _TOTALS
    counts = [content for name, content in fields if name in totals]
    return PageClaim(
        says_more=_leads_on(fields),
        documents=max(map(_count, [*counts, *_totals_of_hits(fields)]), default=0),
        pages=max((_count(content) for name, content in fields if name in _PAGES), default=0),
        is_partial=any(_says_partial(name, content) for name, content in fields),
    )


def _leads_on(fields: list[tuple[str, Any]]) -> bool:
    if any(_says_more(name, content) for name, content in fields):
        return True
    is_said = any(name in _MORE | _LAST | _NEXT for name, _ in fields)
    return not is_said and any(
        name in _CURSORS and not isinstance(content, dict | list) and has_something(content) and content is not False
        for name, content in fields
    )


def _totals_of_hits(fields: list[tuple[str, Any]]) -> Iterator[Any]:
    """The numbers of hits of Elasticsearch: an object with its relation, or a number beside the list of hits."""
    for name, content in fields:
        total = content.get(_TOTAL) if isinstance(content, dict) else None
        is_of_hits = name == _HITS and isinstance(content, dict) and isinstance(content.get(_HITS), list)
        if is_of_hits or (isinstance(total, dict) and "relation" in total):
            yield total


def _says_partial(name: str, content: Any) -> bool:
    if name == _SHARDS and isinstance(content, dict):
        return any(_count(content.get(failed)) > 0 or bool(_listed(content.get(failed))) for failed in _FAILED)
    return name in _PARTIAL and not isinstance(content, dict | list) and str(content).strip().lower() in _YES


def _listed(content: object) -> list[Any]:
    return content if isinstance(content, list) else []


def _fields(value: Mapping[str, Any], deepest: int) -> Iterator[tuple[str, Any]]:
    for name, content in value.items():
        yield plain_name(name), content
        if isinstance(content, dict) and deepest:
            yield from _fields(content, deepest - 1)


def _says_more(name: str, content: object) -> bool:
    text = "" if isinstance(content, dict | list) else str(content).strip().lower()
    if name in _MORE:
        return text in _YES or _count(content) > 0
    if name in _LAST:
        return text in _NO
    return name in _NEXT and has_something(content) and content is not False


def _count(content: Any) -> int:
    """A number of documents; Elasticsearch has it in an object."""
    if isinstance(content, dict):
        content = content.get("value")
    return int(content) if _is_whole(content) else 0


def _is_whole(content: Any) -> bool:
    """Whether it is a whole number, also in a text: the beginning of a period is none."""
    return (isinstance(content, int) and not isinstance(content, bool)) or (
        isinstance(content, str) and content.isdecimal() and len(content) <= _LONGEST_COUNT
    )


@dataclass
class PageClaims:
    """What all pages of one delivery say."""

    pages: int = 0
    saying_more: int = 0
    claimed_documents: int = 0
    claimed_pages: int = 0
    partial: int = 0

    def add(self, claim: PageClaim) -> None:
        """Count one page.

        Args:
            claim: What it says.
        """
        self.pages += 1
        self.saying_more += claim.says_more
        self.partial += claim.is_partial
        self.claimed_documents = max(self.claimed_documents, claim.documents)
        self.claimed_pages = max(self.claimed_pages, claim.pages)

    def missing(self, documents: int) -> str:
        """What the pages name and nobody delivered.

        Args:
            documents: The documents of the delivery.

        Returns:
            A clause such as `1 of 10 pages`; empty if the pages name nothing more.
        """
        if self.partial:
            whose = "one page says" if self.partial == 1 else f"{self.partial:,} pages say"
            return f"{whose} that the answer is incomplete: a search timed out or failed in a part"
        if self.claimed_documents > documents:
            return f"{documents:,} of {self.claimed_documents:,} documents"
        if self.claimed_pages > self.pages:
            return f"{self.pages:,} of {self.claimed_pages:,} pages"
        if self.saying_more and self.saying_more == self.pages:
            return (
                "one page, which says that another follows"
                if self.pages == 1
                else (f"{self.pages:,} pages, each of which says that another follows")
            )
        return ""
