"""The names of the features, wherever they stand once more."""

import re

from shop_assets.features.catalogue import FEATURE_NAMES, FEATURES
from shop_assets.features.code_version import MODULES, feature_code_version
from shop_assets.warehouse.sql_files import read_folder
from shop_assets_tests.features import plain_reading


def test_the_catalogue_has_the_thirty_features_in_the_order_of_the_specification() -> None:
    assert len(FEATURE_NAMES) == 30
    assert FEATURE_NAMES == plain_reading.NAMES
    assert all(feature.description for feature in FEATURES)


def test_the_table_in_clickhouse_has_the_features_of_the_catalogue_in_their_order() -> None:
    (table,) = (file for file in read_folder("mart") if file.name == "mart/90_customer_features")
    columns = re.findall(r"^    (\w+) UInt8 COMMENT '(.*)',$", table.statement, re.MULTILINE)
    assert columns == [(feature.name, feature.description) for feature in FEATURES]


def test_the_code_version_is_stable_and_short() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", feature_code_version())
    assert feature_code_version() == feature_code_version()
    assert "computation.py" in MODULES
