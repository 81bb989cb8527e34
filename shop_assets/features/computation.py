"""The 30 features of every customer as of the end of a day, as one Spark aggregation.

Here belongs what `docs/features.md` says, and nothing about where the rows come from or go to. Thresholds are exact:
shares and means are compared by multiplying whole numbers and decimals (70 % of n is 10·x >= 7·n), never divided.
"""

# ruff: noqa: PLR2004  # the numbers are those of docs/features.md, each beside the name of its feature

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812  # the name that PySpark's own documentation gives it

from shop_assets.features import windows
from shop_assets.features.catalogue import COLUMN_TYPES, CUSTOMER_ID, FEATURE_NAMES

WINDOWS: Final = (7, 14, 30, 90)
GROUPS: Final = ("bakery", "meat", "dairy", "fruit", "vegetable")
SATURDAY: Final = 5  # Spark's weekday() counts from Monday = 0


def customer_features(customers: DataFrame, baskets: DataFrame, day: date, timezone: str) -> DataFrame:
    """The matrix of partition `day`: `customer_id` and 30 columns of 0/1, a row for each customer registered by then.

    `customers` has customer_id, registration_date, is_loyalty_member, loyalty_card_number; `baskets` is
    `mart.baskets`, one row a purchase, its `total_amount` a decimal. Times are Spark timestamps (instants); rows of
    after the day may be among them and are left out. The result has no NULL and is in no particular order.

    Raises ValueError when the session's time zone is not UTC: hours would be shifted twice.
    """
    session_timezone = customers.sparkSession.conf.get("spark.sql.session.timeZone")
    if session_timezone != "UTC":
        raise ValueError(f"spark.sql.session.timeZone must be UTC to compute features, and is {session_timezone}")
    registered = customers.where(F.col("registration_date") < F.lit(windows.as_of(day, timezone)))
    histories = _histories(baskets, day, timezone)
    features = _features(day, timezone)
    return registered.join(histories, CUSTOMER_ID, "left").select(
        CUSTOMER_ID,
        *(F.coalesce(features[name], F.lit(False)).cast(COLUMN_TYPES[name]).alias(name) for name in FEATURE_NAMES),
    )


def _histories(baskets: DataFrame, day: date, timezone: str) -> DataFrame:
    """What the features need of a customer's purchases before T: counts, sums and bounds, one row a customer."""
    bought_at = F.col("purchase_datetime")
    within = {days: bought_at >= F.lit(windows.window_start(day, days, timezone)) for days in WINDOWS}
    local = F.from_utc_timestamp(bought_at, timezone)
    hour, is_weekend = F.hour(local), F.weekday(local) >= SATURDAY
    has = {group: F.col(f"has_{group}") == 1 for group in GROUPS}
    measures = {
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
        "night": F.count_if(hour >= 20),
        "morning": F.count_if(hour < 10),
        "midday": F.count_if((hour >= 12) & (hour < 15)),
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
    seen = baskets.where(bought_at < F.lit(windows.as_of(day, timezone)))
    return seen.groupBy(CUSTOMER_ID).agg(*(measure.alias(name) for name, measure in measures.items()))


def _features(day: date, timezone: str) -> dict[str, Column]:
    """The condition of every feature over a customer joined with the history; NULL stands for false.

    A customer without purchases has a NULL history, so that a plain comparison is false of it: a condition that is
    true of such a customer says so by `_none`.
    """
    start = {days: F.lit(windows.window_start(day, days, timezone)) for days in WINDOWS}
    number, spent, latest = F.col("purchases"), F.col("spent"), F.col("latest")
    groups = [F.when(F.col(group) > 0, 1).otherwise(0) for group in GROUPS]
    has_card_number = F.length(F.trim("loyalty_card_number")) > 0
    return {
        "bought_milk_last_30d": _some("dairy_30"),
        "bought_fruits_last_14d": _some("fruit_14"),
        "not_bought_veggies_14d": _none("vegetable_14"),
        "recurrent_buyer": F.col("purchases_30") > 2,
        "inactive_14_30": (latest >= start[30]) & (latest < start[14]),
        "new_customer": F.col("registration_date") >= start[30],
        "delivery_user": _some("delivered"),
        "organic_preference": _some("organic"),
        "bulk_buyer": spent > 1000 * number,
        "low_cost_buyer": spent < 200 * number,
        "buys_bakery": _some("bakery"),
        "loyal_customer": F.col("is_loyalty_member") & has_card_number & (number >= 3),
        "multicity_buyer": F.col("first_city") != F.col("last_city"),
        "bought_meat_last_week": _some("meat_7"),
        "night_shopper": _some("night"),
        "morning_shopper": _some("morning"),
        "prefers_cash": 10 * F.col("cash") >= 7 * number,
        "prefers_card": 10 * F.col("card") >= 7 * number,
        "weekend_shopper": 10 * F.col("weekend") >= 6 * number,
        "weekday_shopper": 10 * (number - F.col("weekend")) >= 6 * number,
        "single_item_buyer": 2 * F.col("single_line") >= number,
        "varied_shopper": sum(groups[1:], groups[0]) >= 4,
        "store_loyal": F.col("first_store") == F.col("last_store"),
        "switching_store": F.col("first_store") != F.col("last_store"),
        "family_shopper": F.col("lines") >= 4 * number,
        "early_bird": _some("midday"),
        "no_purchases": _none("purchases"),
        "recent_high_spender": F.col("spent_7") > 2000,
        "fruit_lover": F.col("fruit_30") >= 3,
        "vegetarian_profile": _none("meat_90"),
    }


def _some(count: str) -> Column:
    return F.col(count) > 0


def _none(count: str) -> Column:
    return F.coalesce(F.col(count), F.lit(0)) == 0
