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
    if _is_nothing(said) or truth(said) is False:
        return "in"
    if day_text(said) is None:
        return "in"
    is_date = re.match("[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}", said) or re.fullmatch("[0-9]{8,16}", said)
    return "out" if is_date else "unknown"


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
        return ""
    return "in" if not said or said in WRITES else "out" if said in ("d", "delete", "deleted") else "unknown"


def line_mark(field: str, said: str) -> str:
    if field in STATUS_FIELDS:
        return _status(said)
    if field in NO_SALE_FLAGS:
        return _flag(said)
    if field in NO_SALE_TIMES:
        return _flag(said)
    return deletion_mark(field, said)


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
        if not said and isinstance(value, dict | list) and value and rule(known, ""):
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
