"""Numbers with the nouns that they count. English only: Russian texts name first what is counted ("покупок: 1")."""


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number and what it counts.

    Args:
        number: How many there are.
        one: The words after 1: "document", "document differs".
        many: The words after any other number; `one` with an s by default.

    Returns:
        For example "1 document" or "1,234 documents".
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
