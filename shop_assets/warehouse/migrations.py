"""Makes the warehouse what `sql/` says: databases, tables, functions and views, in the order of the files' names.

Every statement can be run again, and is run when what it creates is missing. `raw.migrations` remembers the fingerprint
of each statement, because a changed file needs more than to be run: a materialized view with new rules is dropped and
created again (its rows stay in the table that it writes to), and a table whose statement changed is refused, because
CREATE TABLE IF NOT EXISTS would silently leave it as it was. On a cluster the same files create the same things on all
replicas (`cluster.py`).
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.cluster import on_cluster
from shop_assets.warehouse.errors import MigrationError
from shop_assets.warehouse.sql_templates import SqlFile, normalised, read_folder

FOLDERS: Final = ("raw", "functions", "mart")
MIGRATIONS_TABLE: Final = "raw.migrations"

REPEATABLE: Final = "Applied again when it changes"
"""The line of a header that lets an ALTER change after it was applied: it must have the same effect on a table that has
some of its changes already."""

_CREATED = re.compile(
    r"CREATE (?:OR REPLACE )?(?P<kind>TABLE|MATERIALIZED VIEW|VIEW|FUNCTION|DATABASE) (?:IF NOT EXISTS )?(?P<name>\S+)"
)
_CHANGED = re.compile(r"ALTER TABLE (?P<name>\S+)")


def apply_migrations(client: Client, cluster: str | None = None) -> list[str]:
    """Apply all files of `sql/raw`, `sql/functions` and `sql/mart`.

    A statement that was applied under another name (its file was renamed, or became a template) is not run again.

    Args:
        client: A client of the warehouse.
        cluster: The cluster to run the statements on; None for a single server.

    Returns:
        The names of the statements that are new or changed.

    Raises:
        MigrationError: The statement of an existing table changed.
    """
    functions = read_folder("functions")
    applied = _applied(client)
    objects = _objects(client)
    changed, renamed = [], []
    for file in (file for folder in FOLDERS for file in read_folder(folder)):
        fingerprint = _fingerprint(file, functions)
        known = applied.get(file.name)
        is_renamed = known is None and fingerprint in applied.values()
        if known != fingerprint and not is_renamed:
            _prepare(client, file, cluster, known=known is not None)
            client.command(file.statement_on(cluster))
            changed.append((file.name, fingerprint))
            continue
        if is_renamed:
            renamed.append((file.name, fingerprint))
        if _target(file) not in objects:
            client.command(file.statement_on(cluster))
    if changed or renamed:
        client.insert(MIGRATIONS_TABLE, [*changed, *renamed], column_names=["name", "fingerprint"])
    return [name for name, _ in changed]


def _target(file: SqlFile) -> str | None:
    """The object that a statement creates or changes; an ALTER is repeated when its table was missing."""
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
    created = _CREATED.match(normalised(file.statement))
    kind = created["kind"] if created else None
    if created and kind == "MATERIALIZED VIEW":
        # The reconciliation finds what RAW receives before the view is there again.
        client.command(f"DROP VIEW IF EXISTS {created['name']}{on_cluster(cluster)}")
    elif known and kind in (None, "TABLE") and REPEATABLE not in file.description.splitlines():
        raise MigrationError(
            f"sql/{file.path}.sql has changed since it was applied. Undo the change and put the new one into a new "
            "file: an ALTER that can run twice. If the warehouse holds nothing worth keeping, drop and recreate it "
            "instead (DROP DATABASE mart, DROP DATABASE raw)."
        )


def _fingerprint(file: SqlFile, functions: Iterable[SqlFile]) -> str:
    text = normalised(file.statement)
    created = _CREATED.match(text)
    if created and created["kind"].endswith("VIEW"):
        # ClickHouse copies the functions into a view when it creates it: the view changes when one of them does.
        text += "".join(normalised(function.statement) for function in functions)
    return hashlib.sha256(text.encode()).hexdigest()


def _applied(client: Client) -> dict[str, str]:
    if client.command(f"EXISTS TABLE {MIGRATIONS_TABLE}") != 1:
        return {}
    rows = client.query("SELECT name, fingerprint FROM raw.migrations FINAL").result_rows
    return {str(name): str(fingerprint) for name, fingerprint in rows}
