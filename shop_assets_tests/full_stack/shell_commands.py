"""Shell text split into simple commands, as far as the tests of compose need it: no heredocs, no case, no functions."""

import re
import shlex
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

BUILTINS = frozenset({"echo", "export", "printf", "[", "[[", ":", "set", "umask", "test", "read"})
"""They run in the shell's own process: what they are given stands on no command line."""

KEYWORDS = frozenset(
    {"if", "then", "else", "elif", "fi", "for", "do", "done", "while", "until", "in", "!", "exec", "{", "}"}
)
_OPERATORS = re.compile(r"^[;&|()<>\n]+$")
_REFERENCE = re.compile(r"\$\{?(?P<name>[A-Za-z_]\w*)")


def simple_commands(script: str) -> Iterator[list[str]]:
    """The words of each simple command, quotes kept."""
    lexer = shlex.shlex(script.replace("\\\n", " "), posix=False, punctuation_chars=";&|()<>\n")
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    for word in lexer:
        if _OPERATORS.match(word):
            yield words
            words = []
        else:
            words.append(word)
    yield words


def on_command_lines(script: str, secret_variables: AbstractSet[str]) -> set[str]:
    """The secret variables whose value a script puts on the command line of a process."""
    found: set[str] = set()
    for words in simple_commands(script):
        rest = list(words)
        while rest and (rest[0] in KEYWORDS or re.match(r"^[A-Za-z_]\w*=", rest[0])):
            rest.pop(0)  # an assignment is put into the environment
        if rest and rest[0] not in BUILTINS:
            found |= {match["name"] for word in rest for match in _REFERENCE.finditer(_expanded(word))}
    return found & secret_variables


def _expanded(word: str) -> str:
    """A word without what single quotes keep from being expanded."""
    return "" if word.startswith("'") else word
