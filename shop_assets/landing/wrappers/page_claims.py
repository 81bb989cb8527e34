"""What a page says of the pages beside it: whether more follow, how many documents and pages there are in all, and
whether it is an answer that some servers did not give.

Programming interfaces deliver large results in pages. Whoever saves only the first has a file in which nothing is wrong
and most is missing; the page itself says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.id_names import plain_name
from shop_assets.documents.nothing import has_something
from shop_assets.language.counts import counted

_MORE: Final = re.compile(
    "(?:has|have|is|are|there(?:is|are))?more(?:pages?|items?|records?|results?|rows?|data|documents?|available|entries"
    "|elements?)?|(?:has|have)next(?:pages?)?|(?:is|was)?truncated"
)
_LAST: Final = frozenset({"last", "lastpage", "islast", "islastpage", "end", "isend", "endreached", "isfinal", "final"})
_NEXT: Final = frozenset(
    {"next", "nextpage", "nextpageurl", "nextlink", "nexturl", "nexthref", "nextcursor", "nexttoken", "nextpagetoken",
     "nextoffset", "nextcontinuationtoken", "nextmarker", "odatanextlink", "nextrecordsurl", "nextkey"}
)  # fmt: skip
_NOWHERE: Final = frozenset({"", "0", "-1", "false", "null", "none", "nil", "undefined", "no", "нет", "-", "#"})
_CURSORS: Final = frozenset(
    {"cursor", "continuation", "continuationtoken", "continuationkey", "lastevaluatedkey", "pagetoken", "endcursor",
     "lastid", "lastkey", "resumetoken"}
)  # fmt: skip
"""What leads to the next page, where nothing else says whether there is one."""

_CURSORS_IN_PAGING: Final = frozenset({"after", "end"})
_OF_PAGING: Final = frozenset({"paging", "pagination", "cursors", "pageinfo", "pager", "page", "meta", "metadata"})
_ASKED: Final = frozenset({"request", "query", "params", "filter", "filters", "self"})
"""What was asked for, which says nothing of the answer."""

_DOCUMENTS: Final = (
    "(?:count|elements|items|rows|records|results|documents|docs|entries|hits|found|matches|matched|objects)"
)
_TOTALS: Final = re.compile(
    f"(?:total|full|overall|number|num|nb)(?:of)?{_DOCUMENTS}|{_DOCUMENTS}total|odatacount|xtotalcount|recordsfiltered"
    "|(?:items|records|documents|docs|results|rows|hits)?(?:found|matched)|rowsbeforelimitatleast"
    "|(?:total|number|num)?returned(?:items|records|rows|results|documents|docs|count)?"
)
_TOTAL_SIZE: Final = "totalsize"
_BEFORE_FILTER: Final = "recordstotal"
_FILTERED: Final = "recordsfiltered"
_TOTAL: Final = "total"
"""Beside a number of paging, or a link, it is a number of documents; alone it could be an amount."""

_COUNT: Final = "count"
"""Of all documents, or of those on the page, which a delivery has in any case."""

_AROUND_COUNTS: Final = _OF_PAGING | {"info", "attributes", "result", "response", "summary", ""}
_PAGING: Final = frozenset(
    {"page", "perpage", "pagesize", "limit", "offset", "skip", "take", "from", "size", "count", "currentpage",
     "pagenumber", "pageindex", "startat", "maxresults"}
)  # fmt: skip
_PAGES: Final = frozenset(
    {"totalpages", "pagecount", "pagescount", "lastpage", "pages", "maxpage", "pagestotal", "pagetotal", "numpages",
     "numberofpages", "totalpagecount", "totalpagescount", "lastpagenumber"}
)  # fmt: skip
_PARTIAL: Final = frozenset({"timedout", "partial", "ispartial", "partialresults", "incomplete", "incompleteresults",
                             "isincomplete", "terminatedearly"})  # fmt: skip
"""What an answer says yes to that lacks something: Elasticsearch, GitHub."""

_WORK_STATES: Final = re.compile(
    "(?:sync|job|task|export|import|etl|batch|upload|download)(?:state|status|result|outcome)"
)
_NOT_DONE: Final = frozenset(
    {"failed", "failure", "error", "partial", "incomplete", "aborted", "cancelled", "canceled"}
)
_NOT_DELIVERED: Final = re.compile("(?:failed|rejected|dropped)(?:rows|records|documents|docs|items|entries)(?:count)?")
"""How the work of a tool ended, and how many documents it left out: `sync_state`, `rejected_rows`."""

_SHARDS: Final = "shards"
_FAILED: Final = frozenset({"failed", "failures"})
_HITS: Final = "hits"
_LINKS: Final = frozenset({"links", "link"})
_NOTICES: Final = frozenset({"warnings", "warning", "notice", "notices"})
_SHORTENED: Final = re.compile("truncat|incomplete|partial|not all|limited to|обрезан|неполн|не все", re.IGNORECASE)
_SOME_OF_ALL: Final = re.compile(r"(?<!\d)\d{1,18}\s*(?:out of|of|из)\s*(\d{1,18})", re.IGNORECASE)
"""What a notice says: `truncated to 2 of 500`. Bounded, so that a text of digits is looked at once."""

_YES: Final = frozenset({"true", "yes", "y", "1", "да"})
_NO: Final = frozenset({"false", "no", "n", "0", "нет"})
_DEEPEST: Final = 3
_GROUPED: Final = re.compile(r"\d{1,3}(?:[ \u00a0\u202f,']\d{3})+")
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
    all_fields = {field for field, _ in fields}
    totals = [content for field, content in fields if _is_total(field, all_fields)]
    if any(_is_of_paging(field.name, content) for field, content in fields):
        totals += (content for field, content in fields if field.name == _TOTAL and field.around != _SHARDS)
    notices = [text for field, content in fields if field.name in _NOTICES for text in _texts(content)]
    totals += (int(found[1]) for text in notices for found in _SOME_OF_ALL.finditer(text))
    return PageClaim(
        says_more=_leads_on(fields) or any(map(_SHORTENED.search, notices)),
        documents=max(map(_count, [*totals, *_totals_of_hits(fields)]), default=0),
        pages=max((_count(content) for field, content in fields if field.name in _PAGES), default=0),
        is_partial=any(_says_partial(field.name, content) for field, content in fields),
    )


@dataclass(frozen=True)
class _Field:
    """A field's name and that of the object around it, without their signs."""

    name: str
    around: str = ""


