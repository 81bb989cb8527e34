"""The moment of a registration or a purchase, as MART reads it, for those who need it before a document is in MART.

The rule is `shop_moment` and the functions that it uses (`sql/functions/`); a test compares the two on every form.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from shop_assets.documents.json_text import to_json

_INVISIBLE: Final = re.compile("[\u034f\ufe00-\ufe0f]")
"""Beside the characters of the category Cf."""

_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LAST_YEAR: Final = 2299
_DAY_LENGTH: Final = len("2026-01-01")

_MONTH: Final = "(?:0[1-9]|1[0-2])"
_DAY: Final = "(?:0[1-9]|[12][0-9]|3[01])"
_HOURS: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_QUARTERS: Final = "(?::?(?:00|15|30|45))?"
_EAST: Final = rf"[+](?:(?:0[0-9]|1[0-3]){_QUARTERS}|14(?::?00)?)"
_WEST: Final = rf"-(?:(?:0[0-9]|1[01]){_QUARTERS}|12(?::?00)?)"
_MOSCOW: Final = "<msk>"
_OTHER: Final = "<?>"
"""Behind a time that names its zone: Moscow's, or one that is neither that nor SHOP_SOURCE_TIMEZONE."""
_NAMED: Final = rf"(?:{_MOSCOW}|{re.escape(_OTHER)})"
_ISO: Final = re.compile(
    rf"(?:19|[2-9][0-9])[0-9]{{2}}-{_MONTH}-{_DAY}(?:[t ]{_HOURS}(?:z|{_EAST}|{_NAMED})?|t{_HOURS}{_WEST}"
    rf"|[t ]{_HOURS}:[0-5][0-9](?:[.][0-9]{{1,9}})?(?:z|{_EAST}|{_WEST}|{_NAMED})?)?"
)
_OFFSET: Final = re.compile(r"z\Z|[+-][0-9:]+\Z")

_NAME: Final = "(?:[a-z][a-z0-9_+/:-]*|мск)"
_BARE: Final = "[a-z_]+(?:/[a-z_-]+)+|[a-z]{3,5}"
_IN_BRACKETS: Final = rf"\[{_NAME}\]|\({_NAME}\)"
_OFFSET_OF_UTC: Final = re.compile(r"(.{10})[t ]([0-9:.]+) ?[\[(]?(?:utc|gmt)([+-][0-9:]+)[\])]?")
_NAME_BEHIND_OFFSET: Final = re.compile(
    rf"(:[0-9.]+(?:z| ?[+-][0-9:]+)) ?(?:{_IN_BRACKETS})\Z|(:[0-9.]+ [+-][0-9]{{4}}) (?:{_BARE}|мск)\Z"
)
_ANY_NAME: Final = re.compile(rf"(:[0-9.]+) ?(?:{_IN_BRACKETS}|{_BARE})\Z")
_NAMES_OF_UTC: Final = "utc|gmt|etc/utc|etc/gmt"
_NAMES_OF_MOSCOW: Final = "europe/moscow|msk|мск"

_LONE_DIGIT: Final = re.compile(r"(^|[^0-9a-su-z_.])([0-9])\b|([.])([0-9])([.])", re.ASCII)
_SLASHES: Final = re.compile(r"([0-9]{4}[/.][0-9]{2}[/.])([0-9])(?:\Z|([^0-9]))")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[/.]([0-9]{2})[/.]([0-9]{2})")
_DAY_FIRST: Final = re.compile(r"([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})")
_EITHER: Final = re.compile(r"[0-9]{2}[/-][0-9]{2}[/-][0-9]{4}")
_ONLY_DAY_FIRST: Final = re.compile(
    r"(?:1[3-9]|2[0-9]|3[01])[/-](?:0[1-9]|1[0-2])[/-][0-9]{4}|(0[1-9]|1[0-2])[/-]\1[/-]"
)
_ONLY_MONTH_FIRST: Final = re.compile(r"(?:0[1-9]|1[0-2])[/-](?:1[3-9]|2[0-9]|3[01])[/-][0-9]{4}")
_WITH_DOTS: Final = re.compile(r"[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}")
_JOINT: Final = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:t?([0-9]{2})([0-9]{2})([0-9]{2})(z?))?")

_CLOCK: Final = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
_CALENDAR_NUMBER: Final = re.compile(
    rf"(?:19|20)[0-9]{{2}}{_MONTH}{_DAY}{_CLOCK}|[0-9]{{2}}{_MONTH}{_DAY}{_CLOCK}[0-5][0-9]"
    rf"|{_DAY}{_MONTH}[0-9]{{2}}{_CLOCK}[0-5][0-9]|(?:{_DAY}{_MONTH}|{_MONTH}{_DAY})(?:19|20)[0-9]{{2}}{_CLOCK}"
    rf"|(?:[0-9]{{2}}{_MONTH}{_DAY}|{_DAY}{_MONTH}[0-9]{{2}}|{_MONTH}{_DAY}[0-9]{{2}}){_CLOCK}"
)
_UNITS: Final = (
    (re.compile("[1-9][0-9]{9}"), 1),
    (re.compile("[1-9][0-9]{10,12}"), 10**3),
    (re.compile("[1-9][0-9]{15}"), 10**6),
)
"""A number's digits, and how many of its units are a second."""

_TEXT_OF_TEN: Final = 10
_SECONDS_OF_THESE_YEARS: Final = re.compile(r"(?:1[4-9][0-9]|20[0-4])[0-9]{7}")
"""May 2014 to December 2034, as a text of ten digits: seconds, which are common, and no time without a century."""


