"""The edges in time: the end of the day, the starts of windows, hours, weekends, and clocks that change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shop_assets_tests.features.cases import DAY, LONG_AGO, MS, Case, T, ago, buy
from shop_assets_tests.features.plain_reading import Customer, Purchase

Hold = Callable[..., None]
MICROSECOND = timedelta(microseconds=1)


def test_a_purchase_at_the_midnight_that_ends_the_day_is_not_seen(hold: Hold) -> None:
    hold(
        {
            "no_purchases": {
                "at T": (1, [buy(T)]),
                "a microsecond before T": (0, [buy(T - MICROSECOND)]),
                "a millisecond after T": (1, [buy(T + MS)]),
            }
        }
    )


def test_every_window_begins_exactly_its_days_before_t(hold: Hold) -> None:
    windows = {
        "bought_meat_last_week": (7, "meat", 1),
        "bought_fruits_last_14d": (14, "fruit", 1),
        "not_bought_veggies_14d": (14, "vegetable", 0),
        "bought_milk_last_30d": (30, "dairy", 1),
        "vegetarian_profile": (90, "meat", 0),
    }
    hold(
        {
            feature: {
                "at its start": (inside, [buy(ago(days), group)]),
                "a millisecond after": (inside, [buy(ago(days) + MS, group)]),
                "a microsecond before": (1 - inside, [buy(ago(days) - MICROSECOND, group)]),
                "a millisecond before": (1 - inside, [buy(ago(days) - MS, group)]),
                "just before T": (inside, [buy(T - MICROSECOND, group)]),
                "at T": (1 - inside, [buy(T, group)]),
                "another group": (1 - inside, [buy(T - MS, "bakery unknown")]),
            }
            for feature, (days, group, inside) in windows.items()
        }
    )


def test_inactive_14_30_looks_at_the_latest_purchase_alone(hold: Hold) -> None:
    hold(
        {
            "inactive_14_30": {
                "at T - 30": (1, [buy(ago(30))]),
                "just before T - 30": (0, [buy(ago(30) - MS)]),
                "just before T - 14": (1, [buy(ago(14) - MS), buy(LONG_AGO)]),
                "at T - 14": (0, [buy(ago(14))]),
                "one inside, one later": (0, [buy(ago(30)), buy(T - MS)]),
                "one inside, one at T": (1, [buy(ago(30)), buy(T)]),
                "none": (0, []),
            }
        }
    )


def test_a_customer_is_new_from_exactly_30_days_before_t(compute: Callable[..., dict[str, dict[str, int]]]) -> None:
    customers = [Customer("at", ago(30)), Customer("before", ago(30) - MICROSECOND), Customer("late", T - MS)]
    found = compute(customers, [], DAY, "UTC")
    assert {name: row["new_customer"] for name, row in found.items()} == {"at": 1, "before": 0, "late": 1}


def test_recurrent_buyers_and_fruit_lovers_count_purchases_of_exactly_30_days(hold: Hold) -> None:
    inside, outside = buy(ago(30), "fruit meat"), buy(ago(30) - MS, "fruit")
    cases: dict[str, Case] = {
        "two": (0, [inside] * 2),
        "two and an older": (0, [inside, inside, outside]),
        "three": (1, [inside] * 3),
    }
    hold({"recurrent_buyer": cases, "fruit_lover": cases | {"bread": (0, [buy(T - MS, "bakery")] * 3)}})


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Moscow", "America/New_York", "Asia/Kathmandu"])
def test_hours_are_those_of_the_business_time_zone(hold: Hold, timezone: str) -> None:
    def local(hour: int, minute: int = 0, second: int = 0) -> list[Purchase]:
        return [buy(datetime(2026, 7, 1, hour, minute, second, tzinfo=ZoneInfo(timezone)).astimezone(UTC))]

    hold(
        {
            "night_shopper": {"20:00": (1, local(20)), "19:59": (0, local(19, 59, 59)), "00:00": (0, local(0))},
            "morning_shopper": {"09:59": (1, local(9, 59, 59)), "10:00": (0, local(10)), "00:00": (1, local(0))},
            "early_bird": {
                "11:59": (0, local(11, 59, 59)),
                "12:00": (1, local(12)),
                "14:59": (1, local(14, 59, 59)),
                "15:00": (0, local(15)),
            },
        },
        timezone=timezone,
    )


@pytest.mark.parametrize(("timezone", "is_weekend"), [("UTC", 0), ("Europe/Moscow", 1), ("America/New_York", 0)])
def test_the_weekend_is_that_of_the_business_time_zone(hold: Hold, timezone: str, is_weekend: int) -> None:
    friday_evening = [buy(datetime(2026, 11, 13, 22, tzinfo=UTC))]  # Saturday, 01:00, in Moscow
    cases = {
        "weekend_shopper": {"a": (is_weekend, friday_evening)},
        "weekday_shopper": {"a": (1 - is_weekend, friday_evening)},
    }
    hold(cases, timezone=timezone)


def test_a_window_over_a_change_of_clocks_is_made_of_whole_local_days(hold: Hold) -> None:
    # Berlin, 25 October 2026: clocks go back. Seven days before the midnight that ends it, it was summer time.
    start, end = datetime(2026, 10, 18, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert end - start == timedelta(days=7, hours=1)
    hold(
        {
            "bought_meat_last_week": {
                "the local midnight": (1, [buy(start, "meat")]),
                "a millisecond before": (0, [buy(start - MS, "meat")]),
                "the last moment of the day": (1, [buy(end - MS, "meat")]),
                "the end of the day": (0, [buy(end, "meat")]),
            }
        },
        day=date(2026, 10, 25),
        timezone="Europe/Berlin",
    )


def test_the_hour_that_happens_twice_is_one_hour(hold: Hold) -> None:
    # New York, 1 November 2026: 01:30 happens in summer and again in winter time; 20:00 is winter time.
    zone = ZoneInfo("America/New_York")
    twice = [datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    evening = datetime(2026, 11, 1, 20, tzinfo=zone).astimezone(UTC)
    assert twice[1] - twice[0] == timedelta(hours=1)
    hold(
        {
            "morning_shopper": {"first": (1, [buy(twice[0])]), "second": (1, [buy(twice[1])])},
            "night_shopper": {"20:00": (1, [buy(evening)]), "19:59": (0, [buy(evening - MS)])},
        },
        timezone="America/New_York",
    )
