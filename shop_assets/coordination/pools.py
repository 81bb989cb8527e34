"""The pools of the assets: what must not run twice at once.

Dagster's instance enforces a pool's limit: 1 by default (`concurrency` in dagster.yaml), `SHOP_SPARK_RUNS` for Spark.
It counts whole runs and delays those in the daemon's queue; a run of the `shop` command does not wait, but is counted.
So pools alone do not keep two ingestions apart: the lease in MongoDB does, whoever starts them.
"""

from typing import Final

INGEST: Final = "ingest"
SPARK: Final = "spark"