_Fields = list[tuple[_Field, Any]]


def _is_of_paging(name: str, content: object) -> bool:
    if name in _NEXT | {"lastid"} or _MORE.fullmatch(name):
        return True
    return name in _PAGING and _is_whole(content)


def _is_total(field: _Field, others: set[_Field]) -> bool:
    """Whether a number counts all documents. A size counts bytes, but for Salesforce's, which has `done` beside it; and
    DataTables counts those before its filter too.
    """
    if field.name == _TOTAL_SIZE:
        return _Field("done", field.around) in others
    if field.name == _BEFORE_FILTER:
        return _Field(_FILTERED, field.around) not in others
    return _TOTALS.fullmatch(field.name) is not None or (field.name == _COUNT and field.around in _AROUND_COUNTS)


def _leads_on(fields: _Fields) -> bool:
    if any(_says_more(field, content) for field, content in fields):
        return True
    is_said = any(_says_whether_more_follows(field, content) for field, content in fields)
    return not is_said and any(_is_a_cursor(field, content) for field, content in fields)


def _says_whether_more_follows(field: _Field, content: object) -> bool:
    if field.name in _LAST:
        return isinstance(content, bool) or str(content).strip().lower() in _YES | _NO - {"0", "1"}
    return field.name in _NEXT or _MORE.fullmatch(field.name) is not None


