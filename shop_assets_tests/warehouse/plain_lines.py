"""Which lines of a receipt docs/no_sale.md counts as bought, in plain Python."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Line = dict[str, Any]


def is_negative(line: Line) -> bool:
    return any(line[field] is not None and line[field] < 0 for field in ("quantity", "price_per_unit", "total_price"))


def _size(line: Line, lines: list[Line]) -> Decimal:
    """How much a line is, or takes away: a discount, which is a negative total or price alone, takes away nothing."""
    count = Decimal(1) if line["quantity"] is None else line["quantity"]
    if count < 0 or not is_negative(line):
        return abs(count)
    is_total = line["total_price"] is not None and line["total_price"] < 0
    amount = "total_price" if is_total else "price_per_unit"
    is_reversed = any(
        not is_negative(other)
        and other["product_id"] == line["product_id"]
        and (Decimal(1) if other["quantity"] is None else other["quantity"]) == count
        and other[amount] == -line[amount]
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
