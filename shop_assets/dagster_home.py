"""DAGSTER_HOME: where Dagster keeps runs, events and schedules on this machine, and how."""

import os
from pathlib import Path
from typing import Final

from shop_assets.errors import ShopError
from shop_assets.settings import Settings

VARIABLE: Final = "DAGSTER_HOME"

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
# A run of which nothing is heard must not hold its places for ever either.
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  max_runtime_seconds: 43200
"""


def ensure_dagster_home(settings: Settings) -> Path:
    """The folder that the environment names, else `dagster` in SHOP_HOME, made where it is missing.

    The embedded stack makes it too; with other back ends nobody else does. Raises ShopError when it cannot be made.
    """
    if given := os.environ.get(VARIABLE):
        return Path(given)
    folder = settings.home.expanduser().resolve() / "dagster"
    try:
        make_dagster_home(folder)
    except OSError as error:
        raise ShopError(
            f"Cannot write to {folder} ({error.strerror}): set SHOP_HOME or {VARIABLE} to a folder of yours."
        ) from error
    return folder


def make_dagster_home(folder: Path) -> None:
    """Makes the folder and the one around it, for their owner only, with a `dagster.yaml` unless there is one.

    Runs are never removed; of sensor ticks Dagster keeps its default. Raises OSError.
    """
    for made in (folder.parent, folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance = folder / "dagster.yaml"
    if not instance.exists():
        instance.write_text(INSTANCE, encoding="utf-8")