def _is_a_cursor(field: _Field, content: object) -> bool:
    if isinstance(content, dict | list) or field.around in _ASKED or str(content).strip().lower() in _NOWHERE:
        return False
    if field.name == "offset":  # Airtable's is a text
        return isinstance(content, str) and not _is_whole(content)
    is_cursor = field.name in _CURSORS or (field.name in _CURSORS_IN_PAGING and field.around == "cursors")
    is_after = field.name == "after" and field.around in _OF_PAGING
    return (is_cursor or is_after) and has_something(content)


def _totals_of_hits(fields: _Fields) -> Iterator[Any]:
    """The numbers of hits of Elasticsearch: an object with its relation, or a number beside the list of hits."""
    for field, content in fields:
        total = content.get(_TOTAL) if isinstance(content, dict) else None
        is_of_hits = field.name == _HITS and isinstance(content, dict) and isinstance(content.get(_HITS), list)
        if is_of_hits or (isinstance(total, dict) and "relation" in total):
            yield total


def _says_partial(name: str, content: Any) -> bool:
    if name == _SHARDS and isinstance(content, dict):
        return any(_count(content.get(failed)) > 0 or bool(_listed(content.get(failed))) for failed in _FAILED)
    if _NOT_DELIVERED.fullmatch(name):
        return _count(content) > 0
    if _WORK_STATES.fullmatch(name):
        return str(content).strip().lower() in _NOT_DONE
    return name in _PARTIAL and not isinstance(content, dict | list) and str(content).strip().lower() in _YES


def _listed(content: object) -> list[Any]:
    return content if isinstance(content, list) else []


def _texts(content: object) -> list[str]:
    return [text for text in (content if isinstance(content, list) else [content]) if isinstance(text, str)]


def _fields(value: Mapping[str, Any], deepest: int, around: str = "") -> Iterator[tuple[_Field, Any]]:
    for name, content in value.items():
        plain = plain_name(name)
        yield _Field(plain, around), content
        if isinstance(content, dict) and deepest:
            yield from _fields(content, deepest - 1, plain)
        elif plain in _LINKS:  # {"rel": "next", "href": …}
            links = (link for link in _listed(content) if isinstance(link, dict))
            yield from ((_Field(plain_name(str(link.get("rel"))), plain), link.get("href")) for link in links)


def _says_more(field: _Field, content: object) -> bool:
    text = "" if isinstance(content, dict | list) else str(content).strip().lower()
    if _MORE.fullmatch(field.name):
        return text in _YES or _count(content) > 0
    if field.name in _LAST:
        return content is False or text in _NO - {"0"}
    return field.name in _NEXT and field.around not in _ASKED and _leads_somewhere(content)


def _leads_somewhere(content: object) -> bool:
    if isinstance(content, dict):
        return any(map(_leads_somewhere, content.values()))
    return has_something(content) and str(content).strip().lower() not in _NOWHERE


def _count(content: Any) -> int:
    """A number of documents; some have it in an object, with a fraction or in groups of digits."""
    if isinstance(content, dict):
        content = next((content[name] for name in ("value", "count", _TOTAL) if name in content), None)
    if isinstance(content, float) and content.is_integer():
        return int(content)
    if isinstance(content, str) and _GROUPED.fullmatch(content.strip()):
        content = "".join(filter(str.isdecimal, content))
    return int(content) if _is_whole(content) else 0


def _is_whole(content: Any) -> bool:
    """Whether it is a whole number, also in a text; the date at which a period begins is not."""
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
            whose = counted(self.partial, "page says", "pages say")
            return f"{whose} that the answer is incomplete: a search timed out or failed in a part"
        if self.claimed_documents > documents:
            return f"{documents:,} of {counted(self.claimed_documents, 'document')}"
        if self.claimed_pages > self.pages:
            return f"{self.pages:,} of {counted(self.claimed_pages, 'page')}"
        if self.saying_more and self.saying_more == self.pages:
            return counted(
                self.pages, "page, which says that another follows", "pages, each of which says that another follows"
            )
        return ""
