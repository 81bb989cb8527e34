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
# A run with an asset in a pool takes one of its slots from start to end. Slots of single steps would stay taken when a
# run is killed, and the next run outside the daemon would wait for them indefinitely.
concurrency:
  pools:
    granularity: run
    default_limit: 1
# Ends runs that never start or never finish. Dagster does not notice that a run's process died together with the code
# server that started it: the sensor `housekeeping` does.
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  max_runtime_seconds: 43200
"""


def create_dagster_home(folder: Path) -> None:
    """Create the folder and its parent, for their owner only, with a `dagster.yaml` unless there is one.

    Runs are never deleted; ticks of sensors are kept for Dagster's default time.

    Args:
        folder: What DAGSTER_HOME will be.

    Raises:
        OSError: The folder cannot be created.
    """
    for made in (folder.parent, folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance = folder / "dagster.yaml"
    if not instance.exists():
        instance.write_text(INSTANCE, encoding="utf-8")
