"""Every setting: `check_limits` has the limits of the checks, `environment` all others, and how they are loaded.

A setting is what differs between the embedded stack, the full stack and managed services. What never differs (names of
tables, columns, headers of messages) is a constant next to the code that uses it.
"""

from shop_assets.settings.check_limits import PREFIX
from shop_assets.settings.environment import (
    DEFAULT_HOME,
    EXPLANATIONS,
    STACK_ENV,
    BusinessSettings,
    ReadingSettings,
    Settings,
    SettingsError,
    StackDownError,
    variable,
)

__all__ = [
    "DEFAULT_HOME",
    "EXPLANATIONS",
    "PREFIX",
    "STACK_ENV",
    "BusinessSettings",
    "ReadingSettings",
    "Settings",
    "SettingsError",
    "StackDownError",
    "variable",
]
