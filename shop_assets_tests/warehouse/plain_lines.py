"""Which lines of a receipt docs/no_sale.md counts as bought, in plain Python."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Line = dict[str, Any]
Alike = Callable[[Line, Decimal], tuple[Decimal, ...] | None]
"""What must be equal of a negative line and of one that it takes away, of the line and of its quantity that is left."""


TILL_LINES = ("скидк", "бонус", "округлен", "списан", "возврат тары", "discount", "rounding", "bonus", "deposit")


def is_negative(line: Line) -> bool:
    return any(_is_below_zero(line, field) for field in ("quantity", "price_per_unit", "total_price"))


def product_of(line: Line) -> tuple[str, str] | None:
    """A line's product: by its id, or where that is missing by its name."""
    if line["product_id"]:
        return "id", line["product_id"]
    return ("name", line["product_name"]) if line["product_name"] else None


def unmatched(lines: list[Line]) -> list[Line]:
    """The lines of a negative quantity that cancel nothing, where that may be because a line lacks its id."""
    left = _left(lines)
    names = {line["product_name"] for line in lines if not line["product_id"] and not is_negative(line)} - {None}
    return [
        line
        for line, kept in zip(lines, left, strict=True)
        if _is_below_zero(line, "quantity")
        and kept == abs(line["quantity"])
        and (line["product_name"] in names if line["product_id"] else not _is_of_the_till(line["product_name"] or ""))
        and _bought(lines, left)
    ]


def _is_of_the_till(name: str) -> bool:
    return name.startswith(TILL_LINES) or re.split(r"[\W\d_]", name)[0] == "тара"


def netted(lines: list[Line]) -> list[Line]:
    """The lines that were bought: negative ones take away what was sold of the same product."""
    return _bought(lines, _left(lines)) if any(map(is_negative, lines)) else lines


def _bought(lines: list[Line], left: list[Decimal]) -> list[Line]:
    return [
        line if kept == abs(line["quantity"] or Decimal(1)) else _reduced(line, kept)
        for line, kept in zip(lines, left, strict=True)
        if not is_negative(line) and kept
    ]


def _left(lines: list[Line]) -> list[Decimal]:
    """What is left of the quantity of each line when all steps are done."""
    left = [abs(Decimal(1) if line["quantity"] is None else line["quantity"]) for line in lines]
    for alike in (_quantity_and_total, _quantity_and_price, _price, _quantity, _anything):
        _take_away(lines, left, alike)
    return left


def _take_away(lines: list[Line], left: list[Decimal], alike: Alike) -> None:
    """One step of the rule, for all negative lines."""
    for taker, line in enumerate(lines):
        if not is_negative(line) or not product_of(line):
            continue
        for sold in reversed(range(len(lines))):
            other = lines[sold]
            if is_negative(other) or product_of(other) != product_of(line):
                continue
            wanted = alike(line, left[taker])
            if wanted is not None and alike(other, left[sold]) == wanted:
                taken = min(left[taker], left[sold])
                left[taker] -= taken
                left[sold] -= taken


def _quantity_and_total(line: Line, left: Decimal) -> tuple[Decimal, ...] | None:
    total = line["total_price"]
    if total is None or (_is_negative_by_amount(line) and total >= 0):
        return None
    return left, abs(total)


def _quantity_and_price(line: Line, left: Decimal) -> tuple[Decimal, ...] | None:
    price = line["price_per_unit"]
    if price is None or (_is_negative_by_amount(line) and _is_below_zero(line, "total_price")):
        return None
    return left, abs(price)


def _price(line: Line, _left: Decimal) -> tuple[Decimal, ...] | None:
    price = line["price_per_unit"]
    return None if price is None or _is_negative_by_amount(line) else (abs(price),)


def _quantity(line: Line, left: Decimal) -> tuple[Decimal, ...] | None:
    return None if _is_negative_by_amount(line) or not line["product_id"] else (left,)


def _anything(line: Line, _left: Decimal) -> tuple[Decimal, ...] | None:
    return None if _is_negative_by_amount(line) or not line["product_id"] else ()


def _is_negative_by_amount(line: Line) -> bool:
    """Whether a line's total or price alone is negative: it takes away one that is exactly opposite, and no other."""
    return is_negative(line) and not _is_below_zero(line, "quantity")


def _is_below_zero(line: Line, field: str) -> bool:
    return line[field] is not None and line[field] < 0


def _reduced(line: Line, kept: Decimal) -> Line:
    price = line["price_per_unit"]
    total = None if price is None else (kept * price).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return line | {"quantity": kept, "total_price": total}
