"""Which day a report is about."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def yesterday(now: datetime, time_zone: ZoneInfo) -> date:
    """The last whole day of a time zone at a moment (which must carry its own offset)."""
    return now.astimezone(time_zone).date() - timedelta(days=1)
