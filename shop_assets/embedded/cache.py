"""The cache: what is downloaded once for all stacks of a user. Deleting it costs another download."""

import os
import tempfile
from pathlib import Path

import platformdirs

from shop_assets.errors import InputError
from shop_assets.settings import variable


def cache_folder() -> Path:
    """The folder that SHOP_CACHE names, the user's cache folder by default."""
    chosen = os.environ.get(variable("cache"))
    folder = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("shop_assets")
    return folder.resolve()


def require_writable(cache: Path) -> None:
    """Create the cache if it is missing, and write to it.

    Args:
        cache: Its folder.

    Raises:
        InputError: It cannot be written to.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
    except OSError as error:
        raise InputError(
            f"Cannot write to the cache {cache} ({error.strerror}): set {variable('cache')} to a folder of yours."
        ) from error
