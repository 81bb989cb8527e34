"""The settings that matter to an inspection: how values are read, and the mapping. No service is needed for them."""

from pathlib import Path
from typing import Literal

from pydantic_settings import SettingsConfigDict

from shop_assets.settings import ReadingSettings


class InspectionSettings(ReadingSettings):
    """Those of `Settings` that an inspection uses, under the same names; all others are left alone."""

    model_config = SettingsConfigDict(extra="ignore")

    mapping: Path | None = None
    personal_ids: Literal["reject", "encrypt"] = "reject"
