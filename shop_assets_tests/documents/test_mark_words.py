"""The words that mark what is deleted or no sale: those of the documentation, in Python and in the statements."""

import pytest

from shop_assets.documents import mark_words
from shop_assets.warehouse.statements.sql_templates import read_file
from shop_assets_tests.warehouse import plain_words

NAMES = [
    *("DELETION_FLAGS", "DELETION_TIMES", "CHANGE_FIELDS", "STATUS_FIELDS", "TYPE_FIELDS", "NO_SALE_FLAGS"),
    *("NO_SALE_TIMES", "SALE_FLAGS", "NO_SALE_WORDS", "SALE_WORDS", "UNSURE_NAMES", "NEWEST_FLAGS", "TEST_WORDS"),
    "NOT_DONE_BEGINNINGS",
    "MODE_WORDS",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_of_the_documentation(name: str) -> None:
    listed = getattr(mark_words, name)
    assert len(listed) == len(set(listed))
    assert set(listed) == set(getattr(plain_words, name))


@pytest.mark.parametrize(
    ("function", "names"),
    [
        ("48_shop_deletion_role", ("DELETION_FLAGS", "CHANGE_FIELDS", "NEWEST_FLAGS", "DELETION_NAMES")),
        ("49_shop_sale_role", ("STATUS_FIELDS", "TYPE_FIELDS", "NO_SALE_FLAGS", "DONE_NAMES", "NO_SALE_NAMES")),
        ("47_shop_mark", ("NO_SALE_WORDS", "SALE_WORDS")),
    ],
)
def test_the_statements_have_the_words_of_python(function: str, names: tuple[str, ...]) -> None:
    statement = read_file(f"functions/{function}").statement
    for name in names:
        words = getattr(mark_words, name)
        assert ("', '".join(words) if isinstance(words, tuple) else words) in statement
