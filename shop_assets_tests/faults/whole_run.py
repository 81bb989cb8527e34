"""One Dagster run of the job `everything`, as `shop run` makes it, in a forked process."""

import uuid

from dagster import EventLogEntry

from shop_assets.cli.running.runs import materialize_everything
from shop_assets_tests.faults.stages import ScenarioEnvironment


def everything(environment: ScenarioEnvironment) -> None:
    """All assets for the environment's first day. Raises AssertionError, with what failed, when the run fails."""
    failures: list[str] = []

    def note(event: EventLogEntry) -> None:
        if event.dagster_event is not None and event.dagster_event.is_failure:
            failures.append(str(event.message))

    landing = {"source_folder": str(environment.source)}
    result = materialize_everything(environment.settings, environment.days[0], landing, str(uuid.uuid4()), note)
    assert result.success, "\n".join(failures)
