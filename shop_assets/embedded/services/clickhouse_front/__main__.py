"""`python -m shop_assets.embedded.services.clickhouse_front --host 127.0.0.1 --port 8123 --path DIR`.

Users and passwords come from the environment, never from arguments, which other users of the machine can read:
CLICKHOUSE_USER and CLICKHOUSE_PASSWORD for the user who may do everything, CLICKHOUSE_READER_USER and
CLICKHOUSE_READER_PASSWORD for the one who may only read the databases of --readable.
"""

import argparse
import os
from pathlib import Path
from typing import Final

import uvicorn

from .app import create_app
from .credentials import Account, Credentials
from .engine import DEFAULT_MEMORY_LIMIT, Engine
from .errors import QueryError
from .execution import EngineThreads

# Pooled connections of clients must not be closed during an INSERT, which they do not retry.
_KEEP_ALIVE_SECONDS: Final = 3600
# Requests under way at SIGTERM have this long to end; a supervisor must wait longer before it kills.
_SHUTDOWN_SECONDS: Final = 15


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; exit with 2 if it cannot start."""
    parser = argparse.ArgumentParser(prog="clickhouse_front", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", type=Path, required=True, help="the engine's data folder, created if it is missing")
    parser.add_argument("--memory-limit", type=int, default=DEFAULT_MEMORY_LIMIT, help="bytes for all queries together")
    parser.add_argument("--threads", type=int, default=8, help="statements that run at the same time")
    parser.add_argument("--readable", nargs="+", default=[], help="the reader's databases, the default one first")
    options = parser.parse_args(arguments)
    credentials = _credentials(tuple(options.readable))
    if credentials is None:
        parser.error("CLICKHOUSE_PASSWORD is not set in the environment: the front does not start without a password")
    try:
        engine = Engine(options.path, options.memory_limit)
    except (QueryError, ValueError) as error:
        parser.error(f"the engine cannot open {options.path}: {error}")
    app = create_app(engine, EngineThreads(options.threads), credentials)
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def _credentials(readable: tuple[str, ...]) -> Credentials | None:
    """The accounts in the environment, from which they are removed; None without a password."""
    password = os.environ.pop("CLICKHOUSE_PASSWORD", "")
    if not password:
        return None
    accounts = [Account(os.environ.get("CLICKHOUSE_USER") or "default", password)]
    reader_password = os.environ.pop("CLICKHOUSE_READER_PASSWORD", "")
    if reader_password:
        accounts.append(Account(os.environ.get("CLICKHOUSE_READER_USER") or "reader", reader_password, readable))
    return Credentials(tuple(accounts))


if __name__ == "__main__":
    main()
