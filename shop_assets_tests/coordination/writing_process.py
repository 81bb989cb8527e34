"""A process of its own that writes to MongoDB under the lease, and is stopped or killed inside a transaction.

Its arguments are the URI, the database, and the signal it sends to itself between two writes of a transaction. It says
`written` when the transaction took effect, otherwise the error that kept it from that.
"""

import os
import signal
import sys
from typing import Any

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination import lease
from shop_assets.errors import ShopError


def main() -> None:
    uri, name, number = sys.argv[1:]
    client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True)
    database: Database[dict[str, Any]] = client[name]

    signals = [signal.Signals(int(number))]

    def write(session: ClientSession) -> None:
        database.notes.update_one({"_id": "s-1"}, {"$set": {"version": "older"}}, session=session)
        while signals:  # once: a transaction may be begun again
            os.kill(os.getpid(), signals.pop())
        database.notes.update_one({"_id": "s-2"}, {"$set": {"version": "older"}}, session=session)

    with lease.ingestion_lease(database, "mongo_collections", "run-of-the-other-process") as held:
        try:
            held.transact(write)
        except ShopError as error:
            print(error, flush=True)
        else:
            print("written", flush=True)


if __name__ == "__main__":
    main()
