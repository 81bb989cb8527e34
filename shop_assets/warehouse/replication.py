"""What `sql/` says, for a cluster of ClickHouse servers that replicate each other: one shard, any number of replicas.

The files are written for one server. On a cluster each of them is made on all servers at once, and a table's engine
becomes its replicated kin, which keeps the same rows everywhere and remembers inserted blocks in Keeper instead of on
one disk. Sharding is not done here: no id would be in one place only.
"""

import re
from typing import Final

DEDUPLICATION_SECONDS: Final = 7 * 24 * 3600
"""How long Keeper remembers inserted blocks: far longer than a run that repeats one may be away."""

_OBJECT: Final = re.compile(
    r"^(?:ALTER TABLE|CREATE (?:OR REPLACE )?(?:TABLE|MATERIALIZED VIEW|VIEW|FUNCTION|DATABASE)(?: IF NOT EXISTS)?) \S+"
)
_ENGINE: Final = re.compile(r"^ENGINE = (?=\w*MergeTree)", re.MULTILINE)
_WINDOW: Final = re.compile(r"non_replicated_deduplication_window = (\d+)")


def statement_for(statement: str, cluster: str | None) -> str:
    """A statement of `sql/` as it is run: as it stands on one server, with its cluster and replicated engines else."""
    if cluster is None:
        return statement
    made = _OBJECT.sub(lambda named: named[0] + on_cluster(cluster), statement)
    made = _ENGINE.sub("ENGINE = Replicated", made)
    return _WINDOW.sub(
        rf"replicated_deduplication_window = \1, replicated_deduplication_window_seconds = {DEDUPLICATION_SECONDS}",
        made,
    )


def on_cluster(cluster: str | None) -> str:
    """What follows a name in a statement that is meant for all servers; nothing without a cluster."""
    return "" if cluster is None else f" ON CLUSTER `{cluster}`"
