"""What tools say of the documents that they deliver: which database, table and query these come from."""

import pytest

from shop_assets.documents.kinds import PURCHASES
from shop_assets.landing.tool_statements import Said, said


@pytest.mark.parametrize(("name", "statement"), [
    ("db", "demo"), ("schema", "training"), ("filter", "status!=deleted"), ("where", "is_deleted IS NOT TRUE"),
    ("query", "UPDATE purchases SET status='paid' WHERE status='pending'"),
    ("query", "SELECT * FROM p WHERE status NOT IN ('refunded','cancelled')"),
    ("query", "SELECT * FROM p WHERE is_deleted IS FALSE"),
    ("query", "SELECT * FROM p WHERE NOT COALESCE(is_deleted, false)"),
    ("query", "SELECT * FROM p WHERE is_deleted <> 1"),
    ("sql", "SELECT * FROM p LEFT JOIN returns r ON r.id = p.id WHERE r.id IS NULL"),
])  # fmt: skip
def test_what_a_statement_leaves_out_and_where_it_is_kept_say_nothing(name: str, statement: str) -> None:
    assert said(PURCHASES, name, statement) is Said.NOTHING


@pytest.mark.parametrize(("name", "statement"), [
    ("database", "trash"), ("schema", "deleted"), ("query", "status=cancelled"), ("query", "type=return"),
    ("query", "SELECT * FROM p WHERE is_deleted = true"), ("query", "SELECT * FROM purchases_deleted"),
])  # fmt: skip
def test_what_a_statement_selects_is_heard(name: str, statement: str) -> None:
    assert said(PURCHASES, name, statement) is Said.DOUBTFUL
