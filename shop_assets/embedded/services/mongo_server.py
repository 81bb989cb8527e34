"""The server process for MongoDB's protocol: SecantusDB with one account and its own storage folder.

SecantusDB's own command lacks two things: creating the first account before anyone may log in, and refusing a second
server on the same storage. Both are done here before it listens. And it reads a whole collection into its memory for
any part of it: here it reads pages in the order of ids by their index.

SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only. SecantusDB is GPL-2.0-only, and only this module imports it, in a
process of its own (docs/security.md).
"""

import argparse
import itertools
import logging
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final, cast

from bson.raw_bson import RawBSONDocument
from filelock import FileLock, Timeout
from secantus import server as secantus_server  # type: ignore[import-untyped]  # ships no types
from secantus import storage as secantus_storage
from secantus.auth import SCRAM_SHA_256, derive_credentials  # type: ignore[import-untyped]
from secantus.sortkey import RANK_STRING  # type: ignore[import-untyped]

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

OWN_DATABASES: Final = frozenset({"admin", "config", "local"})
"""Of the server: their collections are not stored like others."""


class PagedStorage(secantus_storage.Storage):  # type: ignore[misc]  # ships no types
    """SecantusDB's storage, which reads a page in the order of ids without the rest of the collection.

    A page is what `find({}).min({_id: …}).hint({_id: 1}).sort({_id: 1}).limit(n)` asks for, with or without `min`,
    `hint` and `sort`, of whole documents or of their ids. The index of ids is a table by database, collection and id in
    the order of BSON; it is read from the first id on. The attributes are those of the version that requirements.lock
    pins; a test reads pages.
    """

    def find_matching(
        self,
        db: str,
        coll: str,
        filter: dict[str, Any] | None = None,  # noqa: A002  # its name there
        **options: Any,
    ) -> Sequence[Mapping[str, Any]]:
        """The documents that match, as the storage itself finds them, but for a page."""
        given = {name: value for name, value in options.items() if value}
        limit, first = given.pop("limit", 0), given.pop("min_bound", {})
        given.pop("let", None)  # variables for a filter or a computed projection: a page has neither
        of_ids = given.get("projection") == {"_id": 1}
        if of_ids:
            del given["projection"]
        if first:
            given.pop("hint", None)
        is_page = not filter and limit > 0 and given in ({}, {"sort": {"_id": 1}}) and first.keys() <= {"_id"}
        if not is_page or self._is_timeseries(db, coll):
            return cast("Sequence[Mapping[str, Any]]", super().find_matching(db, coll, filter, **options))
        self._refresh_read_snapshot()
        with self._lock:
            entries = list(itertools.islice(self._entries_by_id(db, coll, first), limit))
            if of_ids and None not in (ids := [_id_of(key) for key, _ in entries]):
                return [{"_id": document_id} for document_id in ids]
            found = [
                RawBSONDocument(content) for content in self._contents(db, coll, [record for _, record in entries])
            ]
        return [{"_id": document["_id"]} for document in found] if of_ids else found

    def count_matching(
        self,
        db: str,
        coll: str,
        filter: dict[str, Any] | None = None,  # noqa: A002  # its name there
        **options: Any,
    ) -> int:
        """How many documents match; all of a collection are counted in the index of ids, without reading them."""
        if filter or db in OWN_DATABASES:
            return int(super().count_matching(db, coll, filter, **options))
        self._refresh_read_snapshot()
        with self._lock:
            cursor = self._cursor(secantus_storage._NAT_SEQ_TABLE)  # noqa: SLF001
            cursor.reset()
            try:
                for collection, bound in ((coll, "lower"), (f"{coll}\x01", "upper")):
                    cursor.set_key(db, collection, b"")
                    cursor.bound(f"action=set,bound={bound}")
                return sum(1 for _ in iter(cursor.next, secantus_storage.wt.WT_NOTFOUND))
            finally:
                cursor.reset()  # removes the bounds too

    def _contents(self, db: str, coll: str, records: Iterable[int]) -> Iterator[bytes]:
        """The documents of records as they are stored: the response takes them over without decoding them."""
        cursor = self._cursor_optional(secantus_storage._doc_table_for(db, coll))  # noqa: SLF001
        for record in records if cursor is not None else ():
            cursor.reset()
            cursor.set_key(db, coll, record)
            if cursor.search() == 0:
                yield secantus_storage._unframe_doc_value(bytes(cursor.get_value()))[1]  # noqa: SLF001

    def _entries_by_id(self, db: str, coll: str, first: Mapping[str, Any]) -> Iterator[tuple[bytes, int]]:
        """The keys of ids and the numbers of the documents' records, in the order of ids, from the first id on."""
        cursor = self._cursor(secantus_storage._NAT_SEQ_TABLE)  # noqa: SLF001
        cursor.set_key(db, coll, secantus_storage._id_key(first["_id"]) if first else b"")  # noqa: SLF001
        nearest = cursor.search_near()  # below zero: the entry before it
        is_there = nearest != secantus_storage.wt.WT_NOTFOUND and (nearest >= 0 or cursor.next() == 0)
        while is_there and list((key := cursor.get_key())[:2]) == [db, coll]:
            yield bytes(key[2]), int(cursor.get_value())
            is_there = cursor.next() == 0


def _id_of(key: bytes) -> str | None:
    """The `_id` that a key of the index stands for, without reading its document; None if it is no plain string."""
    return key[1:].decode() if key[0] == RANK_STRING and b"\0" not in key else None


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
    secantus_server.Storage = PagedStorage  # the server makes its own
    server = secantus_server.SecantusDBServer(
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
