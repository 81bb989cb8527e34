"""`shop query` without a statement: statements typed one by one, with history and completion."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from shop_assets.cli.queries.query_statements import is_complete, is_listing
from shop_assets.cli.terminal.output import say
from shop_assets.errors import ShopError
from shop_assets.settings import Settings
from shop_assets.warehouse.statements.queries import statement_of

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

HISTORY: Final = "query_history"
LEAVING: Final = frozenset({"exit", "quit", r"\q"})
HELP: Final = frozenset({"help", "?", r"\?", r"\h"})

HELP_TEXT: Final = """\
A statement ends with `;` and may have several lines. Tab completes names; arrow keys show earlier statements.
  \\d                 tables and views
  \\d mart.purchases  columns of one
  exit, quit, Ctrl-D  leave
docs/mart.md describes every column of MART.
"""
KEYWORDS: Final = [
    "SELECT",
    "FROM",
    "WHERE",
    "PREWHERE",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "LEFT",
    "INNER",
    "ON",
    "USING",
    "ARRAY",
    "AS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "ILIKE",
    "BETWEEN",
    "IS",
    "NULL",
    "DISTINCT",
    "UNION",
    "ALL",
    "WITH",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "DESC",
    "ASC",
    "FORMAT",
    "SETTINGS",
    "DESCRIBE",
    "SHOW",
    "TABLES",
    "EXPLAIN",
    "FINAL",
    "count()",
    "sum(",
    "avg(",
    "min(",
    "max(",
    "uniqExact(",
    "countIf(",
    "toDate(",
    "now()",
    "today()",
]


def prompt(settings: Settings, client: "Client", run: Callable[[str], None]) -> None:
    """Read and run statements until Ctrl-D, `exit` or `quit`; errors are printed, and the prompt comes again.

    Args:
        settings: Where the history is kept.
        client: Of ClickHouse, for the names that are completed.
        run: Runs what was typed.
    """
    session: PromptSession[str] = PromptSession(
        history=_history(settings),
        completer=WordCompleter(_words(client), ignore_case=True, pattern=None, WORD=True),
        complete_while_typing=False,
        multiline=True,
        key_bindings=_bindings(),
        prompt_continuation=lambda width, _line, _wraps: " " * (width - 3) + "-> ",
    )
    say("A statement ends with `;`. Tab completes; help shows more; exit or Ctrl-D leaves.")
    while True:
        try:
            typed = session.prompt("shop> ", handle_sigint=False)
        except KeyboardInterrupt:  # as in psql: the line is given up
            continue
        except EOFError:
            return
        word = _word(typed)
        if word in LEAVING:
            return
        if word in HELP:
            say(HELP_TEXT)
            continue
        try:
            run(typed)
        except ShopError as error:
            say(f"error: {error}", error=True)


def _word(typed: str) -> str:
    return typed.strip().rstrip(";").strip().lower()


def _history(settings: Settings) -> History:
    home = settings.home.expanduser()
    if not home.is_dir():
        return InMemoryHistory()
    return FileHistory(str(home / HISTORY))


def _words(client: "Client") -> list[str]:
    try:
        return [*KEYWORDS, *(str(row[0]) for row in client.query(statement_of("prompt/names")).result_rows)]
    except Exception:  # noqa: BLE001  # without names there is still a prompt, and the first statement says what is wrong
        return KEYWORDS


def _bindings() -> KeyBindings:
    """Enter runs a word of its own or a statement that ends with `;`, and begins another line before that."""
    bindings = KeyBindings()

    @bindings.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        text = event.current_buffer.text
        if is_complete(text) or not text.strip() or _word(text) in LEAVING | HELP or is_listing(text):
            event.current_buffer.validate_and_handle()
        else:
            event.current_buffer.newline()

    return bindings
