"""DAGSTER_HOME on one machine: where runs, events and schedules are kept."""

from pathlib import Path
from typing import Final

from shop_assets.errors import InputError

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


def require_usable(folder: str) -> Path:
    """Check a DAGSTER_HOME that somebody has set, before anything is started.

    Args:
        folder: Its value.

    Returns:
        The folder.

    Raises:
        InputError: It is relative or no folder, or Dagster cannot use what its `dagster.yaml` names: it may be that of
            another project.
    """
    advice = "unset it to use the folder `dagster` in SHOP_HOME, or name a Dagster home that this project may use"
    home = Path(folder)
    if not home.is_absolute():
        raise InputError(f"DAGSTER_HOME is {folder}, which is not an absolute path: {advice}.")
    if not home.is_dir():
        raise InputError(f"DAGSTER_HOME is {folder}, which is not a folder: {advice}.")
    if (home / "dagster.yaml").exists():
        from dagster import DagsterInstance  # takes a second

        try:
            with DagsterInstance.from_config(folder) as instance:
                instance.get_runs_count()
        except Exception as error:  # of Dagster, of its drivers, of whatever else the file names
            reason = f"no module {error.name}" if isinstance(error, ModuleNotFoundError) else type(error).__name__
            message = f"DAGSTER_HOME is {folder}, whose dagster.yaml Dagster cannot use ({reason}): {advice}."
            raise InputError(message) from error
    return home
