"""Every setting: `check_limits` has the limits of the checks, `environment` all others, and how they are loaded.

A setting is what differs between the embedded stack, the full stack and managed services. What never differs (names of
tables, columns, headers of messages) is a constant next to the code that uses it.
"""

from shop_assets.settings.check_limits import PREFIX
from shop_assets.settings.environment import (
    DEFAULT_HOME,
    EXPLANATIONS,
    SPARK_SCRATCH,
    STACK_ENV,
    BusinessSettings,
    ReadingSettings,
    Settings,
    SettingsError,
    StackDownError,
    environment_names_services,
    folder_of,
    home_folder,
    is_time_zone,
    refuse_unknown_settings,
    variable,
    web_address,
)

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
