"""The columns of the feature matrix: names, order, what each says, what it is made of, and what cannot be together.

Here belongs what the table, the Parquet files, the report, the documentation, the lineage and the checks share. How a
feature is computed stands in `computation`; `docs/features.md` is the specification of both.
"""

from dataclasses import dataclass
from typing import Final

ORDERS: Final = "purchases.purchase_id"
TIME: Final = "purchases.purchase_datetime"
AMOUNT: Final = "purchases.total_amount"
STORE: Final = "purchases.store_id"
CITY: Final = "purchases.store_city"
PAYMENT: Final = "purchases.payment_method"
DELIVERY: Final = "purchases.is_delivery"
LINES: Final = "purchases.line_count"
PRODUCT: Final = "purchase_items.product_id"
GROUP: Final = "purchase_items.product_group"
ORGANIC: Final = "products.is_organic"
REGISTERED: Final = "customers.registration_date"
MEMBER: Final = "customers.is_loyalty_member"
CARD: Final = "customers.loyalty_card_number"


@dataclass(frozen=True)
class Feature:
    """One column of 0/1: its name, the words that complete "1 when …", and what it is decided by.

    `sources` are columns of the MART, `view.column`. That a row is there at all, its customer_id and the cut at the end
    of the day, are not repeated for each feature. `needs_purchase` says that nobody who never bought has it.
    """

    name: str
    description: str
    sources: tuple[str, ...]
    needs_purchase: bool = True


FEATURES: Final = (
    Feature("bought_milk_last_30d", "some line of group dairy in the last 30 days", (GROUP, TIME)),
    Feature("bought_fruits_last_14d", "some line of group fruit in the last 14 days", (GROUP, TIME)),
    Feature("not_bought_veggies_14d", "no line of group vegetable in the last 14 days", (GROUP, TIME), False),
    Feature("recurrent_buyer", "more than 2 purchases in the last 30 days", (ORDERS, TIME)),
    Feature("inactive_14_30", "the latest purchase lies 14 to 30 days back", (TIME,)),
    Feature("new_customer", "registered in the last 30 days", (REGISTERED,), False),
    Feature("delivery_user", "at least one purchase with delivery", (DELIVERY,)),
    Feature("organic_preference", "at least one line whose product is organic", (PRODUCT, ORGANIC)),
    Feature("bulk_buyer", "mean amount of a purchase above 1000", (AMOUNT,)),
    Feature("low_cost_buyer", "mean amount of a purchase below 200", (AMOUNT,)),
    Feature("buys_bakery", "at least one line of group bakery", (GROUP,)),
    Feature("loyal_customer", "loyalty member with a card number, and at least 3 purchases", (MEMBER, CARD, ORDERS)),
    Feature("multicity_buyer", "purchases in stores of at least 2 different cities", (CITY,)),
    Feature("bought_meat_last_week", "some line of group meat in the last 7 days", (GROUP, TIME)),
    Feature("night_shopper", "at least one purchase at 20:00 or later", (TIME,)),
    Feature("morning_shopper", "at least one purchase before 10:00", (TIME,)),
    Feature("prefers_cash", "at least 70 % of purchases paid in cash", (PAYMENT,)),
    Feature("prefers_card", "at least 70 % of purchases paid by card", (PAYMENT,)),
    Feature("weekend_shopper", "at least 60 % of purchases on Saturday or Sunday", (TIME,)),
    Feature("weekday_shopper", "at least 60 % of purchases on Monday to Friday", (TIME,)),
    Feature("single_item_buyer", "at least 50 % of purchases have exactly one line", (LINES,)),
    Feature("varied_shopper", "lines of at least 4 different groups, unknown not counted", (GROUP,)),
    Feature("store_loyal", "purchases in exactly 1 store", (STORE,)),
    Feature("switching_store", "purchases in at least 2 stores", (STORE,)),
    Feature("family_shopper", "mean number of lines in a purchase at least 4", (LINES,)),
    Feature("early_bird", "at least one purchase from 12:00 to before 15:00", (TIME,)),
    Feature("no_purchases", "registered, and never bought", (ORDERS,), False),
    Feature("recent_high_spender", "more than 2000 spent in the last 7 days", (AMOUNT, TIME)),
    Feature("fruit_lover", "at least 3 purchases with a line of group fruit in the last 30 days", (GROUP, TIME)),
    Feature("vegetarian_profile", "no line of group meat in the last 90 days", (GROUP, TIME), False),
)

EXCLUSIVE: Final = (
    *(("no_purchases", feature.name) for feature in FEATURES if feature.needs_purchase),
    ("store_loyal", "switching_store"),
    ("bulk_buyer", "low_cost_buyer"),
    ("prefers_cash", "prefers_card"),
    ("weekend_shopper", "weekday_shopper"),
    ("inactive_14_30", "bought_fruits_last_14d"),
    ("inactive_14_30", "bought_meat_last_week"),
    ("inactive_14_30", "recent_high_spender"),
    ("vegetarian_profile", "bought_meat_last_week"),
)
"""Pairs of features that no customer can have both of: one of them says what the other denies."""

CUSTOMER_ID: Final = "customer_id"
FEATURE_NAMES: Final = tuple(feature.name for feature in FEATURES)
COLUMNS: Final = (CUSTOMER_ID, *FEATURE_NAMES)
"""The 31 columns in the order of the matrix, of its Parquet files and of the report."""

COLUMN_DESCRIPTIONS: Final = {CUSTOMER_ID: "the customer, by the id of the MART"} | {
    feature.name: f"1 when: {feature.description} (from {', '.join(feature.sources)})" for feature in FEATURES
}
COLUMN_SOURCES: Final = {CUSTOMER_ID: ("customers.customer_id",)} | {
    feature.name: feature.sources for feature in FEATURES
}
"""What each column is made of: columns of the MART, `view.column`."""

COLUMN_TYPES: Final = {CUSTOMER_ID: "string"} | dict.fromkeys(FEATURE_NAMES, "tinyint")
"""Spark's names of the columns' types, in the same order."""
