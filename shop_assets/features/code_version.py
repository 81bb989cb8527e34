"""The version of the code that makes features: a hash of what decides their values."""

import hashlib
from importlib import resources
from typing import Final

from shop_assets.features.definitions import FEATURES
from shop_assets.warehouse.statements.sql_templates import sql_folder

MODULES: Final = ("computation.py", "mart_queries.py", "reading.py", "windows.py")
QUERIES: Final = ("customers.sql", "baskets.sql")


def feature_code_version() -> str:
    """A version that changes with every module, query, name, type and condition that decides the values.

    A hash cannot be forgotten as a number kept by hand can; a changed comment in one of them costs one needless
    computation. Descriptions and titles of the features do not count.

    Returns:
        12 hexadecimal digits.
    """
    package = resources.files("shop_assets.features")
    digest = hashlib.sha256()
    for module in MODULES:
        digest.update(package.joinpath(module).read_bytes())
    for query in QUERIES:
        digest.update((sql_folder() / "features" / query).read_bytes())
    for feature in FEATURES:
        digest.update(f"{feature.name} {feature.type.spark} {feature.condition}\n".encode())
    return digest.hexdigest()[:12]
