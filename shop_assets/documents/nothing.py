"""Texts that mean a missing value (`n/a`, `нет данных`), the same as in `shop_something` of `sql/functions/`."""

from typing import Final

WORDS_FOR_NOTHING: Final = frozenset(
    {"-", "--", "---", "—", "–", ".", "нет", "no", "none", "null", "nil", "nan", "n/a", "na", "n.a.", "#n/a",
     "undefined", "(null)", "<null>", "нет данных", "не указано", "не указан", "не указана", "не задано", "не задан",
     "неизвестно", "отсутствует", "пусто", "н/д", "б/н", "unknown", "empty", "not specified", "not set"}
)  # fmt: skip


def stands_for_nothing(text: str) -> bool:
    """Find out whether a text means a missing value: it is empty or a word for nothing.

    Args:
        text: A value of a document.

    Returns:
        Whether it is.
    """
    word = text.strip().lower()
    return not word or word in WORDS_FOR_NOTHING
