"""What docs/documents.md ("What is no sale") excludes, in plain Python: documents, and lines of a receipt."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shop_assets_tests.warehouse.plain_values import Json, day_text, name, truth
from shop_assets_tests.warehouse.plain_words import (
    CHANGE_FIELDS,
    DELETION_FLAGS,
    DELETION_TIMES,
    NO_SALE_FLAGS,
    NO_SALE_TIMES,
    NO_SALE_WORDS,
    NOTHING,
    SALE_FLAGS,
    SALE_WORDS,
    STATUS_FIELDS,
    TYPE_FIELDS,
)

NO_SALE_HINTS = "delet|cancel|refund|return|void|storno|annul|удал|отмен|возврат|возвращ|аннул|сторн"
EMPTY_DAYS = (
    *("1753-01-01", "1900-01-01", "1970-01-01", "1899-12-30", "1899-12-31", "9999-12-31"),
    *("01.01.1753", "01.01.1900", "01.01.1970", "30.12.1899", "31.12.1899", "31.12.9999"),
)
WRITES = ("c", "r", "u", "i", "l", "create", "read", "insert", "update", "update_postimage")


def mark_word(given: str) -> str:
    parted = re.sub("([a-zа-яё0-9])([A-ZА-ЯЁ])", r"\1_\2", given.strip(" "))
    return re.sub("[ -]+", "_", parted.lower()).replace("ё", "е").removeprefix("wc_")


def mark_name(given: str) -> str:
    """A field's name, in which only the underscores at its beginning count."""
    return re.sub("(?<=[^_])_+", "", mark_word(given))


def _is_nothing(said: str) -> bool:
    return not said or said in NOTHING


def _flag(said: str) -> str:
    if truth(said):
        return "out"
    if _is_nothing(said) or truth(said) is False or day_text(said) is None or _is_empty_day(said):
        return "in"
    return "out" if _is_of_this_century(said) else "unknown"


def _is_empty_day(said: str) -> bool:
    day = re.split("[^0-9.-]", said)[0]
    return day in EMPTY_DAYS or ".".join(reversed(day.split("-"))) in EMPTY_DAYS


def _is_of_this_century(said: str) -> bool:
    if said.isascii() and said.isdecimal():
        if len(said) in (9, 10, 13, 16):
            return True
        is_calendar = 2000 <= int(said[:4]) < 2090 and 1 <= int(said[4:6]) <= 12 and said[6] in "0123"
        return len(said) == 12 or (len(said) in (8, 14) and is_calendar)
    parts = re.match(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})(?![0-9])", said)
    if parts is None:
        return False
    first, second, third = parts.groups()
    numbers = [int(part) for part in (first, second, third)]
    if len(first) == 4:
        return 2000 <= numbers[0] < 2090 and 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31 and len(third) <= 2
    return (
        len(first) <= 2
        and len(third) == 4
        and 2000 <= numbers[2] < 2090
        and 1 <= numbers[0] <= 31
        and 1 <= numbers[1] <= 31
    )


def _hint(said: str) -> str:
    """What a field says that only speaks of a deletion or a return."""
    if truth(said):
        return "unknown"
    if _is_nothing(said) or truth(said) is False or not said.strip("0.,"):
        return ""
    if re.fullmatch("[0-9]+([.,/-][0-9]+)*([t ][0-9:].*)?", said):
        return "" if day_text(said) is None else "unknown"
    return "unknown" if mark_word(said) in NO_SALE_WORDS else ""


def _status(said: str) -> str:
    if _is_nothing(said) or mark_word(said) in SALE_WORDS:
        return "in"
    return "out" if mark_word(said) in NO_SALE_WORDS else "unknown"


def deletion_mark(field: str, said: str) -> str:
    if field in DELETION_FLAGS:
        return _flag(said)
    if field in DELETION_TIMES:
        return _flag(said)
    if field not in CHANGE_FIELDS:
        return _hint(said) if re.search("delet|удал", field) else ""
    return "in" if not said or said in WRITES else "out" if said in ("d", "delete", "deleted") else "unknown"


