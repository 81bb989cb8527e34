"""`python -m shop_assets.embedded.clickhouse_front --host 127.0.0.1 --port 8123 --path DIR`.

User and password come from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, never from arguments, which other users of the
machine can read.
"""

import argparse
import os
from pathlib import Path
from typing import Final

import uvicorn

from .app import create_app
from .credentials import Credentials
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
    options = parser.parse_args(arguments)
    password = os.environ.pop("CLICKHOUSE_PASSWORD", "")
    if not password:
        parser.error("CLICKHOUSE_PASSWORD is not set in the environment: the front does not start without a password")
    try:
        engine = Engine(options.path, options.memory_limit)
    except (QueryError, ValueError) as error:
        parser.error(f"the engine cannot open {options.path}: {error}")
    credentials = Credentials(os.environ.get("CLICKHOUSE_USER") or "default", password)
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


if __name__ == "__main__":
    main()
