"""The version of the code that makes features: a hash of the modules that decide the values."""

import hashlib
from importlib import resources
from typing import Final

MODULES: Final = ("catalogue.py", "computation.py", "mart_queries.py", "windows.py")


def feature_code_version() -> str:
    """12 hexadecimal digits that change whenever a module that decides the values changes.

    A hash cannot be forgotten as a number kept by hand can; a changed comment costs one needless computation.
    """
    package = resources.files("shop_assets.features")
    digest = hashlib.sha256()
    for module in MODULES:
        digest.update(package.joinpath(module).read_bytes())
    return digest.hexdigest()[:12]
