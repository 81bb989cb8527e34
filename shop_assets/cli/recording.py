"""Where a command records its runs: DAGSTER_HOME, or a folder of its own making."""

import os
from pathlib import Path

from shop_assets.errors import ShopError
from shop_assets.orchestration.dagster_home import create_dagster_home
from shop_assets.settings import Settings


def ensure_dagster_home(settings: Settings) -> Path:
    """The folder that the environment names, else `dagster` in SHOP_HOME, made where it is missing.

    The embedded stack makes it too; with other services nobody else does. Raises ShopError when it cannot be made.
    """
    if given := os.environ.get("DAGSTER_HOME"):
        return Path(given)
    folder = settings.home.expanduser().resolve() / "dagster"
    try:
        create_dagster_home(folder)
    except OSError as error:
        raise ShopError(
            f"Cannot write to {folder} ({error.strerror}): set SHOP_HOME or DAGSTER_HOME to a folder of yours."
        ) from error
    return folder
