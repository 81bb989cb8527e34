"""The words for nothing: one list for Python and for MART."""

import re
from pathlib import Path

from shop_assets.documents.nothing import WORDS_FOR_NOTHING, stands_for_nothing
from shop_assets_tests.warehouse.plain_words import NOTHING

SQL = Path(__file__).parents[2] / "sql"


def test_the_words_for_nothing_are_those_of_mart_and_of_the_documentation() -> None:
    (file,) = (SQL / "functions").glob("*_shop_something.sql")
    _, _, words = file.read_text(encoding="utf-8").partition(" IN (")
    assert set(re.findall(r"'([^']+)'", words)) == WORDS_FOR_NOTHING == NOTHING


def test_case_and_blanks_around_a_word_do_not_matter() -> None:
    assert all(map(stands_for_nothing, ["", "  ", " Нет ", "N/A", "НЕ УКАЗАНО"]))
    assert not any(map(stands_for_nothing, ["0", "нет телефона", "no@example.com"]))
