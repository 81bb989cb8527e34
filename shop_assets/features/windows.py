"""The instants of a partition's day: the as-of moment of the matrix, and the starts of its windows.

Only dates and times; `computation` compares purchases with them.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def as_of(day: date, timezone: str) -> datetime:
    """T of a partition (docs/features.md): the midnight that ends its day in the business time zone.

    Where clocks change at midnight it is the first instant of the next day, as in Dagster's daily partitions.

    Args:
        day: The partition's day.
        timezone: The business time zone, a name of the IANA database.

    Returns:
        The instant, in UTC.
    """
    return _first_instant(day + timedelta(days=1), timezone)


def window_start(day: date, days: int, timezone: str) -> datetime:
    """The first instant of "the last N days" of a partition: the local midnight N days before T.

    docs/features.md says T − N days. A business day lasts from midnight to midnight in its time zone, 23 or 25 hours
    when clocks change, so N is counted in calendar days and not in 24 hours each: a window has whole days, starts where
    a partition starts, and the windows of neighbouring days have neither gap nor overlap. In a time zone that does not
    change its clocks both are the same.

    Args:
        day: The partition's day.
        days: N.
        timezone: The business time zone, a name of the IANA database.

    Returns:
        The instant, in UTC.
    """
    return _first_instant(day + timedelta(days=1 - days), timezone)


def _first_instant(day: date, timezone: str) -> datetime:
    # fold=0: the first of two midnights, or the moment of the change when midnight is skipped.
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
