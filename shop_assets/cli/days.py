"""The days that a command may ask for: whole ones, from the first partition to yesterday."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from shop_assets.automation.days import yesterday
from shop_assets.errors import ShopError
from shop_assets.settings import Settings


def last_whole_day(settings: Settings) -> date:
    """Yesterday, in the business time zone."""
    return yesterday(datetime.now(tz=UTC), ZoneInfo(settings.timezone))


def require_whole_day(day: date, settings: Settings, option: str = "--day") -> date:
    """The day itself. Raises ShopError, which names the option, when no partition is of that day (yet)."""
    last = last_whole_day(settings)
    if not settings.first_day <= day <= last:
        raise ShopError(
            f"{option} {day}: a day from {settings.first_day} (SHOP_FIRST_DAY) to {last}, the last whole day, is needed"
        )
    return day
