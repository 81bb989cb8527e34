"""How docs/documents.md ("Cleaning", "Product groups") reads a value: an independent implementation in plain Python.

It knows nothing of the SQL. Values are what `json.loads(..., parse_float=Decimal)` gives, so that numbers stay exact.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

Json = Any


def text(value: Json) -> str | None:
    match value:
        case str():
            given = value
        case bool():
            given = "true" if value else "false"
        case int() | Decimal():
            given = str(value)
        case _:
            return None
    return given.strip().lower() or None


def number(value: Json) -> Decimal | None:
    if isinstance(value, bool):
        return None
    given = text(value)
    if given is None or not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", given):
        return None
    exact = Decimal(given)
    if abs(exact) >= Decimal(10) ** 56:
        return None
    with localcontext() as context:
        context.prec = 500
        return exact.quantize(Decimal(1).scaleb(-20), ROUND_DOWN)


def fixed(digits: int, scale: int) -> Callable[[Json], Decimal | None]:
    def read(value: Json) -> Decimal | None:
        exact = number(value)
        if exact is None:
            return None
        with localcontext() as context:
            context.prec = 500
            rounded = exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        return rounded if abs(rounded) < Decimal(10) ** (digits - scale) else None

    return read


money = fixed(18, 4)
quantity = fixed(18, 6)


def measure(value: Json) -> float | None:
    given = None if isinstance(value, bool) else text(value)
    if given is None or not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", given):
        return None
    return float(given) if abs(float(given)) != float("inf") else None


def whole(value: Json) -> int | None:
    exact = number(value)
    if exact is None or exact != exact.to_integral_value() or not -(2**31) <= exact < 2**31:
        return None
    return int(exact)


def truth(value: Json) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text(value) or "")


LAST_DAY = datetime(2299, 12, 31, tzinfo=UTC)


def moment(value: Json) -> datetime | None:
    found = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(z|[+-]\d\d(?::?\d\d)?)?)?",
        text(value) or "",
        re.ASCII,
    )
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    milliseconds = int(((found[7] or "") + "000")[:3])
    zone = found[8] or "z"
    is_beyond = year > LAST_DAY.year  # only the shape of such a date counts: a month has up to 31 days there
    try:
        offset = timedelta(0) if zone == "z" else _offset(zone)
        calendar = (2000, 1, day) if is_beyond and 1 <= month <= 12 else (year, month, day)
        local = datetime(*calendar, hour, minute, second, milliseconds * 1000, tzinfo=timezone(offset))
        moved = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if is_beyond:
        return LAST_DAY
    return moved if 1900 <= local.year <= LAST_DAY.year and 1900 <= moved.year <= LAST_DAY.year else None


def _offset(zone: str) -> timedelta:
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def day(value: Json) -> date | None:
    found = moment(value)
    return found.date() if found else None


def labels(value: Json) -> list[str]:
    return [label for label in map(text, value) if label] if isinstance(value, list) else []


GROUP_WORDS = {
    "bakery": {"зерновые", "хлебобулочные"},
    "meat": {"мясо", "рыба", "яйца", "бобовые"},
    "dairy": {"молочные"},
    "fruit": {"фрукты", "ягоды"},
    "vegetable": {"овощи", "зелень"},
}


def product_group(label: str | None) -> str:
    found = [code for code, words in GROUP_WORDS.items() if words & set(re.findall(r"\w+", (label or "").lower()))]
    return found[0] if len(found) == 1 else "unknown"
