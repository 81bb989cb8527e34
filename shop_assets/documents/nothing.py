"""Values that say nothing, and the texts that mean a missing value (`n/a`, `нет данных`), also for the statements of
`sql/`: `shop_something` has them.
"""

from typing import Final

WORDS_FOR_NOTHING: Final = (
    "-", "--", "---", "—", "–", ".", "нет", "no", "none", "null", "nil", "nan", "n/a", "na", "n.a.", "#n/a",
    "undefined", "(null)", "<null>", "нет данных", "не указано", "не указан", "не указана", "не задано", "не задан",
    "неизвестно", "отсутствует", "пусто", "н/д", "б/н", "unknown", "empty", "not specified", "not set"
)  # fmt: skip
"""In the order of the statement, which is a rule of MART."""

_WORDS: Final = frozenset(WORDS_FOR_NOTHING)


def stands_for_nothing(text: str) -> bool:
    """Whether a text means a missing value: it is empty or a word for nothing.

    Args:
        text: A value of a document.
    """
    word = text.strip().lower()
    return not word or word in _WORDS


def has_something(content: object) -> bool:
    """Whether a value says anything: it is not null, blank or empty.

    Args:
        content: Any JSON value.

    Returns:
        False for null, blank texts and empty containers.
    """
    return content is not None and content not in ([], {}) and not (isinstance(content, str) and not content.strip())
