"""The matrix against an independent reading of `docs/features.md`, and what it is as a whole."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from shop_assets.features.computation import customer_features
from shop_assets.features.definitions import COLUMNS
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY, LONG_AGO, MS, T
from shop_assets_tests.features.frames import frames
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.random_shops import random_shop

Compute = Callable[..., dict[str, dict[str, int]]]

# Clocks change in windows that end on these days: to winter and to summer time, some at midnight.
DAYS = (DAY, date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 2), date(2026, 3, 10), date(2024, 4, 26))
TIMEZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Cairo")


@given(seed=st.integers(0, 2**32), day=st.sampled_from(DAYS), timezone=st.sampled_from(TIMEZONES))
@settings(
    max_examples=8,  # of 600 customers each
    deadline=None,
    # A smaller seed is no simpler shop: searching for one would only cost minutes of Spark.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_spark_and_a_plain_reading_of_the_specification_agree(
    compute: Compute, seed: int, day: date, timezone: str
) -> None:
    customers, purchases = random_shop(seed, day, timezone, size=600)
    expected = plain_reading.matrix(customers, purchases, day, timezone)
    found = compute(customers, purchases, day, timezone)
    assert found.keys() == expected.keys()
    different = {
        (customer, name): (found[customer][name], row[name])
        for customer, row in expected.items()
        for name in plain_reading.NAMES
        if found[customer][name] != row[name]
    }
    assert different == {}


@pytest.mark.parametrize("timezone", TIMEZONES)
def test_the_random_shops_meet_every_feature_both_ways(timezone: str) -> None:
    customers, purchases = random_shop(7, DAY, timezone, size=500)
    rows = plain_reading.matrix(customers, purchases, DAY, timezone).values()
    assert {name for name in plain_reading.NAMES if {row[name] for row in rows} != {0, 1}} == set()


def test_the_matrix_has_its_columns_in_the_order_of_the_specification(spark: SparkSession, tmp_path: Path) -> None:
    matrix = customer_features(*frames(spark, tmp_path, [], []), DAY, "UTC")
    assert tuple(matrix.columns) == ("customer_id", *plain_reading.NAMES) == COLUMNS
    assert {field.dataType.simpleString() for field in matrix.schema.fields[1:]} == {"tinyint"}
    assert not any(field.nullable for field in matrix.schema.fields[1:])


def test_a_session_in_another_time_zone_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    inputs = frames(spark, tmp_path, [], [])
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    try:
        with pytest.raises(ValueError, match="must be UTC"):
            customer_features(*inputs, DAY, "UTC")
    finally:
        spark.conf.set("spark.sql.session.timeZone", "UTC")


def test_a_customer_without_purchases_has_three_ones_and_a_new_one_four(compute: Compute) -> None:
    customers = [Customer("old", LONG_AGO), Customer("new", T - timedelta(days=1))]
    found = compute(customers, [], DAY, "UTC")
    ones = {"not_bought_veggies_14d", "no_purchases", "vegetarian_profile"}
    assert {name for name, value in found["old"].items() if value} == ones
    assert {name for name, value in found["new"].items() if value} == ones | {"new_customer"}


def test_purchases_of_unknown_customers_add_no_row(compute: Compute) -> None:
    found = compute([Customer("known", LONG_AGO)], [Purchase("unknown", T - MS)], DAY, "UTC")
    assert found.keys() == {"known"}
    assert found["known"]["no_purchases"] == 1


def test_a_customer_who_registers_at_the_end_of_the_day_has_no_row(compute: Compute) -> None:
    customers = [Customer("before", T - MS), Customer("at", T), Customer("after", T + MS)]
    assert compute(customers, [Purchase("at", T - MS)], DAY, "UTC").keys() == {"before"}


def test_a_purchase_before_the_registration_counts(compute: Compute) -> None:
    found = compute([Customer("a", T - MS)], [Purchase("a", LONG_AGO)], DAY, "UTC")
    assert found["a"]["no_purchases"] == 0
