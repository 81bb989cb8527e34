"""The cache: what is downloaded once for all stacks of a user. Deleting it costs another download."""

import os
from pathlib import Path

import platformdirs

from shop_assets.settings import variable


def cache_folder() -> Path:
    """The folder that SHOP_CACHE names, the user's cache folder by default."""
    chosen = os.environ.get(variable("cache"))
    folder = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("shop_assets")
    return folder.resolve()
