"""The limits of the data, under the names that queries, Grafana's variables and settings share."""

from typing import Final

from shop_assets.settings import BusinessSettings

LIMITS: Final = {
    "expected_stores": "Магазинов, ровно",
    "minimum_purchases": "Покупок, не меньше",
    "minimum_products": "Товаров, не меньше",
    "maximum_duplicate_ratio": "Доля дублей, не больше",
    "maximum_rejected_share": "Доля отклонённых, не больше",
    "maximum_data_age_hours": "Возраст данных в часах, не больше",
}
"""Fields of the settings that a query may have as a parameter, and their Russian titles."""


def limit(settings: BusinessSettings, name: str) -> float:
    """A limit as a number.

    Args:
        settings: The settings.
        name: The field with the limit.

    Returns:
        Its value, in the unit of the field.
    """
    return float(getattr(settings, name))
