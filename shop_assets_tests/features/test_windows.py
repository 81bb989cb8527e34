"""T and the starts of windows: Dagster's days, and midnights that are skipped or happen twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.features.windows import as_of, window_start
from shop_assets.orchestration.partitions import daily_partitions
from shop_assets.settings import Settings
from shop_assets_tests.features.plain_reading import days_before, midnight_after

TIMEZONES = [
    "UTC",
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Beirut",
]
DAYS = st.dates(date(2024, 1, 2), date(2027, 12, 30))


@given(day=DAYS, timezone=st.sampled_from(TIMEZONES), days=st.sampled_from([7, 14, 30, 90]))
def test_a_window_is_made_of_whole_local_days(day: date, timezone: str, days: int) -> None:
    assert as_of(day, timezone) == midnight_after(day, timezone)
    assert window_start(day, days, timezone) == days_before(day, days, timezone)
    assert window_start(day, days, timezone) == as_of(day - timedelta(days=days), timezone)


@pytest.mark.parametrize("timezone", TIMEZONES)
def test_a_partition_ends_where_its_matrix_is_as_of(stack_settings: Settings, timezone: str) -> None:
    partitions = daily_partitions(stack_settings.model_copy(update={"timezone": timezone}))
    for day in (date(2026, 3, 28) + timedelta(days=number) for number in range(240)):
        window = partitions.time_window_for_partition_key(day.isoformat())
        assert window.end.astimezone(UTC) == as_of(day, timezone)


@pytest.mark.parametrize(
    ("timezone", "day", "expected"),
    [
        # Cairo goes from 24:00 on 25 April straight to 01:00: the day ends at the moment that is skipped.
        ("Africa/Cairo", date(2024, 4, 25), datetime(2024, 4, 25, 22, tzinfo=UTC)),
        # In Havana 00:00 to 01:00 on 1 November happens twice: the day before ends at the first of them.
        ("America/Havana", date(2026, 10, 31), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("Europe/Moscow", date(2026, 11, 23), datetime(2026, 11, 23, 21, tzinfo=UTC)),
    ],
)
def test_a_midnight_that_is_skipped_or_happens_twice_ends_its_day_once(
    timezone: str, day: date, expected: datetime
) -> None:
    assert as_of(day, timezone) == expected
