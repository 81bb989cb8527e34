"""The words for nothing: those of the documentation, and how they are recognised."""

from shop_assets.documents.nothing import WORDS_FOR_NOTHING, stands_for_nothing
from shop_assets_tests.warehouse.plain_words import NOTHING


def test_the_words_for_nothing_are_those_of_the_documentation() -> None:
    assert set(WORDS_FOR_NOTHING) == NOTHING


def test_case_and_blanks_around_a_word_do_not_matter() -> None:
    assert all(map(stands_for_nothing, ["", "  ", " Нет ", "N/A", "НЕ УКАЗАНО"]))
    assert not any(map(stands_for_nothing, ["0", "нет телефона", "no@example.com"]))
