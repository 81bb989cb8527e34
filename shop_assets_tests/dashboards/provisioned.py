"""The files of `grafana/provisioning` as they are committed."""

import json
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

PROVISIONING = Path(__file__).parents[2] / "grafana" / "provisioning"


def dashboards() -> list[Json]:
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(PROVISIONING.glob("dashboards/shop/*.json"))
    ]


def panels(dashboard: Json) -> list[Json]:
    found: list[Json] = dashboard["panels"]
    return found


def variables(dashboard: Json) -> dict[str, Json]:
    return {variable["name"]: variable for variable in dashboard["templating"]["list"]}


def read(name: str) -> Json:
    content: Json = yaml.safe_load((PROVISIONING / name).read_text(encoding="utf-8"))
    return content


def rules() -> list[Json]:
    (group,) = read("alerting/rules.yaml")["groups"]
    found: list[Json] = group["rules"]
    return found


def statement(holder: Json) -> str:
    """The SQL of a panel."""
    (target,) = holder["targets"]
    text: str = target["rawSql"]
    return text
