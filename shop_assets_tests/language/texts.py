"""The texts that people read, found in the code: what must have a translation."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from shop_assets.dashboards.alerts import ALERT_RULES
from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.titles import (
    AMOUNT_TITLES,
    FEATURE_TITLES,
    GROUP_TITLES,
    KIND_TITLES,
    LIMIT_TITLES,
    STAGE_TITLES,
)
from shop_assets.warehouse.statements.sql_templates import sql_folder

PACKAGE = Path(__file__).parents[2] / "shop_assets"
DEFINED_IN = {"alerts.py", "catalogue", "titles.py"}
"""Their texts are put together when they are imported, so they are taken from what they define."""


def russian_texts() -> set[str]:
    """Every Russian text of dashboards, alerts and messages about runs."""
    defined = (
        DASHBOARDS,
        ALERT_RULES,
        FEATURE_TITLES,
        GROUP_TITLES,
        KIND_TITLES,
        LIMIT_TITLES,
        STAGE_TITLES,
        AMOUNT_TITLES,
    )
    found = {text for definition in defined for text in _texts(definition)}
    modules = [*(PACKAGE / "dashboards").rglob("*.py"), *(PACKAGE / "automation").glob("*.py")]
    for module in modules:
        if not DEFINED_IN & set(module.relative_to(PACKAGE).parts):
            found |= _constants(ast.parse(module.read_text(encoding="utf-8")))
    for template in (PACKAGE / "dashboards").rglob("*.j2"):
        text = template.read_text(encoding="utf-8")
        found |= set(re.findall(r'_\("([^"]*)"\)', text))
        assert not is_russian(re.sub(r'_\("[^"]*"\)', "", text)), f"{template.name} has a text without _()"
    for query in (sql_folder() / "dashboards").glob("*.sql"):
        found |= set(re.findall(r"'([^'\n]*[А-Яа-яЁё][^'\n]*)'", query.read_text(encoding="utf-8")))
    return set(filter(is_russian, found))


def summary_texts() -> set[str]:
    """The English texts of the summary of a run: what it hands to gettext and ngettext."""
    tree = ast.parse((PACKAGE / "cli/running/summary.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    given = [call.args[0] for call in calls if call.func.attr in {"gettext", "ngettext"}]
    headings = {"in", "out", "rejected", "seconds"}
    return {text.value for text in given if isinstance(text, ast.Constant)} | headings


def is_russian(text: str) -> bool:
    return re.search("[а-яё]", text.lower()) is not None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from (text for each in fields(value) for text in _texts(getattr(value, each.name)))
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, tuple):
        yield from (text for part in value for text in _texts(part))


def _constants(tree: ast.Module) -> set[str]:
    """The texts of a module, without its docstrings. A pattern of letters is not a text."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings]
    return {node.value for node in constants if isinstance(node.value, str) and "[А-Я" not in node.value}
