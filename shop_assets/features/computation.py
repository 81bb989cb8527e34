"""The features of every customer as of the end of a day, as one Spark aggregation.

This module computes the measures that the conditions in `definitions.py` use. It does not know where rows come from or
go to.
"""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812  # the name that PySpark's own documentation gives it

from shop_assets.documents.product_groups import PRODUCT_GROUPS
from shop_assets.features import windows
from shop_assets.features.definitions import CUSTOMER_ID, FEATURES

WINDOWS: Final = (7, 14, 30, 90)
GROUPS: Final = tuple(group.code for group in PRODUCT_GROUPS)
SATURDAY: Final = 5  # Spark's weekday() counts from Monday = 0
MORNING_END: Final = 10
MIDDAY: Final = range(12, 15)
NIGHT: Final = 20
"""Hours of the day."""

HASHED: Final = ("store_id", "store_city")
"""Columns of which only matters whether there are several values. Their 64-bit hashes are compared: the smallest text
of a group makes Spark sort all purchases, which costs half as much again as the whole aggregation of numbers."""


def customer_features(customers: DataFrame, baskets: DataFrame, day: date, timezone: str) -> DataFrame:
    """Compute the matrix of a day.

    Args:
        customers: customer_id, registration_date, is_loyalty_member, loyalty_card_number; one row per customer.
        baskets: The columns of `mart.baskets`, one row per purchase; total_amount is a decimal.
        day: The day. Later rows may be among the input and are left out.
        timezone: The business time zone, whose midnights and hours count. Times are Spark timestamps (instants).

    Returns:
        customer_id and the features, one row for each customer registered by the end of the day; no NULLs, in no
        particular order.

    Raises:
        ValueError: The session's time zone is not UTC: hours would be shifted twice.
    """
    session_timezone = customers.sparkSession.conf.get("spark.sql.session.timeZone")
    if session_timezone != "UTC":
        raise ValueError(f"spark.sql.session.timeZone must be UTC to compute features, and is {session_timezone}")
    registered = customers.where(F.col("registration_date") < F.lit(windows.as_of(day, timezone)))
    starts = {f"start_{days}": F.lit(windows.window_start(day, days, timezone)) for days in WINDOWS}
    inputs = registered.join(_histories(baskets, day, timezone), CUSTOMER_ID, "left").withColumns(starts)
    return inputs.select(
        CUSTOMER_ID,
        *(
            F.coalesce(F.expr(feature.condition), F.lit(False)).cast(feature.type.spark).alias(feature.name)
            for feature in FEATURES
        ),
    )


def _histories(baskets: DataFrame, day: date, timezone: str) -> DataFrame:
    """The measures of the purchases before the as-of date, one row per customer who has any."""
    seen = baskets.where(F.col("purchase_datetime") < F.lit(windows.as_of(day, timezone)))
    seen = seen.withColumns({name: _hash(name) for name in HASHED})
    columns = (measure.alias(name) for name, measure in measures(day, timezone).items())
    return seen.groupBy(CUSTOMER_ID).agg(*columns)


def _hash(name: str) -> Column:
    return F.when(F.col(name).isNotNull(), F.xxhash64(name))  # a NULL would be hashed to a number


def measures(day: date, timezone: str) -> dict[str, Column]:
    """The aggregations over a customer's purchases that `definitions.MEASURES` names: counts, sums and bounds."""
    bought_at = F.col("purchase_datetime")
    within = {days: bought_at >= F.lit(windows.window_start(day, days, timezone)) for days in WINDOWS}
    local = F.from_utc_timestamp(bought_at, timezone)
    hour = F.when(F.col("has_time") == 1, F.hour(local))  # NULL, and so in no part of the day, for a day alone
    is_weekend = F.weekday(local) >= SATURDAY
    has = {group: F.col(f"has_{group}") == 1 for group in GROUPS}
    return {
        "purchases": F.count(F.lit(1)),
        "purchases_30": F.count_if(within[30]),
        "latest": F.max(bought_at),
        "spent": F.sum("total_amount"),
        "spent_7": F.sum(F.when(within[7], F.col("total_amount"))),
        "lines": F.sum("line_count"),
        "single_line": F.count_if(F.col("line_count") == 1),
        "delivered": F.count_if(F.col("is_delivery") == 1),
        "organic": F.count_if(F.col("has_organic") == 1),
        "cash": F.count_if(F.col("payment_method") == "cash"),
        "card": F.count_if(F.col("payment_method") == "card"),
        "weekend": F.count_if(is_weekend),
        "night": F.count_if(hour >= NIGHT),
        "morning": F.count_if(hour < MORNING_END),
        "midday": F.count_if((hour >= MIDDAY.start) & (hour < MIDDAY.stop)),
        # Whether there are two values needs no count of distinct ones, which would cost an aggregation of its own.
        "first_store": F.min("store_id"),
        "last_store": F.max("store_id"),
        "first_city": F.min("store_city"),
        "last_city": F.max("store_city"),
        "dairy_30": F.count_if(has["dairy"] & within[30]),
        "fruit_14": F.count_if(has["fruit"] & within[14]),
        "fruit_30": F.count_if(has["fruit"] & within[30]),
        "vegetable_14": F.count_if(has["vegetable"] & within[14]),
        "meat_7": F.count_if(has["meat"] & within[7]),
        "meat_90": F.count_if(has["meat"] & within[90]),
        **{group: F.count_if(has[group]) for group in GROUPS},
    }
