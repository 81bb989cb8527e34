"""What the fork server imports: all of the project and its heavy libraries, none of which opens anything by that."""

import polars as pl
import pyspark.sql
import pyspark.sql.functions
from pyarrow import parquet

from shop_assets import build
from shop_assets.cli.running import runs
from shop_assets_tests.faults import stages

__all__ = ["build", "parquet", "pl", "pyspark", "runs", "stages"]
