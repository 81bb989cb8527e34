"""Updates `jars.lock` to what the ivy files resolve to; run it after changing a version in them."""

import hashlib
import tempfile
from pathlib import Path

from rich.console import Console

from shop_assets.cache import cache_folder
from shop_assets.embedded.downloads.jars import LOCK, SETS, resolve_set
from shop_assets.embedded.downloads.stack_java import find_java

HEADER = (
    "# SHA-256 of every jar of ivy_files/*.xml, by set. "
    "Written by `python -m shop_assets.embedded.downloads.lock_jars`.\n"
)


def main() -> None:
    """Resolve every set into a scratch folder and write the checksums next to this module."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    java = find_java(cache, Console(stderr=True))
    lines = [HEADER]
    for jar_set in SETS:
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            resolve_set(jar_set, Path(scratch), java, cache, lambda: None)
            files = sorted(Path(scratch).iterdir())
            lines += [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {jar_set}/{file.name}\n" for file in files]
    Path(__file__).with_name(LOCK).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
