"""The limits of the asset checks, which dashboards and alert rules share."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shop_assets.settings.variables import PREFIX

Ratio = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
PositiveCount = Annotated[int, Field(ge=1)]


class CheckLimits(BaseSettings):
    """The limits; the field `expected_stores` is the variable `SHOP_EXPECTED_STORES`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    expected_stores: Count = 45
    minimum_purchases: Count = 200
    minimum_products: Count = 20
    maximum_duplicate_ratio: Ratio = 0.5
    maximum_rejected_share: Ratio = 0.05
    maximum_unread_share: Ratio = Field(0.01, description="Largest share of a field's values that cannot be read.")
    minimum_delivered_share: Ratio = Field(
        0.05, description="Smallest share of documents that must bring a field on which features depend."
    )
    maximum_wrong_amounts: Ratio = Field(
        0.02, description="Largest share of purchases, lines or products whose amounts do not agree."
    )
    maximum_feature_jump: Ratio = Field(
        0.15, description="Largest allowed change of a feature's share of ones, against its mean over the last 14 days."
    )
    maximum_data_age_hours: PositiveCount = Field(
        26, description="Largest allowed age of the data: by default a day, and two hours for a late run."
    )

    def limit(self, name: str) -> float:
        """A limit as a number.

        Args:
            name: The field with the limit.

        Returns:
            Its value, in the unit of the field.
        """
        return float(getattr(self, name))
