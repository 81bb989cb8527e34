"""A user's folder as a run records it: Dagster stores the configuration of every run, paths included."""

import hashlib
from pathlib import Path
from typing import Final

from shop_assets.personal_data.contacts import without_contacts

LINKS: Final = "config/sources"


def recorded_path(folder: Path, home: Path) -> Path:
    """The path under which a run may name a folder.

    Args:
        folder: The user's folder.
        home: SHOP_HOME.

    Returns:
        The folder itself; or, if its path has a phone or an e-mail in it, a link to it in SHOP_HOME.
    """
    resolved = folder.expanduser().resolve()
    if without_contacts(str(resolved)) == str(resolved):
        return folder
    links = home.expanduser().resolve() / LINKS
    links.mkdir(mode=0o700, parents=True, exist_ok=True)
    link = links / hashlib.sha256(str(resolved).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    if not link.is_symlink():
        link.symlink_to(resolved, target_is_directory=True)
    return link
