"""The tokens of a ClickHouse statement, for those who look for a word in it.

This is no parser: what it does not recognise is one character after the other, and ClickHouse reports what is wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_TOKEN: Final = re.compile(
    r"""
      (?P<blank>\s+ | (?:-- | // | \#[\ !])[^\n]* )
    | (?P<comment>/\*)
    | (?P<quoted>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `(?:[^`\\]|\\.)*` | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
        | ‘[^’]*’ | “[^”]*” | \xe2\x80\x98.*?\xe2\x80\x99 | \xe2\x80\x9c.*?\xe2\x80\x9d )
    | (?P<open>['"`‘“] | \xe2\x80[\x98\x9c] | \$\w*\$ )
    | (?P<word>[A-Za-z_$][A-Za-z_0-9$]*)
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE | re.ASCII,
)
"""The bytes beside the curly quotes are these quotes in a text that was decoded as Latin-1."""

_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
NO_FORMATS: Final = frozenset({"ASC", "ASCENDING", "DESC", "DESCENDING", "FINAL"})
"""Words that can follow a column or table called `format` at the end of a statement, where a format's name would be."""

_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")


@dataclass(frozen=True)
class Token:
    """A word (in upper case), a quoted text or one other character, its place, and how deep in brackets it stands.

    A quotation or a comment that is not closed is one token, `open`, up to the end of the text.
    """

    kind: Literal["quoted", "word", "open", "other"]
    text: str
    start: int
    end: int
    depth: int

    def is_word(self, *words: str) -> bool:
        """Whether it is a certain word outside of all brackets.

        Args:
            words: The words, in upper case; one of them is enough.
        """
        return self.kind == "word" and self.depth == 0 and self.text in words


def tokens(sql: str) -> Iterator[Token]:
    """Take a text apart.

    Args:
        sql: Statements. What follows the last token that is asked for is not looked at: it may be data.

    Yields:
        The tokens, without blanks and comments.
    """
    depth = 0
    place = 0
    while match := _TOKEN.match(sql, place):
        text = match.group()
        end = _comment_end(sql, match.end()) if match["comment"] else match.end()
        if match["open"] or end is None:
            yield Token("open", sql[match.start() :], match.start(), len(sql), depth)
            return
        place = end
        if match["blank"] or match["comment"]:
            continue
        if text in _CLOSING:
            depth -= 1
        if match["word"]:
            yield Token("word", text.upper(), match.start(), match.end(), depth)
        else:
            yield Token("quoted" if match["quoted"] else "other", text, match.start(), match.end(), depth)
        if text in _OPENING:
            depth += 1


def _comment_end(sql: str, place: int) -> int | None:
    """Where a comment ends that is open at a place: comments nest. None if it is not closed."""
    level = 1
    for edge in _COMMENT_EDGE.finditer(sql, place):
        level += 1 if edge.group() == "/*" else -1
        if level == 0:
            return edge.end()
    return None