@dataclass(frozen=True)
class MomentRules:
    """What the settings decide about times.

    Attributes:
        timezone: The business time zone, to which a day without a time belongs.
        source_timezone: The time zone of times without an offset and without the name of another zone.
        date_order: What 05/06/2024 is: `unknown`, `day_first` or `month_first`.
    """

    timezone: str = "UTC"
    source_timezone: str = "UTC"
    date_order: str = "unknown"


UTC_RULES: Final = MomentRules()
"""For callers that load nothing, and for tests."""


def moment_of(value: Any, rules: MomentRules) -> datetime | None:
    """Read the moment of a registration or a purchase.

    Args:
        value: A value of a document.
        rules: What the settings decide.

    Returns:
        The moment in UTC; None if MART does not read the value.
    """
    if isinstance(value, datetime):
        return _within((value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC))
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    value = int(value) if isinstance(value, float) and value.is_integer() else value  # as ClickHouse shows a number
    try:
        written = " ".join(_visible(value).lower().split()) if isinstance(value, str) else to_json(value).decode()
        if isinstance(value, str) and _could_be_a_calendar_time(written):
            return None
        iso = _iso(written, rules)
        return _within(_of_iso(iso, rules) if iso else _of_number(written))
    except (ValueError, OverflowError):  # 30 February, or a number of more than 64 bits
        return None


def _visible(text: str) -> str:
    """A text as `shop_name` reads it: composed, without characters that nobody sees."""
    if text.isascii():
        return text
    seen = (one for one in text if not _INVISIBLE.match(one) and unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFC", "".join(seen))


def _could_be_a_calendar_time(written: str) -> bool:
    """Whether a text of ten digits could be seconds, or a time of a calendar."""
    return (
        len(written) == _TEXT_OF_TEN
        and _CALENDAR_NUMBER.fullmatch(written) is not None
        and not _SECONDS_OF_THESE_YEARS.fullmatch(written)
    )


def _within(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment >= _FIRST else None


def _iso(written: str, rules: MomentRules) -> str | None:
    padded = _LONE_DIGIT.sub(r"\g<1>\g<3>0\g<2>\g<4>\g<5>", re.sub(r",( )| ?г[.]?\Z", r"\1", written, count=1))
    iso = _with_offset(_with_zone(_with_year_first(written, padded, rules.date_order), rules.source_timezone))
    if not _ISO.fullmatch(iso):
        return None
    return f"{_LAST_YEAR}-12-31" if int(iso[:4]) > _LAST_YEAR else iso


def _with_year_first(written: str, padded: str, date_order: str) -> str:
    if re.match("[0-9]{4}-", padded):
        return padded
    if re.match("[0-9]{4}[/.]", padded):
        return _YEAR_FIRST.sub(r"\1-\2-\3", _SLASHES.sub(r"\g<1>0\2\3", padded, count=1), count=1)
    if joint := _JOINT.fullmatch(written):
        year, month, day, *time, zone = joint.groups()
        return f"{year}-{month}-{day}" + (f" {':'.join(time)}{zone}" if time[0] else "")
    is_either = _EITHER.match(padded) is not None
    if _WITH_DOTS.match(written) or _ONLY_DAY_FIRST.match(padded) or (is_either and date_order == "day_first"):
        return _DAY_FIRST.sub(r"\3-\2-\1", padded, count=1)
    if _ONLY_MONTH_FIRST.match(padded) or (is_either and date_order == "month_first"):
        return _DAY_FIRST.sub(r"\3-\1-\2", padded, count=1)
    return ""


def _with_zone(iso: str, source_timezone: str) -> str:
    if of_utc := _OFFSET_OF_UTC.fullmatch(iso):
        return f"{of_utc[1]}t{of_utc[2]}{of_utc[3]}"
    iso = _NAME_BEHIND_OFFSET.sub(r"\1\2", iso)
    of_moscow = "" if source_timezone == "Europe/Moscow" else _MOSCOW
    own = re.sub(r"(\\[+-])", r"\g<1>0?", re.escape(source_timezone.lower()))  # the texts have two digits
    for names, shown in ((_NAMES_OF_UTC, "z"), (own, ""), (_NAMES_OF_MOSCOW, of_moscow)):
        iso = re.sub(rf"(:[0-9.]+) ?(?:(?:{names})|\[(?:{names})\]|\((?:{names})\))\Z", rf"\g<1>{shown}", iso)
    return _ANY_NAME.sub(rf"\g<1>{_OTHER}", iso)


def _with_offset(iso: str) -> str:
    return re.sub(r" ?(?:utc|gmt|(?:utc|gmt)?([+-][0-9:]+))\Z", r"\1", iso)


def _of_iso(iso: str, rules: MomentRules) -> datetime | None:
    if iso.endswith(_OTHER):
        return None
    if iso.endswith(_MOSCOW):
        local = datetime.fromisoformat(iso.removesuffix(_MOSCOW).upper())
        return local.replace(tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)
    if _OFFSET.search(iso, _DAY_LENGTH):
        return datetime.fromisoformat(iso.upper()).astimezone(UTC)
    # As in MART: of a time that comes twice the earlier, and one that is left out is shifted forward.
    zone = rules.timezone if len(iso) == _DAY_LENGTH else rules.source_timezone
    return datetime.fromisoformat(iso.upper()).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _of_number(written: str) -> datetime | None:
    if _CALENDAR_NUMBER.fullmatch(written) and len(written) != _TEXT_OF_TEN:
        return None
    for digits, unit in _UNITS:
        if digits.fullmatch(written):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(written) * 10**6 // unit)
    return None
