"""Makes the warehouse what `sql/` says: databases, tables, functions and views, in the order of the files' names.

Every statement can be run again, and is run when what it creates is missing. `raw.migrations`, the ledger, remembers
the fingerprint of each statement, because a changed file needs more than to be run: a materialized view with new rules
is dropped and created again (its rows stay in the table that it writes to), and a table whose statement changed is
refused, also under a new file name, because CREATE TABLE IF NOT EXISTS would silently leave it as it was. All files are
checked before the first is applied. On a cluster the same files create the same things on all replicas (`cluster.py`).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.errors import MigrationError
from shop_assets.warehouse.mart.reading_rules import ReadingRules, template_values
from shop_assets.warehouse.statements.cluster import on_cluster
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import column
from shop_assets.warehouse.statements.sql_templates import SqlFile, normalised, read_folder

FOLDERS: Final = ("raw", "functions", "mart")
MIGRATIONS_TABLE: Final = "raw.migrations"

REPEATABLE: Final = "Applied again when it changes"
"""The line of a header that lets an ALTER change after it was applied: it must have the same effect on a table that has
some of its changes already."""

REPLACES: Final = "Replaces "
"""Begins the line of a header that names the statement which created the same table before: `-- Replaces mart/90_x`.
Later files must then turn the older table into what this statement and they create."""

STATEMENT_SETTINGS: Final = {"mutations_sync": 2}
"""An ALTER that deletes rows returns when they are gone on all replicas: what runs next must not see them."""

_RETIRED: Final = ""
"""The fingerprint of a name that was taken over by another one."""

_CREATED = re.compile(
    r"CREATE (?:OR REPLACE )?(?P<kind>TABLE|MATERIALIZED VIEW|VIEW|FUNCTION|DATABASE) (?:IF NOT EXISTS )?(?P<name>\S+)"
)
_CHANGED = re.compile(r"(?:ALTER TABLE|INSERT INTO) (?P<name>\S+)")
_ADVICE: Final = (
    "Undo the change and put the new one into a new file: an ALTER that can run twice. If the warehouse holds nothing "
    "worth keeping, drop and recreate it instead (DROP DATABASE mart, DROP DATABASE raw)."
)


@dataclass(frozen=True)
class _Step:
    """What is to be done about a statement.

    Attributes:
        file: The statement.
        kind: What it creates; None for an ALTER or an INSERT.
        target: The object that it creates or changes; an ALTER or an INSERT is repeated when its table was missing.
        fingerprint: Of the statement.
        is_new: Whether it is new or changed.
        predecessor: The name under which it, or the statement that it replaces, was applied before.
    """

    file: SqlFile
    kind: str | None
    target: str | None
    fingerprint: str
    is_new: bool = True
    predecessor: str | None = None

    @property
    def unrecorded(self) -> list[tuple[str, str]]:
        """The rows that the ledger lacks, which it needs when the statement is applied."""
        if not self.is_new and self.predecessor is None:
            return []
        retired = [] if self.predecessor is None else [(self.predecessor, _RETIRED)]
        return [(self.file.name, self.fingerprint), *retired]


class _PendingRecords:
    """The records of statements that the ledger lacks, and when they are saved.

    A table is recorded before its statement is run: a table without a record would be refused. A record without a table
    is no harm, so that all new tables are recorded before the first: an INSERT for each would cost a first run half a
    second. One that replaces another statement also retires that. All other statements are recorded together, at the
    end: one that was applied and not recorded is applied again, which changes nothing.
    """

    def __init__(
        self, client: Client, steps: Sequence[_Step], left_unrecorded: Sequence[_Step], *, has_ledger: bool
    ) -> None:
        self._client = client
        self._has_ledger = has_ledger
        self._records = [(step.file.name, step.fingerprint) for step in left_unrecorded]
        new_tables = [step for step in steps if step.kind == "TABLE" and step.predecessor is None]
        self._tables = [record for step in new_tables for record in step.unrecorded]

    def before(self, step: _Step) -> None:
        """Save what must be recorded before the statement is run."""
        if step.kind == "TABLE" and self._has_ledger and (self._tables or step.predecessor is not None):
            replacing = [] if step.predecessor is None else step.unrecorded
            self._insert([*self._records, *self._tables, *replacing])
            self._records, self._tables = [], []

    def after(self, step: _Step) -> None:
        """Take what is recorded at the end, now that the statement was run."""
        self._has_ledger = self._has_ledger or step.target == MIGRATIONS_TABLE
        if step.kind != "TABLE":
            self._records += step.unrecorded

    def save(self) -> None:
        """Save the records that are due; without a ledger there is nowhere to save them."""
        if self._has_ledger:
            self._insert(self._records)

    def _insert(self, records: Sequence[tuple[str, str]]) -> None:
        if records:
            self._client.insert(MIGRATIONS_TABLE, records, column_names=["name", "fingerprint"])


def apply_migrations(client: Client, cluster: str | None = None, rules: ReadingRules | None = None) -> list[str]:
    """Apply all files of `sql/raw`, `sql/functions` and `sql/mart`.

    A statement that was applied under another name (its file was renamed, or became a template) is not run again.

    Args:
        client: A client of the warehouse.
        cluster: The cluster to run the statements on; None for a single server.
        rules: How values are read, the defaults if None. Others than last time change the functions that have them, and
            with them the views.

    Returns:
        The names of the statements that are new or changed.

    Raises:
        MigrationError: The statement of an existing table changed, or ClickHouse does not know a time zone; nothing was
            applied.
    """
    rules = rules or ReadingRules()
    _require_time_zones(client, rules)
    variables = template_values(rules)
    files = [file for folder in FOLDERS for file in read_folder(folder, variables)]
    applied, objects = _applied(client), _objects(client)
    steps = _plan(files, applied, objects)
    # An empty ledger beside tables: the first run was killed. They are recorded together, so that none is left out.
    left_unrecorded = [] if applied else [step for step in steps if step.kind == "TABLE" and step.target in objects]
    records = _PendingRecords(client, steps, left_unrecorded, has_ledger=MIGRATIONS_TABLE in objects)
    try:
        for step in steps:
            records.before(step)
            if step.is_new or step.target not in objects:
                _run(client, step, cluster)
            records.after(step)
    finally:
        records.save()
    return [step.file.name for step in steps if step.is_new]


def _require_time_zones(client: Client, rules: ReadingRules) -> None:
    zones = {"SHOP_TIMEZONE": rules.timezone, "SHOP_SOURCE_TIMEZONE": rules.source_timezone}
    known = set(column(client, "SELECT time_zone FROM system.time_zones"))
    for name, zone in zones.items():
        if zone not in known:
            raise MigrationError(
                f"{name}: ClickHouse knows no time zone {zone!r}. Set a name of the IANA database that both Python and "
                "ClickHouse know, such as Europe/Moscow."
            )


def _plan(files: Iterable[SqlFile], applied: Mapping[str, str], objects: set[str]) -> list[_Step]:
    """Check all statements before any is run."""
    files = list(files)
    # All functions as one text, written once: there are eighty of them and twenty views.
    functions = "".join(normalised(file.statement) for file in files if file.path.startswith("functions/"))
    present = {file.name for file in files}
    orphans = {name: fingerprint for name, fingerprint in applied.items() if name not in present}
    steps = []
    for file in files:
        step = _step(file, functions, applied, orphans)
        if step.predecessor is not None:
            del orphans[step.predecessor]  # a name can be taken over once
        if step.is_new and applied:
            _refuse_changed(step, objects, known=file.name in applied)
        steps.append(step)
    return steps


def _step(file: SqlFile, functions: str, applied: Mapping[str, str], orphans: Mapping[str, str]) -> _Step:
    text = normalised(file.statement)
    created = _CREATED.match(text)
    found = created or _CHANGED.match(text)
    kind, target = created["kind"] if created else None, found["name"] if found else None
    fingerprint = _fingerprint(text, kind, functions)
    if file.name in applied:
        return _Step(file, kind, target, fingerprint, is_new=applied[file.name] != fingerprint)
    renamed = next((name for name, orphan in orphans.items() if orphan == fingerprint), None)
    if renamed is not None:
        return _Step(file, kind, target, fingerprint, is_new=False, predecessor=renamed)
    replaced = next((name for name in _replaced(file) if name in orphans), None)
    return _Step(file, kind, target, fingerprint, predecessor=replaced)


def _replaced(file: SqlFile) -> list[str]:
    return [line.removeprefix(REPLACES) for line in file.description.splitlines() if line.startswith(REPLACES)]


def _run(client: Client, step: _Step, cluster: str | None) -> None:
    if step.is_new and step.kind == "MATERIALIZED VIEW":
        # The reconciliation finds what RAW receives before the view is there again.
        client.command(f"DROP VIEW IF EXISTS {step.target}{on_cluster(cluster)}")
    client.command(step.file.statement_on(cluster), settings=STATEMENT_SETTINGS)


def _objects(client: Client) -> set[str]:
    return set(map(str, column(client, statement_of("migrations/objects"))))


def _refuse_changed(step: _Step, objects: set[str], *, known: bool) -> None:
    file = step.file
    if known and step.kind is None and REPEATABLE not in file.description.splitlines():
        raise MigrationError(f"sql/{file.path}.sql has changed since it was applied. {_ADVICE}")
    if step.kind != "TABLE" or step.target not in objects or step.predecessor is not None:
        return
    if known:
        raise MigrationError(f"sql/{file.path}.sql has changed since it was applied. {_ADVICE}")
    raise MigrationError(
        f"sql/{file.path}.sql creates {step.target}, which another statement created: the file was renamed and "
        f"changed. {_ADVICE}"
    )


def _fingerprint(text: str, kind: str | None, functions: str) -> str:
    if kind is not None and kind.endswith("VIEW"):
        # ClickHouse copies the functions into a view when it creates it: the view changes when one of them does.
        text += functions
    return hashlib.sha256(text.encode()).hexdigest()


def _applied(client: Client) -> dict[str, str]:
    if client.command(f"EXISTS TABLE {MIGRATIONS_TABLE}") != 1:
        return {}
    rows = client.query("SELECT name, fingerprint FROM raw.migrations FINAL").result_rows
    return {str(name): str(fingerprint) for name, fingerprint in rows if fingerprint != _RETIRED}
