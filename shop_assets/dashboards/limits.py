"""The numbers that data is held against, under the names that queries, variables and settings share."""

from typing import Final

from shop_assets.settings import BusinessSettings

LIMITS: Final = {
    "expected_stores": "Магазинов, ровно",
    "minimum_purchases": "Покупок, не меньше",
    "minimum_products": "Товаров, не меньше",
    "maximum_duplicate_ratio": "Доля копий, не больше",
    "maximum_rejected_share": "Доля отклонённых, не больше",
    "maximum_data_age_hours": "Возраст данных в часах, не больше",
}
"""Fields of the settings that a query may ask with, and what they are called for people."""


def limit(settings: BusinessSettings, name: str) -> float:
    """The limit that a setting gives."""
    return float(getattr(settings, name))
