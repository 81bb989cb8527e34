"""The pools that assets run in: what must not run twice at once.

A pool's limit is kept by Dagster's instance: 1 by default (`concurrency` in dagster.yaml), `SHOP_SPARK_RUNS` for Spark.
It counts whole runs, and holds back those that wait in the daemon's queue; a run of the `shop` command waits for
nobody, but is counted. That two ingests never mix is not left to it: the lease in MongoDB sees to that, whoever runs.
"""

from typing import Final

INGEST: Final = "ingest"
SPARK: Final = "spark"
