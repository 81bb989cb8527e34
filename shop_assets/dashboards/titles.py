"""The Russian titles of the codes in the warehouse and of the limits of the checks."""

from typing import Final

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES
from shop_assets.documents.product_groups import PRODUCT_GROUPS, UNKNOWN
from shop_assets.features.definitions import FEATURES

KIND_TITLES: Final = {
    STORES.name: "Магазины",
    PRODUCTS.name: "Товары",
    CUSTOMERS.name: "Покупатели",
    PURCHASES.name: "Покупки",
}

GROUP_TITLES: Final = {group.code: group.label.partition(" ")[2] for group in PRODUCT_GROUPS} | {
    UNKNOWN: "Не определена"
}
"""The groups' own labels without their emoji, which not every font has."""

STAGE_TITLES: Final = {"purchases": "Покупки в RAW", "features": "Матрица признаков"}

AMOUNT_TITLES: Final = {
    "price of a line and of its product": "Цена позиции и цена товара",
    "total of a line and its quantity times its price": "Сумма позиции и количество × цена",
    "total of a receipt and of its lines": "Сумма чека и его позиций",
    "total of a receipt and of its products": "Сумма чека и цены товаров",
}
"""What `sql/quality/amounts.sql` compares."""

FEATURE_TITLES: Final = {feature.name: feature.title for feature in FEATURES}

TITLE_PARAMETERS: Final[dict[str, list[str]]] = {
    "kind_codes": list(KIND_TITLES),
    "kind_titles": list(KIND_TITLES.values()),
    "group_codes": list(GROUP_TITLES),
    "group_titles": list(GROUP_TITLES.values()),
    "stage_codes": list(STAGE_TITLES),
    "stage_titles": list(STAGE_TITLES.values()),
    "amount_codes": list(AMOUNT_TITLES),
    "amount_titles": list(AMOUNT_TITLES.values()),
    "feature_codes": list(FEATURE_TITLES),
    "feature_titles": list(FEATURE_TITLES.values()),
}
"""The titles as parameters of the queries, in Russian: `translated` gives them in another language."""

LIMIT_TITLES: Final = {
    "expected_stores": "Ожидаемое число магазинов",
    "minimum_purchases": "Минимум покупок",
    "minimum_products": "Минимум товаров",
    "maximum_duplicate_ratio": "Максимальная доля дублей",
    "maximum_rejected_share": "Максимальная доля отклонённых",
    "maximum_wrong_amounts": "Максимальная доля несовпадающих сумм",
    "maximum_data_age_hours": "Максимальный возраст данных, ч",
}
"""Fields of the settings that a query may have as a parameter, and their Russian titles."""
