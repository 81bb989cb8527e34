"""DAGSTER_HOME of the embedded stack: where runs, events and schedules are kept."""

from typing import Final

from shop_assets.embedded.home import Home

INSTANCE: Final = """\
# Written by the first `shop up`; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false
storage:
  sqlite:
    base_dir:
      env: DAGSTER_HOME
"""


def write_dagster_home(home: Home) -> None:
    """Writes `dagster.yaml` unless there is one. Runs are never removed; of sensor ticks Dagster keeps its default."""
    instance = home.dagster / "dagster.yaml"
    if not instance.exists():
        instance.write_text(INSTANCE, encoding="utf-8")
