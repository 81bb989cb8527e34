"""A process of its own that holds the lease: the URI, the database and the seconds of a heartbeat are its arguments.

It says `held` when it has the lease; each line that it is sent is a wish to write, and it answers `written`, or the
error that kept it from writing.
"""

import sys

from pymongo import MongoClient

from shop_assets.coordination import lease
from shop_assets.errors import ShopError


def main() -> None:
    uri, database, heartbeat = sys.argv[1:]
    lease.HEARTBEAT_SECONDS = float(heartbeat)  # type: ignore[misc]  # a test has no time for the real one
    client = MongoClient(uri, tz_aware=True)  # without Dagster's resource, which takes seconds to import
    with lease.ingestion_lease(client[database], "clickhouse_raw", "run-of-the-other-process") as held:
        print("held", flush=True)
        for _ in sys.stdin:
            try:
                held.check()
            except ShopError as error:
                print(error, flush=True)
            else:
                print("written", flush=True)


if __name__ == "__main__":
    main()
