"""Statements in a text: taken apart at `;`, with their format, and the place of an error.

No parser: what is not recognised goes to ClickHouse unchanged, which says what is wrong with it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from shop_assets.sql_tokens import NO_FORMATS, tokens

_POSITION: Final = re.compile(r"failed at position (\d+)")
_CODE: Final = re.compile(r"(?<=\S)\((?=[A-Z_0-9]+\)$)")
_MISSING: Final = re.compile("unknown|missing|does not exist|not set", re.IGNORECASE)
_NAMED: Final = re.compile(r"[`'\"]([\w.]+)[`'\"]")
_AROUND: Final = (
    re.compile(r"^ClickHouse refused the statement: ", re.DOTALL),
    re.compile(r"^.*?(?=Code: \d+\. )", re.DOTALL),
    re.compile(r"^(?:Code: \d+\. DB::Exception: )+"),
    re.compile(r"\s*\(version [^)]*\).*$", re.DOTALL),
    re.compile(r"\s*\(for url [^)]*\)"),
    re.compile(r"\.? in scope .*?(?=\. Maybe you meant|\. \(|\Z)", re.DOTALL | re.IGNORECASE),
    re.compile(r": while executing .*?(?=\(\w+\)\s*\Z|\Z)", re.DOTALL),
    re.compile(r": While processing .*?(?=\(\w+\)\s*\Z|\Z)", re.DOTALL),
)
_SYNTAX: Final = re.compile(
    r"Syntax error[^:]*: failed at position \d+ \((.*?)\)(?: \(line \d+, col \d+\))?:.*?(?=\(\w+\)\s*\Z|\Z)", re.DOTALL
)
"""What follows is the rest of the statement, and dozens of words that ClickHouse would have understood there."""


_LISTING: Final = re.compile(r"\s*\\(?:dt?|l)(?:\s+([\w.]+))?\s*;?\s*", re.IGNORECASE)

_OF_A_SESSION: Final = {
    "USE": "Write the database before the name: mart.purchases.",
    "SET": "Write SETTINGS name = value at the end of the statement that needs it.",
}

_CONTAINERS: Final = frozenset({"Array", "Tuple", "Map"})
"""Types that ClickHouse reads as literals; texts of other types it reads as a cell of TSV."""

_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n"})


@dataclass(frozen=True)
class ParameterValue:
    """What clickhouse-connect sends as it is: of a `str` it would escape the quotes too, which no array allows."""

    text: str

    def __str__(self) -> str:
        """The text."""
        return self.text


@dataclass(frozen=True)
class Statement:
    """One statement of a text: its number from 1, its own text, and where it begins."""

    number: int
    text: str
    start: int


def split(text: str) -> list[Statement]:
    """Take a text apart at `;` outside of quotations and comments.

    Args:
        text: Any number of statements.

    Returns:
        Those that are more than blanks and comments.
    """
    found: list[Statement] = []
    first: int | None = None
    end = 0
    for token in tokens(text):
        if token.text == ";":
            if first is not None:
                found.append(Statement(len(found) + 1, text[first:end], first))
            first = None
        elif first is None:
            first = token.start
        end = token.end
    if first is not None:
        found.append(Statement(len(found) + 1, text[first:].rstrip(), first))
    return found


def is_complete(text: str) -> bool:
    """Whether a text ends with `;`, apart from blanks and comments: what a person types is then run."""
    found = list(tokens(text))
    return bool(found) and found[-1].text == ";"


def is_listing(text: str) -> bool:
    """Whether a text is a word of psql for tables and their columns."""
    return _LISTING.fullmatch(text) is not None


def meant(text: str) -> str:
    """A text, or the statement that it stands for if it is a word of psql."""
    if not (listing := _LISTING.fullmatch(text)):
        return text
    from shop_assets.warehouse.statements.queries import load_query, statement_of

    if not listing[1]:
        return statement_of("prompt/tables")
    return load_query("prompt/columns", table=listing[1].lower()).statement


def format_clause(statement: str) -> str | None:
    """The output format that a statement names itself: the last clause but for SETTINGS. None if it names none."""
    words = list(tokens(statement))
    for place in range(len(words) - 2, -1, -1):
        keyword, name, after = words[place], words[place + 1], words[place + 2 : place + 3]
        is_last = not after or after[0].is_word("SETTINGS")
        if keyword.is_word("FORMAT") and name.kind == "word" and name.text not in NO_FORMATS and is_last:
            return name.text
    return None


def unsupported(statement: str) -> str | None:
    """Say why a statement would not do what it does in clickhouse-client.

    Args:
        statement: Its text.

    Returns:
        The reason and what to write instead; None for all other statements.
    """
    words = list(tokens(statement))
    if words and (first := words[0].text) in _OF_A_SESSION and words[0].kind == "word":
        return f"{first} would change nothing: each statement has a session of its own. {_OF_A_SESSION[first]}"
    for word, after in pairwise(words):
        if word.is_word("INTO") and after.is_word("OUTFILE"):
            return "INTO OUTFILE is of clickhouse-client: write `shop query --format csv '…' > FILE`."
    return None


def parameter_values(statement: str, values: Mapping[str, str]) -> dict[str, ParameterValue]:
    """Find the values that a statement has a place `{name:Type}` for.

    Args:
        statement: Its text.
        values: Texts by name, as a person writes them.

    Returns:
        Those with a place. Of the others clickhouse-connect would put values into the text, by Python's % signs.
    """
    places = {name: re.search(rf"\{{\s*{re.escape(name)}\s*:\s*(\w+)", statement) for name in values}
    return {
        name: ParameterValue(values[name] if found[1] in _CONTAINERS else values[name].translate(_ESCAPES))
        for name, found in places.items()
        if found is not None
    }


def described(error: str, statement: Statement, text: str) -> str:
    """An error of ClickHouse in one line.

    Args:
        error: ClickHouse's message, with what its driver adds.
        statement: The statement that it is about.
        text: The text that the statement is part of.

    Returns:
        The place in the text, if it can be known, and the message without the lists that ClickHouse adds.
    """
    for pattern in _AROUND:
        error = pattern.sub("", error)
    offset = _offset(error, statement.text)
    rest = None if offset is None else statement.text[offset:]
    line = " ".join(_SYNTAX.sub(lambda found: _syntax_error(found[1], rest), error).split())
    line = _CODE.sub(" (", line)
    number = f"statement {statement.number}, " if len(split(text)) > 1 else ""
    if offset is None:
        return f"{number.removesuffix(', ')}{': ' if number else ''}{line}"
    return f"{number}{_place(text, statement.start + offset)}: {line}"


def _syntax_error(word: str, rest: str | None) -> str:
    """Say where the error is, by the rest of the statement: the driver appends FORMAT to it."""
    if rest == "" or word == "end of query":
        return "Syntax error at the end "
    found = (rest if rest and word.startswith(rest) else word).strip("'")
    return f"Syntax error at '{found}' "


def _offset(error: str, statement: str) -> int | None:
    if position := _POSITION.search(error):
        # ClickHouse counts bytes, from 1.
        return len(statement.encode()[: int(position[1]) - 1].decode(errors="ignore"))
    if (
        _MISSING.search(error)
        and (named := _NAMED.search(error))
        and (found := re.search(rf"(?<![\w.]){re.escape(named[1])}\b", statement))
    ):
        return found.start()
    return None


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return f"line {line}, column {column}"
