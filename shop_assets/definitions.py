"""What the webserver, the daemon and the `dagster` command load: the project on the settings of the environment."""

from shop_assets.build import build_definitions
from shop_assets.settings import Settings

defs = build_definitions(Settings.load())
