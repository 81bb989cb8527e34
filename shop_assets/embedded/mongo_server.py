"""The server process for MongoDB's protocol: SecantusDB with one account and its own storage folder.

SecantusDB's own command lacks two things: creating the first account before anyone may log in, and refusing a second
server on the same storage. Both are done here before it listens.

SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only. SecantusDB is GPL-2.0-only, and only this module imports it, in a
process of its own (docs/security.md).
"""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final

from filelock import FileLock, Timeout
from secantus.auth import SCRAM_SHA_256, derive_credentials  # type: ignore[import-untyped]  # ships no types
from secantus.server import SecantusDBServer  # type: ignore[import-untyped]

# A resume token lives as long as the change it names is kept. The default hour is too short for a daily job; a month
# is what the topics keep too (kafka_retention_hours).
OPLOG_SECONDS: Final = 30 * 24 * 3600.0
OPLOG_ENTRIES: Final = 5_000_000
# The default of 1 GiB is more than a small machine can spare; larger collections are read from disk.
CACHE: Final = "256M"
# Its storage, WiredTiger, keeps the log of a commit in the process's own memory for a moment, and a kill -9 loses it:
# 214 of 5,186 acknowledged writes did so in a trial, none of 5,086 with this. A write that asks for the journal
# (`journal=true`, which the stack's address does) waits for the disk besides.
WIREDTIGER: Final = "transaction_sync=(enabled=true,method=none)"


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    arguments.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Held until the process ends, however it ends.
    guard = FileLock(arguments.path / "server.lock")
    try:
        guard.acquire(timeout=0)
    except Timeout:
        sys.exit(f"another server is using {arguments.path}")
    user, password = os.environ["MONGO_USER"], os.environ["MONGO_PASSWORD"]
    serve(arguments.host, arguments.port, arguments.path / "storage", user, password)


def serve(host: str, port: int, storage: Path, user: str, password: str) -> None:
    """Run the server with one account that may do everything."""
    os.environ["WIREDTIGER_CONFIG"] = WIREDTIGER  # the server's own configuration has no setting for it
    server = SecantusDBServer(
        host=host,
        port=port,
        storage_path=str(storage),
        require_auth=True,
        enable_test_commands=False,
        oplog_retention_seconds=OPLOG_SECONDS,
        oplog_max_entries=OPLOG_ENTRIES,
        cache_size=CACHE,
    )
    account = {
        "_id": f"admin.{user}",
        "user": user,
        "db": "admin",
        "credentials": derive_credentials(password, mechanism=SCRAM_SHA_256, username=user).to_doc(),
        "roles": [{"role": "root", "db": "admin"}],
        "mechanisms": [SCRAM_SHA_256],
    }
    # Written at every start, so that the password is always the one of the credentials' file.
    server.storage.add_user("admin", user, account, replace=True)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.stop()
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.start()
    server.wait()


if __name__ == "__main__":
    main()
