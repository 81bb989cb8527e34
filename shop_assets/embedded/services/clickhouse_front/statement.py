"""A statement examined just enough to run it: where an INSERT's data begins, and which format is requested.

This is no parser: what it does not recognise goes to the engine unchanged, which then reports what is wrong with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shop_assets.sql_tokens import NO_FORMATS, Token, tokens

from .errors import Code, refusal

_INSERT_KEYWORDS: Final = frozenset({"INSERT", "INTO", "TABLE", "FUNCTION"})
# As the server does: blanks and one line break part the format's name from the data.
_BEFORE_DATA: Final = re.compile(r"[ \t\r\f\v]*\n?")


@dataclass(frozen=True)
class InsertHead:
    """`INSERT INTO t (a, b)`, its SETTINGS clause, its data's format, and where the data begins in the text.

    Of `INSERT INTO t SELECT … FROM input('…') …` the target ends before `input(`, and `after_input` is what follows
    that bracket; it is None where the data goes into the table as it is.
    """

    target: str
    settings: str
    input_format: str
    data_start: int
    after_input: str | None = None


def insert_head(text: str) -> InsertHead | None:
    """The head of an INSERT that brings data with it; None for every other statement, such as INSERT … SELECT without
    the table function `input`.

    The text is the beginning of a request, decoded as Latin-1, so that places in it are places in its bytes. None, too,
    while that beginning is too short. Raises QueryError 48 for FROM INFILE: the data comes with the request.
    """
    found = tokens(text)
    first = next(found, None)
    if first is None or not first.is_word("INSERT"):
        return None
    target_end: int | None = None
    for token in _after_table(found):
        if token.is_word("SELECT", "WITH") or token.text == ";":
            return _selection_head(text, found) if token.kind == "word" else None
        if token.is_word("SETTINGS"):
            target_end = token.start
        if token.is_word("INFILE"):
            raise refusal(Code.NOT_IMPLEMENTED, "INSERT FROM INFILE is not supported; send the data with the request")
        if token.is_word("VALUES"):
            return _head(text, target_end, token, "Values", token.end)
        if token.is_word("FORMAT"):
            name = next(found, None)
            if name is None or name.kind != "word":
                return None
            return _head(text, target_end, token, text[name.start : name.end], _data_start(text, name))
    return None


def _selection_head(text: str, found: Iterator[Token]) -> InsertHead | None:
    call: tuple[int, int] | None = None
    before: Token | None = None
    for token in found:
        if before is not None and before.text == "INPUT" and before.kind == "word" and token.text == "(":
            call = (before.start, token.end)
        if token.text == ";" and token.depth == 0:
            return None
        if token.is_word("FORMAT") and call is not None:
            name = next(found, None)
            if name is None or name.kind != "word":
                return None
            data_start = _data_start(text, name)
            parts = (text[: call[0]], text[call[1] : token.start])
            target, after_input = (_decoded(part) for part in parts)
            return InsertHead(target, "", text[name.start : name.end], data_start, after_input)
        before = token
    return None


def _data_start(text: str, name: Token) -> int:
    separator = _BEFORE_DATA.match(text, name.end)
    return separator.end() if separator else name.end


def _head(text: str, target_end: int | None, end: Token, input_format: str, data_start: int) -> InsertHead:
    split = end.start if target_end is None else target_end
    return InsertHead(_decoded(text[:split]), _decoded(text[split : end.start]), input_format, data_start)


def _decoded(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise refusal(Code.SYNTAX_ERROR, "Syntax error: a statement must be UTF-8") from None


def _after_table(found: Iterator[Token]) -> Iterator[Token]:
    """The tokens after an INSERT's table, whatever words its name is made of: `shop.values`, `format`."""
    in_name, after_point = True, True
    for token in found:
        if in_name and token.is_word(*_INSERT_KEYWORDS):
            continue
        if in_name and (token.depth > 0 or after_point or token.text in {".", "}"}):
            after_point = token.text == "."
            continue
        in_name = False
        yield token


def holds_second_statement(values: str) -> bool:
    """Whether something follows a `;` in the data of INSERT … VALUES; the engine would silently leave it out."""
    if ";" not in values:
        return False
    ended = False
    for token in tokens(values):
        if ended and token.text != ";":
            return True
        ended = ended or (token.text == ";" and token.depth == 0)
    return False


@dataclass(frozen=True)
class Query:
    """A statement without its FORMAT clause, the format (None when it names none), and the words in it."""

    sql: str
    output_format: str | None
    words: frozenset[str]


def split_format(sql: str) -> Query:
    """The statement and its output format apart: `SELECT 1 FORMAT JSON` → (`SELECT 1 `, `JSON`).

    The clause is the last one: only SETTINGS or the end may follow it.
    """
    words: set[str] = set()
    keyword: Token | None = None
    name: Token | None = None
    in_settings = False
    end = len(sql)
    for token in tokens(sql):
        if token.kind == "word":
            words.add(token.text)
        if token.text == ";" and token.depth == 0:
            end = min(end, token.start)
        elif token.is_word("FORMAT"):
            keyword, name, in_settings = token, None, False
        elif keyword is not None and name is None and token.kind == "word" and token.text not in NO_FORMATS:
            name = token
        elif name is not None and token.is_word("SETTINGS"):
            in_settings = True
        elif not in_settings:
            keyword = name = None
    if keyword is None or name is None:
        return Query(sql, None, frozenset(words))
    return Query(f"{sql[: keyword.start]}{sql[name.end : end]}", sql[name.start : name.end], frozenset(words))
