"""docker-compose.yml as the tests see it: parsed, its variables put in as compose would.

The loader of compose itself says the same in `test_compose_loader.py`, where Go is there to build it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
CLUSTER_PROFILE = "kafka-cluster"
"""The one profile that .env.example leaves out."""

_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::?(?P<operator>[-?])(?P<word>(?:[^{}]|\{[^}]*\})*))?\})")


def variables_of_example() -> dict[str, str]:
    """The lines of .env.example; a secret is the empty string there."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))


def secrets() -> dict[str, str]:
    """.env as `make secrets` leaves it, with values that the tests can distinguish."""
    return {name: value or f"{name.lower()}0" for name, value in variables_of_example().items()}


def text() -> str:
    return COMPOSE.read_text(encoding="utf-8")


def used_variables() -> set[str]:
    """The names of all variables that the file uses, comments left out."""
    code = "\n".join(line for line in text().splitlines() if not line.lstrip().startswith("#"))
    return set(re.findall(r"(?<!\$)\$\{(\w+)", code))


def load(variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The whole file with `variables` put in; `secrets()` by default. KeyError for a missing required one."""
    return _interpolated(yaml.safe_load(text()), secrets() if variables is None else variables)


def services() -> dict[str, dict[str, Any]]:
    return load()["services"]


def _interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {key: _interpolated(item, variables) for key, item in value.items()}
        case list():
            return [_interpolated(item, variables) for item in value]
        case str():
            return _VARIABLE.sub(lambda found: _replacement(found, variables), value)
        case _:
            return value


def _replacement(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    value = variables.get(found["name"], "")
    if not value and found["operator"] == "-":
        return str(_interpolated(found["word"], variables))  # a default may be another variable
    if not value:
        raise KeyError(found["name"])
    return value
