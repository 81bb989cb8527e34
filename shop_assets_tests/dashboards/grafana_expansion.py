"""Grafana's part in a query: its variables and the ClickHouse plugin's macros, put in as they do it."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from shop_assets_tests.dashboards.provisioned import Json


def expand(statement: str, variables: dict[str, Json], end: datetime, days: int) -> str:
    """The SQL that ClickHouse receives for a time range of so many days."""
    start = end - timedelta(days=days)
    for macro, moment in (("$__fromTime", start), ("$__toTime", end)):
        statement = statement.replace(macro, f"toDateTime({int(moment.timestamp())})")
    statement = re.sub(r"\$\{(\w+)(?::(\w+))?\}", lambda found: _value(variables[found[1]], found[2]), statement)
    assert "$" not in statement, statement
    return statement


def days_back(dashboard: Json) -> int:
    """The default time range of a dashboard."""
    found = re.fullmatch(r"now-(\d+)d", dashboard["time"]["from"])
    assert found
    assert dashboard["time"]["to"] == "now"
    return int(found[1])


def _value(variable: Json, style: str | None) -> str:
    current: Any = variable["current"]["value"]
    chosen = current if isinstance(current, list) else [current]
    if chosen == ["$__all"]:
        return str(variable["allValue"])  # goes in as it is, whatever the style
    if style is None:
        return str(current)
    if style == "percentencode":
        assert not isinstance(current, list)
        return quote(current, safe="")
    assert style == "sqlstring"
    return ",".join("'" + text.replace("'", "''") + "'" for text in chosen)