def line_mark(field: str, said: str) -> str:
    if field in STATUS_FIELDS:
        return _status(said)
    if field in NO_SALE_FLAGS:
        return _flag(said)
    if field in NO_SALE_TIMES:
        return _flag(said)
    if field in DELETION_FLAGS | DELETION_TIMES | CHANGE_FIELDS:
        return deletion_mark(field, said)
    if re.search(NO_SALE_HINTS, field):
        return _hint(said)
    return "unknown" if mark_word(said) in NO_SALE_WORDS else ""


def sale_mark(field: str, said: str) -> str:
    if field in TYPE_FIELDS and said in ("1", "2", "3", "4"):
        return "in" if said == "1" else "out"
    if field in TYPE_FIELDS:
        return _status(said)
    if field in SALE_FLAGS:
        if truth(said) is None:
            return "in" if _is_nothing(said) else "unknown"
        return "in" if truth(said) else "out"
    return line_mark(field, said)


def marks(others: Mapping[str, Json], rule: Any) -> list[tuple[str, str, str]]:
    """Field, outcome and why, of the fields that the model does not have."""
    found = []
    for field, value in others.items():
        said = name(value.get("name") if isinstance(value, dict) else value) or ""
        word, known = mark_word(field), mark_name(field)
        speaks = rule(known, "") or re.search(NO_SALE_HINTS if rule is not deletion_mark else "delet|удал", known)
        if not said and isinstance(value, dict | list) and value and speaks:
            found.append((field, "unknown", ""))
            continue
        shown = said if re.fullmatch(r"[^\W\d_]([^\W\d]|[ -])*|[0-9]|[^\W\d]", said) or _is_wordy(said) else "set"
        found.append((field, rule(known, said), f"{word}: {shown}"))
    return found


def _is_wordy(said: str) -> bool:
    return 0 < len(said) <= 30 and all(c.isalpha() or c in " _-" for c in said)


Line = dict[str, Any]


def is_negative(line: Line) -> bool:
    return any(line[field] is not None and line[field] < 0 for field in ("quantity", "total_price"))


def _size(line: Line, lines: list[Line]) -> Decimal:
    """How much a line is, or takes away: a discount, which is a negative amount alone, takes away nothing."""
    count = Decimal(1) if line["quantity"] is None else line["quantity"]
    if count < 0 or not is_negative(line):
        return abs(count)
    is_reversed = any(
        other["product_id"] == line["product_id"]
        and (Decimal(1) if other["quantity"] is None else other["quantity"]) == count
        and other["total_price"] == -line["total_price"]
        for other in lines
    )
    return count if is_reversed else Decimal(0)


def netted(lines: list[Line]) -> list[Line]:  # noqa: C901  # the two steps of the rule
    """The lines that were bought: negative ones take away the last of the same product."""
    if not any(map(is_negative, lines)):
        return lines
    sizes = [_size(line, lines) for line in lines]
    left = set(range(len(lines)))
    for number, line in enumerate(lines):
        if is_negative(line) and line["product_id"]:
            same = [
                other
                for other in sorted(left, reverse=True)
                if not is_negative(lines[other])
                and lines[other]["product_id"] == line["product_id"]
                and sizes[other] == sizes[number]
            ]
            if same:
                left -= {same[0], number}
    debts: dict[str, Decimal] = {}
    for number in left:
        if is_negative(lines[number]) and lines[number]["product_id"]:
            debts[lines[number]["product_id"]] = debts.get(lines[number]["product_id"], Decimal(0)) + sizes[number]
    bought = []
    for number in sorted(left, reverse=True):
        line = lines[number]
        if is_negative(line):
            continue
        taken = min(sizes[number], debts.get(line["product_id"] or "", Decimal(0)))
        if taken:
            debts[line["product_id"]] -= taken
        if taken == sizes[number]:
            continue
        bought.append(_reduced(line, sizes[number] - taken) if taken else line)
    return bought[::-1]


def _reduced(line: Line, kept: Decimal) -> Line:
    price = line["price_per_unit"]
    total = None if price is None else (kept * price).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return line | {"quantity": kept, "total_price": total}
