"""Every setting: `check_limits` has the limits of the checks, `environment` all others, and how they are loaded.

`value_types` says which values they may have, `folders` where the embedded stack keeps what it writes.

A setting is what differs between the embedded stack, the full stack and managed services. What never differs (names of
tables, columns, headers of messages) is a constant next to the code that uses it.
"""

from shop_assets.settings.environment import (
    BusinessSettings,
    ReadingSettings,
    Settings,
    environment_names_services,
    refuse_unknown_settings,
)
from shop_assets.settings.errors import SettingsError, StackDownError
from shop_assets.settings.folders import (
    DEFAULT_HOME,
    EXPLANATIONS,
    SPARK_SCRATCH,
    STACK_ENV,
    folder_of,
    home_folder,
)
from shop_assets.settings.value_types import is_time_zone, web_address
from shop_assets.settings.variables import PREFIX, variable

__all__ = [
    "DEFAULT_HOME",
    "EXPLANATIONS",
    "PREFIX",
    "SPARK_SCRATCH",
    "STACK_ENV",
    "BusinessSettings",
    "ReadingSettings",
    "Settings",
    "SettingsError",
    "StackDownError",
    "environment_names_services",
    "folder_of",
    "home_folder",
    "is_time_zone",
    "refuse_unknown_settings",
    "variable",
    "web_address",
]
