"""Statements about a table, DESCRIBE, SHOW CREATE and EXISTS: the engine does not show their trees."""

import re
from dataclasses import dataclass

from shop_assets.sql_tokens import Token, tokens

from .errors import unknown_statement


@dataclass(frozen=True)
class TableDescription:
    """A statement about a table: the words before the table, and the rest of the text."""

    head: str
    table: str


def table_description(sql: str) -> TableDescription | None:
    """Split a statement about a table.

    Args:
        sql: Any statement.

    Returns:
        Its parts; None for a statement that is not about a table.

    Raises:
        QueryError: 497 for a statement that describes something else.
    """
    found = list(tokens(sql))
    words = [token.text if token.kind == "word" else "" for token in found[:3]]
    if words[:1] in (["DESCRIBE"], ["DESC"]):
        start = 2 if words[1:2] == ["TABLE"] else 1
        return TableDescription("DESCRIBE TABLE", sql[found[start - 1].end :])
    if words[:2] == ["SHOW", "CREATE"]:
        start = 3 if words[2:] in (["TABLE"], ["VIEW"]) else 2
    elif words[:1] == ["EXISTS"]:
        start = 2 if words[1:2] in (["TABLE"], ["VIEW"]) else 1
    else:
        return None
    name = found[start:]
    if not _is_table_name(name):
        raise unknown_statement()  # of a database, a dictionary, a user
    return TableDescription(" ".join(words[:start]), "".join(sql[token.start : token.end] for token in name))


def _is_table_name(name: list[Token]) -> bool:
    """Whether the tokens are `table` or `database.table`, each a word or quoted, up to the statement's end."""
    while name and name[-1].text == ";":
        name = name[:-1]
    shape = "".join("n" if token.kind in {"word", "quoted"} else token.text for token in name)
    return re.fullmatch(r"n(\.n)?", shape) is not None
