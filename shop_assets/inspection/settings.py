"""The settings that matter to an inspection: how values are read, and the mapping. No service is needed for them."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shop_assets.settings.environment import DEFAULT_CLOCK_SLACK_SECONDS, BusinessSettings


class InspectionSettings(BusinessSettings):
    """Those of `Settings` that an inspection uses, under the same names; all others are left alone."""

    model_config = SettingsConfigDict(extra="ignore")

    mapping: Path | None = None
    clock_slack_seconds: int = Field(DEFAULT_CLOCK_SLACK_SECONDS, ge=0, le=86_400)
