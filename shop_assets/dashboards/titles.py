"""The Russian words for the codes of the warehouse."""

from typing import Final

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES
from shop_assets.documents.product_groups import PRODUCT_GROUPS, UNKNOWN
from shop_assets.features.catalogue import FEATURE_NAMES

KIND_TITLES: Final = {
    STORES.name: "Магазины",
    PRODUCTS.name: "Товары",
    CUSTOMERS.name: "Покупатели",
    PURCHASES.name: "Покупки",
}

GROUP_TITLES: Final = {group.code: group.label.partition(" ")[2] for group in PRODUCT_GROUPS} | {UNKNOWN: "Не опознана"}
"""The groups' own labels without their emoji, which not every font has."""

STAGE_TITLES: Final = {"purchases": "Покупки в RAW", "features": "Матрица признаков"}

FEATURE_TITLES: Final = {
    "bought_milk_last_30d": "Молочное за 30 дней",
    "bought_fruits_last_14d": "Фрукты за 14 дней",
    "not_bought_veggies_14d": "Без овощей 14 дней",
    "recurrent_buyer": "Больше 2 покупок за 30 дней",
    "inactive_14_30": "Не был 14–30 дней",
    "new_customer": "Новый, до 30 дней",
    "delivery_user": "Заказывал доставку",
    "organic_preference": "Покупал органику",
    "bulk_buyer": "Средний чек выше 1000 ₽",
    "low_cost_buyer": "Средний чек ниже 200 ₽",
    "buys_bakery": "Покупал хлеб",
    "loyal_customer": "Карта и от 3 покупок",
    "multicity_buyer": "Покупки в разных городах",
    "bought_meat_last_week": "Мясо за неделю",
    "night_shopper": "Покупал после 20:00",
    "morning_shopper": "Покупал до 10:00",
    "prefers_cash": "От 70 % наличными",
    "prefers_card": "От 70 % картой",
    "weekend_shopper": "От 60 % в выходные",
    "weekday_shopper": "От 60 % в будни",
    "single_item_buyer": "Половина чеков с 1 товаром",
    "varied_shopper": "От 4 групп товаров",
    "store_loyal": "Верен одному магазину",
    "switching_store": "Ходит в разные магазины",
    "family_shopper": "От 4 позиций в чеке",
    "early_bird": "Покупал с 12 до 15",
    "no_purchases": "Без покупок",
    "recent_high_spender": "Больше 2000 ₽ за неделю",
    "fruit_lover": "Любит фрукты",
    "vegetarian_profile": "Без мяса 90 дней",
}

TITLE_PARAMETERS: Final[dict[str, list[str]]] = {
    "kind_codes": list(KIND_TITLES),
    "kind_titles": list(KIND_TITLES.values()),
    "group_codes": list(GROUP_TITLES),
    "group_titles": list(GROUP_TITLES.values()),
    "stage_codes": list(STAGE_TITLES),
    "stage_titles": list(STAGE_TITLES.values()),
    "feature_codes": list(FEATURE_NAMES),
    "feature_titles": [FEATURE_TITLES[name] for name in FEATURE_NAMES],
}
"""The words as parameters of the queries."""
