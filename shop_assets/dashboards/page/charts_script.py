"""The script that draws the charts: Vega, bundled from the packages once for each version and then read from the cache.

Whatever goes wrong with the cache costs the seconds of a bundle, and never the page.
"""

import contextlib
import hashlib
import secrets
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from shop_assets.cache import cache_folder
from shop_assets.settings import SettingsError

EXPORTED: Final = "window.vegaEmbed = vegaEmbed;"
"""What the bundle defines for the page's own script."""

_DEFINED: Final = "window.vegaEmbed"

BUNDLER: Final = "vl-convert-python"
"""The package that has Vega's modules and bundles them."""


@cache
def charts_script() -> str:
    """Find the script, or bundle it, which takes three seconds of computing.

    Returns:
        0.9 MB of JavaScript, the same for each version of the package.
    """
    try:
        kept = cache_folder() / "charts" / f"vega-{_identity()}.js"
    except SettingsError:  # an account without a home folder, as in a container
        return _bundle()
    with contextlib.suppress(OSError, UnicodeDecodeError):
        script = kept.read_text(encoding="utf-8")
        if _DEFINED in script:  # at the end: the file is whole
            return script
    script = _bundle()
    with contextlib.suppress(OSError):  # no room, or a folder of another account
        _keep(script, kept)
    return script


def _identity() -> str:
    """What the bundle depends on."""
    digest = hashlib.sha256(EXPORTED.encode()).hexdigest()
    return f"{version(BUNDLER)}-{digest[:12]}"


def _bundle() -> str:
    from vl_convert import javascript_bundle

    script: str = javascript_bundle(EXPORTED)
    return script


def _keep(script: str, target: Path) -> None:
    # Renamed when it is whole: others read and write here at the same time.
    part = target.with_name(f"{secrets.token_hex(8)}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    outdated = list(target.parent.iterdir())  # of other versions, and of processes that were killed
    try:
        part.write_text(script, encoding="utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    for file in outdated:
        if file != target:
            file.unlink(missing_ok=True)
