"""Back ends of a test's own: names that nobody else uses, and a warehouse without rows or without anything."""

import os
import secrets
from typing import Final

from clickhouse_connect.driver.client import Client
from pydantic import SecretStr

from shop_assets.settings import PREFIX, Settings, variable
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations

_OBJECTS: Final = (
    "SELECT arraySort(groupArray((name, cityHash64(statement)))) FROM ("
    "SELECT database || '.' || name AS name, create_table_query AS statement FROM system.tables "
    "WHERE database IN ('raw', 'mart') "
    "UNION ALL SELECT name, create_query FROM system.functions WHERE name LIKE 'shop_%')"
)
_STATE: Final = (
    "SELECT arraySort(groupArray((name, state))) FROM ("
    "SELECT database || '.' || name AS name, create_table_query AS state FROM system.tables "
    "WHERE database IN ('raw', 'mart') AND engine NOT LIKE '%View' "
    "UNION ALL SELECT database || '.' || name, toString((uuid, metadata_modification_time)) FROM system.tables "
    "WHERE database IN ('raw', 'mart') AND engine LIKE '%View' "
    "UNION ALL SELECT name, create_query FROM system.functions WHERE name LIKE 'shop_%')"
)
_FILLED: Final = (
    "SELECT database || '.' || name FROM system.tables WHERE database IN ('raw', 'mart') AND name != 'migrations' "
    "AND (engine LIKE '%MergeTree' OR engine = 'Join') AND total_rows > 0"
)
_made: set[str] = set()
"""What was there after the migrations: the names and statements of all tables, views and functions."""
_known: set[str] = set()
"""States of a warehouse that was found to be that. The views' statements take ten times as long."""


def forget_settings() -> None:
    """Removes settings from this process's environment: they must not lead tests to other services.

    Where downloads are kept may stay.
    """
    for name in [name for name in os.environ if name.startswith(PREFIX) and name != variable("cache")]:
        del os.environ[name]


def isolated(settings: Settings) -> Settings:
    """The same services, with buckets, a database and topics that nobody else uses."""
    own = secrets.token_hex(4)
    return settings.model_copy(
        update={
            "s3_landing_bucket": f"landing-{own}",
            "s3_features_bucket": f"features-{own}",
            "s3_reports_bucket": f"reports-{own}",
            "mongo_database": f"shop_{own}",
            "kafka_topic_prefix": f"shop_{own}.",
            "kafka_partitions": 2,  # enough to be more than one: each is an INSERT of its own
        }
    )


def variables(settings: Settings) -> dict[str, str]:
    """Everything that is set, as the variables of a machine that knows these services and no embedded stack."""
    return {
        variable(name): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
        if value is not None
    }


def empty_warehouse(settings: Settings) -> None:
    """Drops RAW and MART, whose names are fixed."""
    with clickhouse_resource(settings).client() as client:
        _drop(client)


def clear_warehouse(settings: Settings) -> None:
    """Gives RAW and MART their tables and views, without rows."""
    with clickhouse_resource(settings).client() as client:
        clear_tables(client)


def clear_tables(client: Client) -> None:
    """The same with a client. What is there is emptied and not created again, which takes ClickHouse three seconds.

    What a test has changed or dropped is made again.
    """
    if _value(client, _STATE) not in _known:
        _make(client)
        _known.add(_value(client, _STATE))
    for (table,) in client.query(_FILLED).result_rows:
        client.command(f"TRUNCATE TABLE {table} SYNC")


def _make(client: Client) -> None:
    if _value(client, _OBJECTS) in _made:
        return
    apply_migrations(client)
    if _made and _value(client, _OBJECTS) not in _made:  # changed by hand: the migrations trust their ledger
        _drop(client)
        apply_migrations(client)
    _made.add(_value(client, _OBJECTS))


def _drop(client: Client) -> None:
    for database in ("mart", "raw"):  # the MART's views read RAW
        client.command(f"DROP DATABASE IF EXISTS {database} SYNC")


def _value(client: Client, statement: str) -> str:
    return str(client.query(statement).result_rows)
