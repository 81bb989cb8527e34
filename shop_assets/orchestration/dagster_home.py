"""DAGSTER_HOME on one machine: where runs, events and schedules are kept."""

from pathlib import Path
from typing import Final

INSTANCE: Final = """\
# Written once; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false
storage:
  sqlite:
    base_dir:
      env: DAGSTER_HOME
# A run that has an asset in a pool takes a place of it from its start to its end. Places of single steps would stay
# taken when a run is killed, and the next one, outside the daemon, would wait for them for ever.
concurrency:
  pools:
    granularity: run
    default_limit: 1
# Nor must a run that never starts or never ends. Dagster does not see that a run's process died together with the code
# server that started it: the sensor `housekeeping` does.
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  max_runtime_seconds: 43200
"""


def create_dagster_home(folder: Path) -> None:
    """Makes the folder and the one around it, for their owner only, with a `dagster.yaml` unless there is one.

    Runs are never removed; of sensor ticks Dagster keeps its default. Raises OSError.
    """
    for made in (folder.parent, folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance = folder / "dagster.yaml"
    if not instance.exists():
        instance.write_text(INSTANCE, encoding="utf-8")
