"""The instants that a partition's day gives: the moment the matrix is computed as of, and the starts of its windows.

Plain dates and times only; how purchases are held against them stands in `computation`.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def as_of(day: date, timezone: str) -> datetime:
    """T of partition `day`: the midnight that ends it in the business time zone, as an instant in UTC.

    Where clocks change at midnight it is the first instant of the next day, as Dagster's daily partitions have it.
    """
    return _first_instant(day + timedelta(days=1), timezone)


def window_start(day: date, days: int, timezone: str) -> datetime:
    """The first instant of "the last `days` days" of partition `day`, in UTC: the local midnight `days` days before T.

    `docs/features.md` says T − N days. A day of this business is midnight to midnight in its time zone, 23 or 25
    hours long when clocks change, so days are taken off the calendar and not as 24 hours each: a window is then made
    of whole days, starts where a partition starts, and the windows of neighbouring days fit without gap or overlap.
    In a time zone that does not change its clocks both readings are one.
    """
    return _first_instant(day + timedelta(days=1 - days), timezone)


def _first_instant(day: date, timezone: str) -> datetime:
    # fold=0: of a midnight that happens twice the first, of one that is skipped the moment at which it is skipped.
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
