"""What the webserver, the daemon and the `dagster` command load: the project on the settings of the environment."""

import os

from shop_assets.build import build_definitions
from shop_assets.foreign_variables import ignore_foreign_variables, use_neutral_locale
from shop_assets.settings import Settings, environment_names_services

ignore_foreign_variables(os.environ, own_services=environment_names_services())
use_neutral_locale(os.environ)
defs = build_definitions(Settings.load())
