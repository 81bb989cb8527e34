"""The variables of the dashboards: each dashboard has those that its queries use."""

import re
from collections.abc import Iterator
from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    VariableHide,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableType,
)

from shop_assets.dashboards.grafana.source import SOURCE
from shop_assets.dashboards.titles import LIMIT_TITLES
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import load_query

LABELS: Final = {"city": "Город", "network": "Формат", "customer": "Покупатель"}
"""The variables with a selection; `sql/dashboards/<name>_choices.sql` queries the options."""

ALL: Final = "''"
"""The value for all cities or networks: the empty name, inserted into the query unchanged."""


class Variable(Builder[VariableModel]):
    """A finished variable: the SDK's builders support neither hidden constants nor their current value."""

    def __init__(self, model: VariableModel) -> None:
        self._model = model

    def build(self) -> VariableModel:
        """The variable."""
        return self._model


def variables(statements: str, settings: BusinessSettings) -> Iterator[Variable]:
    """The variables that the statements of a dashboard use."""
    used = set(re.findall(r"\$\{(\w+)", statements))
    for name, label in LABELS.items():
        if name in used:
            yield Variable(_choice(name, label))
    for name, label in LIMIT_TITLES.items():
        if name in used:
            yield Variable(_constant(name, label, settings.limit(name)))


def _choice(name: str, label: str) -> VariableModel:
    several = name != "customer"
    statement = load_query(f"dashboards/{name}_choices").statement
    return VariableModel(
        type_val=VariableType.QUERY,
        name=name,
        label=label,
        datasource=SOURCE,
        query={"query": statement, "rawSql": statement, "editorType": "sql", "refId": name},
        refresh=VariableRefresh.ON_DASHBOARD_LOAD,
        multi=several,
        include_all=several,
        all_value=ALL if several else None,
        current=VariableOption(text=["All"], value=["$__all"]) if several else None,
        allow_custom_value=not several,
    )


def _constant(name: str, label: str, number: float) -> VariableModel:
    text = f"{number:g}"
    return VariableModel(
        type_val=VariableType.CONSTANT,
        name=name,
        label=label,
        query=text,
        current=VariableOption(text=text, value=text),
        hide=VariableHide.HIDE_VARIABLE,
        skip_url_sync=True,
    )
