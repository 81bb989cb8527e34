"""The features, each defined once: the columns of the matrix, in their order.

To add a feature, add an entry to `FEATURES` and run `make generate`: the column in ClickHouse, the queries, the
dashboards and the table in docs/features.md are made from it. Parquet files, the report, checks and lineage read the
entries at run time. A feature of a new measure also needs the measure, in `MEASURES` and in `computation.py`.

No Spark is needed here: a condition is text, so that it can be read, shown and explained anywhere.
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

MEASURES: Final = {
    "purchases": "all purchases",
    "purchases_30": "purchases in the last 30 days",
    "latest": "the time of the latest purchase",
    "spent": "the amount of all purchases, a decimal",
    "spent_7": "the amount of the purchases in the last 7 days, a decimal",
    "lines": "lines of all purchases",
    "single_line": "purchases with exactly one line",
    "delivered": "purchases with delivery",
    "organic": "purchases with a line whose product is organic",
    "cash": "purchases paid in cash",
    "card": "purchases paid by card",
    "weekend": "purchases on Saturday or Sunday",
    "night": "purchases at 20:00 or later",
    "morning": "purchases before 10:00",
    "midday": "purchases from 12:00 to before 15:00",
    "first_store": "the first id of a store, in alphabetical order",
    "last_store": "the last id of a store: the same when there is one store",
    "first_city": "the first city, in alphabetical order",
    "last_city": "the last city: the same when there is one city",
    "bakery": "purchases with a line of group bakery",
    "meat": "purchases with a line of group meat",
    "dairy": "purchases with a line of group dairy",
    "fruit": "purchases with a line of group fruit",
    "vegetable": "purchases with a line of group vegetable",
    "dairy_30": "purchases with a line of group dairy in the last 30 days",
    "fruit_14": "purchases with a line of group fruit in the last 14 days",
    "fruit_30": "purchases with a line of group fruit in the last 30 days",
    "vegetable_14": "purchases with a line of group vegetable in the last 14 days",
    "meat_7": "purchases with a line of group meat in the last 7 days",
    "meat_90": "purchases with a line of group meat in the last 90 days",
}
"""The measures of a customer's purchases before the as-of date, for conditions. They are NULL for a customer without
purchases, and comparisons with NULL are not true: a condition that holds for such a customer says so with coalesce."""

OTHER_INPUTS: Final = {
    "registration_date": "when the customer registered",
    "is_loyalty_member": "whether the customer is a loyalty member",
    "loyalty_card_number": "the number of the loyalty card",
    "start_7": "where the last 7 days start",
    "start_14": "where the last 14 days start",
    "start_30": "where the last 30 days start",
    "start_90": "where the last 90 days start",
}
"""The other names that conditions may use."""


@dataclass(frozen=True)
class ColumnType:
    """A type of feature, by its names in Spark and ClickHouse.

    In ClickHouse a feature can be NULL: a day that was published before the feature was defined has no value of it.
    """

    spark: str
    clickhouse: str


FLAG: Final = ColumnType("tinyint", "Nullable(UInt8)")
"""0 or 1."""


@dataclass(frozen=True)
class Feature:
    """One column of the matrix.

    Attributes:
        name: The column's name.
        description: The words that complete "1 when …".
        title: The Russian title on dashboards, short.
        sources: The columns of MART that decide it, `view.column`. That a row is there at all, its customer_id and the
            cut at the end of the day are not repeated for each feature.
        condition: When it is 1: a Spark SQL expression over `MEASURES` and `OTHER_INPUTS`. NULL counts as false.
            Thresholds are exact: shares and means are compared by multiplication of whole numbers and decimals, never
            by division (at least 70 % of n is `10 * x >= 7 * n`).
        needs_purchase: Whether a customer without purchases never has it.
        type: Its type.
    """

    name: str
    description: str
    title: str
    sources: tuple[str, ...]
    condition: str
    needs_purchase: bool = True
    type: ColumnType = FLAG


FEATURES: Final = (
    Feature(
        "bought_milk_last_30d",
        "there is a line of group dairy in the last 30 days",
        "Молочное за 30 дней",
        (GROUP, TIME),
        "dairy_30 > 0",
    ),
    Feature(
        "bought_fruits_last_14d",
        "there is a line of group fruit in the last 14 days",
        "Фрукты за 14 дней",
        (GROUP, TIME),
        "fruit_14 > 0",
    ),
    Feature(
        "not_bought_veggies_14d",
        "there is no line of group vegetable in the last 14 days",
        "Без овощей 14 дней",
        (GROUP, TIME),
        "coalesce(vegetable_14, 0) = 0",
        needs_purchase=False,
    ),
    Feature(
        "recurrent_buyer",
        "there are more than 2 purchases in the last 30 days",
        "Больше 2 покупок за 30 дней",
        (ORDERS, TIME),
        "purchases_30 > 2",
    ),
    Feature(
        "inactive_14_30",
        "the latest purchase was 14 to 30 days ago",
        "Не покупал 14–30 дней",
        (TIME,),
        "latest >= start_30 AND latest < start_14",
    ),
    Feature(
        "new_customer",
        "the customer registered in the last 30 days",
        "Новый: до 30 дней",
        (REGISTERED,),
        "registration_date >= start_30",
        needs_purchase=False,
    ),
    Feature(
        "delivery_user",
        "there is a purchase with delivery",
        "Заказывал доставку",
        (DELIVERY,),
        "delivered > 0",
    ),
    Feature(
        "organic_preference",
        "there is a line whose product is organic",
        "Покупал органику",
        (PRODUCT, ORGANIC),
        "organic > 0",
    ),
    Feature(
        "bulk_buyer",
        "the mean purchase amount is above 1000 roubles",
        "Средний чек выше 1000 ₽",
        (AMOUNT,),
        "spent > 1000 * purchases",
    ),
    Feature(
        "low_cost_buyer",
        "the mean purchase amount is below 200 roubles",
        "Средний чек ниже 200 ₽",
        (AMOUNT,),
        "spent < 200 * purchases",
    ),
    Feature(
        "buys_bakery",
        "there is a line of group bakery",
        "Покупал хлеб или крупы",
        (GROUP,),
        "bakery > 0",
    ),
    Feature(
        "loyal_customer",
        "the customer is a loyalty member with a card number and at least 3 purchases",
        "Карта и от 3 покупок",
        (MEMBER, CARD, ORDERS),
        "is_loyalty_member AND length(trim(loyalty_card_number)) > 0 AND purchases >= 3",
    ),
    Feature(
        "multicity_buyer",
        "there are purchases in stores of at least 2 different cities",
        "Покупки в разных городах",
        (CITY,),
        "first_city != last_city",
    ),
    Feature(
        "bought_meat_last_week",
        "there is a line of group meat in the last 7 days",
        "Мясо за неделю",
        (GROUP, TIME),
        "meat_7 > 0",
    ),
    Feature(
        "night_shopper",
        "there is a purchase at 20:00 or later",
        "Покупал с 20:00",
        (TIME,),
        "night > 0",
    ),
    Feature(
        "morning_shopper",
        "there is a purchase before 10:00",
        "Покупал до 10:00",
        (TIME,),
        "morning > 0",
    ),
    Feature(
        "prefers_cash",
        "at least 70 % of purchases are paid in cash",
        "От 70 % наличными",
        (PAYMENT,),
        "10 * cash >= 7 * purchases",
    ),
    Feature(
        "prefers_card",
        "at least 70 % of purchases are paid by card",
        "От 70 % картой",
        (PAYMENT,),
        "10 * card >= 7 * purchases",
    ),
    Feature(
        "weekend_shopper",
        "at least 60 % of purchases are on Saturday or Sunday",
        "От 60 % в выходные",
        (TIME,),
        "10 * weekend >= 6 * purchases",
    ),
    Feature(
        "weekday_shopper",
        "at least 60 % of purchases are on Monday to Friday",
        "От 60 % в будни",
        (TIME,),
        "10 * (purchases - weekend) >= 6 * purchases",
    ),
    Feature(
        "single_item_buyer",
        "at least 50 % of purchases have exactly one line",
        "От 50 % чеков с 1 позицией",
        (LINES,),
        "2 * single_line >= purchases",
    ),
    Feature(
        "varied_shopper",
        "there are lines of at least 4 different groups, unknown not counted",
        "От 4 групп товаров",
        (GROUP,),
        "int(bakery > 0) + int(meat > 0) + int(dairy > 0) + int(fruit > 0) + int(vegetable > 0) >= 4",
    ),
    Feature(
        "store_loyal",
        "all purchases are in one store",
        "Верен одному магазину",
        (STORE,),
        "first_store = last_store",
    ),
    Feature(
        "switching_store",
        "there are purchases in at least 2 stores",
        "Ходит в разные магазины",
        (STORE,),
        "first_store != last_store",
    ),
    Feature(
        "family_shopper",
        "the mean number of lines per purchase is at least 4",
        "В среднем от 4 позиций",
        (LINES,),
        "lines >= 4 * purchases",
    ),
    Feature(
        "early_bird",
        "there is a purchase from 12:00 to before 15:00",
        "Покупал с 12:00 до 15:00",
        (TIME,),
        "midday > 0",
    ),
    Feature(
        "no_purchases",
        "the customer registered and has never bought",
        "Без покупок",
        (ORDERS,),
        "coalesce(purchases, 0) = 0",
        needs_purchase=False,
    ),
    Feature(
        "recent_high_spender",
        "the customer spent more than 2000 roubles in the last 7 days",
        "Больше 2000 ₽ за неделю",
        (AMOUNT, TIME),
        "spent_7 > 2000",
    ),
    Feature(
        "fruit_lover",
        "there are at least 3 purchases with a line of group fruit in the last 30 days",
        "Любит фрукты",
        (GROUP, TIME),
        "fruit_30 >= 3",
    ),
    Feature(
        "vegetarian_profile",
        "there is no line of group meat in the last 90 days",
        "Без мяса 90 дней",
        (GROUP, TIME),
        "coalesce(meat_90, 0) = 0",
        needs_purchase=False,
    ),
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
"""Pairs of features that no customer can have at once: the one contradicts the other."""

CUSTOMER_ID: Final = "customer_id"
FEATURE_NAMES: Final = tuple(feature.name for feature in FEATURES)
COLUMNS: Final = (CUSTOMER_ID, *FEATURE_NAMES)
"""The 31 columns, in the order of the matrix, of its Parquet files and of the report."""

HOUR_FEATURES: Final = ("night_shopper", "morning_shopper", "early_bird")
"""Features of the time of day: a purchase with a date alone does not count for them."""

COLUMN_DESCRIPTIONS: Final = {CUSTOMER_ID: "the customer, by the id of the MART"} | {
    feature.name: f"1 when: {feature.description} (from {', '.join(feature.sources)})" for feature in FEATURES
}
COLUMN_SOURCES: Final = {CUSTOMER_ID: ("customers.customer_id",)} | {
    feature.name: feature.sources for feature in FEATURES
}
"""The columns of MART from which each column is computed, as `view.column`."""

COLUMN_TYPES: Final = {CUSTOMER_ID: "string"} | {feature.name: feature.type.spark for feature in FEATURES}
"""Spark's names of the columns' types, in the same order."""
