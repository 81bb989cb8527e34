"""The cache: what is downloaded or made once for all stacks of a user. Deleting it costs another download."""

import os
import tempfile
from pathlib import Path

import platformdirs

from shop_assets.errors import InputError
from shop_assets.settings import SettingsError, folder_of, variable


class CacheError(InputError):
    """The cache cannot be used; `found` says why, and `advice` what to do."""

    def __init__(self, found: str) -> None:
        self.found = found
        self.advice = f"set {variable('cache')} to a folder of yours"
        super().__init__(f"{self.found}: {self.advice}.")


def cache_folder() -> Path:
    """Find the cache.

    Returns:
        The folder that SHOP_CACHE names, the user's cache folder by default; it may be missing.

    Raises:
        SettingsError: There is no such folder: the account has no home folder, for example.
    """
    if chosen := os.environ.get(variable("cache")):
        return folder_of(chosen, variable("cache"))
    try:
        return platformdirs.user_cache_path("shop_assets").expanduser().resolve()
    except RuntimeError:  # as in a container with a user id of its own
        raise SettingsError(
            f"This account has no home folder, and so no cache: set {variable('cache')} to a folder of its own."
        ) from None


def require_usable(cache: Path) -> None:
    """Create the cache if it is missing, and write to it.

    Args:
        cache: Its folder.

    Raises:
        CacheError: It cannot be written to, or its jars could not be named to Java.
    """
    if os.pathsep in str(cache):
        raise CacheError(f"Java takes the cache {cache} for several folders, because of the {os.pathsep}")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
    except OSError as error:
        raise CacheError(f"Cannot write to the cache {cache} ({error.strerror})") from error
