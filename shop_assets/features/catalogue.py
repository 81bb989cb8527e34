"""The columns of the feature matrix: their names, their order and what each says, in this one place.

Here belongs what the table, the Parquet files, the report and the asset's page share. How a feature is computed
stands in `computation`; `docs/features.md` is the specification of both.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Feature:
    """One column of 0/1: its name, and the words that complete "1 when …"."""

    name: str
    description: str


FEATURES: Final = (
    Feature("bought_milk_last_30d", "some line of group dairy in the last 30 days"),
    Feature("bought_fruits_last_14d", "some line of group fruit in the last 14 days"),
    Feature("not_bought_veggies_14d", "no line of group vegetable in the last 14 days"),
    Feature("recurrent_buyer", "more than 2 purchases in the last 30 days"),
    Feature("inactive_14_30", "the latest purchase lies 14 to 30 days back"),
    Feature("new_customer", "registered in the last 30 days"),
    Feature("delivery_user", "at least one purchase with delivery"),
    Feature("organic_preference", "at least one line whose product is organic"),
    Feature("bulk_buyer", "mean amount of a purchase above 1000"),
    Feature("low_cost_buyer", "mean amount of a purchase below 200"),
    Feature("buys_bakery", "at least one line of group bakery"),
    Feature("loyal_customer", "loyalty member with a card number, and at least 3 purchases"),
    Feature("multicity_buyer", "purchases in stores of at least 2 different cities"),
    Feature("bought_meat_last_week", "some line of group meat in the last 7 days"),
    Feature("night_shopper", "at least one purchase at 20:00 or later"),
    Feature("morning_shopper", "at least one purchase before 10:00"),
    Feature("prefers_cash", "at least 70 % of purchases paid in cash"),
    Feature("prefers_card", "at least 70 % of purchases paid by card"),
    Feature("weekend_shopper", "at least 60 % of purchases on Saturday or Sunday"),
    Feature("weekday_shopper", "at least 60 % of purchases on Monday to Friday"),
    Feature("single_item_buyer", "at least 50 % of purchases have exactly one line"),
    Feature("varied_shopper", "lines of at least 4 different groups, unknown not counted"),
    Feature("store_loyal", "purchases in exactly 1 store"),
    Feature("switching_store", "purchases in at least 2 stores"),
    Feature("family_shopper", "mean number of lines in a purchase at least 4"),
    Feature("early_bird", "at least one purchase from 12:00 to before 15:00"),
    Feature("no_purchases", "registered, and never bought"),
    Feature("recent_high_spender", "more than 2000 spent in the last 7 days"),
    Feature("fruit_lover", "at least 3 purchases with a line of group fruit in the last 30 days"),
    Feature("vegetarian_profile", "no line of group meat in the last 90 days"),
)

CUSTOMER_ID: Final = "customer_id"
FEATURE_NAMES: Final = tuple(feature.name for feature in FEATURES)
COLUMNS: Final = (CUSTOMER_ID, *FEATURE_NAMES)
"""The 31 columns in the order of the matrix, of its Parquet files and of the report."""

COLUMN_TYPES: Final = {CUSTOMER_ID: "string"} | dict.fromkeys(FEATURE_NAMES, "tinyint")
"""Spark's names of the columns' types, in the same order."""
