"""Options that several commands share: the day of a report, and which days there are."""

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from shop_assets.errors import ShopError
from shop_assets.settings import Settings

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the report, for example 2026-01-31.")]


def last_complete_day(settings: Settings) -> date:
    """Yesterday, in the business time zone."""
    from shop_assets.orchestration.partitions import yesterday

    return yesterday(datetime.now(tz=UTC), ZoneInfo(settings.timezone))


def require_complete_day(day: date, settings: Settings, option: str = "--day") -> date:
    """The day itself, if there is a partition for it. Raises ShopError, which names the option, if there is none."""
    last = last_complete_day(settings)
    if not settings.first_day <= day <= last:
        raise ShopError(
            f"{option} {day} must be between {settings.first_day} (SHOP_FIRST_DAY) and {last}, the last complete day"
        )
    return day
