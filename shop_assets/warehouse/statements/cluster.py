"""The differences in the statements of `sql/` on a cluster of ClickHouse servers: one shard, any number of replicas.

There each statement is run on all servers at once, and a table's engine is its replicated counterpart, which keeps the
same rows everywhere and remembers inserted blocks in Keeper instead of on one disk. Sharding is not supported: an id
would be in one place only.
"""

from typing import Any, Final

DEDUPLICATION_SECONDS: Final = 7 * 24 * 3600
"""How long Keeper remembers inserted blocks: far longer than the pause before a run that repeats one."""


def template_variables(cluster: str | None) -> dict[str, Any]:
    """The variables of the templates in `sql/` that depend on the cluster.

    Args:
        cluster: The cluster's name in ClickHouse's configuration; None for a single server.

    Returns:
        `on_cluster`, which follows the name of what a statement makes; `replicated`, which comes before a table's
        engine; `deduplication_window`, a function of the number of blocks that gives the table's setting.
    """
    return {
        "on_cluster": on_cluster(cluster),
        "replicated": "" if cluster is None else "Replicated",
        "deduplication_window": _single_window if cluster is None else _replicated_window,
    }


def on_cluster(cluster: str | None) -> str:
    """The clause after a name that runs a statement on all servers; empty without a cluster."""
    return "" if cluster is None else f" ON CLUSTER `{cluster}`"


def _single_window(blocks: int) -> str:
    return f"non_replicated_deduplication_window = {blocks}"


def _replicated_window(blocks: int) -> str:
    seconds = DEDUPLICATION_SECONDS
    return f"replicated_deduplication_window = {blocks}, replicated_deduplication_window_seconds = {seconds}"
