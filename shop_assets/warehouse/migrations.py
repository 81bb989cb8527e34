"""Makes the warehouse what `sql/` says: databases, tables, functions and views, in the order of the files' names.

Every statement can be run again, and is when what it makes is missing. `raw.migrations` remembers each file's
fingerprint, because a changed file needs more than to be run: a materialized view whose rules changed is dropped and
made anew (its rows stay, they lie in the table that it writes to), and a table whose statement changed is refused,
because CREATE TABLE IF NOT EXISTS would silently leave it as it was. On a cluster the same files make the same things
on all of its replicas (`replication.py`).
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.errors import MigrationError
from shop_assets.warehouse.replication import on_cluster, statement_for
from shop_assets.warehouse.sql_files import SqlFile, normalised, read_folder

FOLDERS: Final = ("raw", "functions", "mart")
MIGRATIONS_TABLE: Final = "raw.migrations"

_CREATED = re.compile(
    r"CREATE (?:OR REPLACE )?(?P<kind>TABLE|MATERIALIZED VIEW|VIEW|FUNCTION|DATABASE) (?:IF NOT EXISTS )?(?P<name>\S+)"
)
_CHANGED = re.compile(r"ALTER TABLE (?P<name>\S+)")


def apply_migrations(client: Client, cluster: str | None = None) -> list[str]:
    """Applies all files, on this server or on all of a cluster; gives the names of the new and the changed.

    Raises MigrationError for a changed table.
    """
    functions = read_folder("functions")
    applied = _applied(client)
    objects = _objects(client)
    changed = []
    for file in (file for folder in FOLDERS for file in read_folder(folder)):
        fingerprint = _fingerprint(file, functions)
        if applied.get(file.name) != fingerprint:
            _prepare(client, file, cluster, known=file.name in applied)
            client.command(statement_for(file.statement, cluster))
            changed.append((file.name, fingerprint))
        elif _target(file) not in objects:
            client.command(statement_for(file.statement, cluster))
    if changed:
        client.insert(MIGRATIONS_TABLE, changed, column_names=["name", "fingerprint"])
    return [name for name, _ in changed]


def _target(file: SqlFile) -> str | None:
    """What a file makes, or changes: it is changed again when it was missing and is made anew."""
    text = normalised(file.statement)
    found = _CREATED.match(text) or _CHANGED.match(text)
    return found["name"] if found else None


def _objects(client: Client) -> set[str]:
    rows = client.query(
        "SELECT database || '.' || name FROM system.tables WHERE database IN ('raw', 'mart') "
        "UNION ALL SELECT name FROM system.databases UNION ALL SELECT name FROM system.functions"
    ).result_rows
    return {str(name) for (name,) in rows}


def _prepare(client: Client, file: SqlFile, cluster: str | None, *, known: bool) -> None:
    made = _CREATED.match(normalised(file.statement))
    kind = made["kind"] if made else None
    if made and kind == "MATERIALIZED VIEW":
        # What RAW receives before it is there again is found by the reconciliation.
        client.command(f"DROP VIEW IF EXISTS {made['name']}{on_cluster(cluster)}")
    elif known and kind in (None, "TABLE"):
        raise MigrationError(
            f"sql/{file.name}.sql was changed after it had been applied. Leave it as it was, and change the table by a "
            "new file with an ALTER that can be run twice; a warehouse without anything to keep can be made anew "
            "(DROP DATABASE mart, DROP DATABASE raw)."
        )


def _fingerprint(file: SqlFile, functions: Iterable[SqlFile]) -> str:
    text = normalised(file.statement)
    made = _CREATED.match(text)
    if made and made["kind"].endswith("VIEW"):
        # A view holds the functions as they were when it was made: it changes when one of them does.
        text += "".join(normalised(function.statement) for function in functions)
    return hashlib.sha256(text.encode()).hexdigest()


def _applied(client: Client) -> dict[str, str]:
    if client.command(f"EXISTS TABLE {MIGRATIONS_TABLE}") != 1:
        return {}
    rows = client.query("SELECT name, fingerprint FROM raw.migrations FINAL").result_rows
    return {str(name): str(fingerprint) for name, fingerprint in rows}
