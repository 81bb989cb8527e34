"""Whether a run that the daemon launched has lost its process.

It calls Dagster's private gRPC (`dagster._grpc`, `dagster._core`, `dagster._serdes`). `test_launched_runs.py` runs this
module against a real code server.

Such a run is a child of the code server, which fails it when the child dies alone. When both die (the machine or the
container is restarted, memory runs out) nothing does: Dagster's run monitoring checks the process of a started run only
if the launcher supports it, and the default launcher does not (1.13).

Two sources are checked, because neither is sufficient. A server does not know runs that it launched before its last
reload, and a run survives when only its server is killed. This machine knows no processes of another one.
"""

from typing import Final

import orjson
from dagster import DagsterEventType, DagsterInstance, DagsterRun

from shop_assets.coordination.processes import was_running_at

GRPC_INFO_TAG: Final = ".dagster/grpc_info"
"""Dagster's own tag: the address of the code server that launched a run."""

RESPONSE_TIMEOUT_SECONDS: Final = 5
"""A code server keeps a table of its runs in memory; a sensor's tick has 60 s for all of them."""

_FIRST_EVENTS: Final = 50
_HERE: Final = frozenset({"localhost", "127.0.0.1"})
"""Addresses that `dagster dev` uses for its server. Machines that share a Dagster database must use host names."""


def is_lost(instance: DagsterInstance, run: DagsterRun) -> bool:
    """Whether the process of a started run certainly no longer exists; False where that cannot be known here."""
    return not _may_live_here(instance, run) and not _may_be_known_to_its_server(run)


def _may_live_here(instance: DagsterInstance, run: DagsterRun) -> bool:
    """Whether the process that the run's first events name is running here; true when they name none."""
    first = instance.get_records_for_run(run.run_id, of_type=DagsterEventType.ENGINE_EVENT, limit=_FIRST_EVENTS)
    for record in first.records:
        event = record.event_log_entry
        process = event.get_dagster_event().engine_event_data.metadata.get("pid")
        if process is not None:
            return was_running_at(int(str(process.value)), event.timestamp)
    return True


def _may_be_known_to_its_server(run: DagsterRun) -> bool:
    from dagster._core.errors import DagsterUserCodeUnreachableError
    from dagster._grpc.client import DagsterGrpcClient
    from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
    from dagster._serdes import deserialize_value

    server = orjson.loads(run.tags[GRPC_INFO_TAG])
    try:
        answer = DagsterGrpcClient(**server).can_cancel_execution(
            CanCancelExecutionRequest(run_id=run.run_id), timeout=RESPONSE_TIMEOUT_SECONDS
        )
    except DagsterUserCodeUnreachableError:  # a server on another machine may only be unreachable from here
        return server["host"] not in _HERE
    return deserialize_value(answer, CanCancelExecutionResult).can_cancel
