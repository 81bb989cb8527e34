"""Imports the package where some modules cannot be found: `python -m … name,name,…`."""

import importlib
import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

import shop_assets

ROOT = Path(shop_assets.__file__).parent

ELSEWHERE = (
    "embedded/",
    # Importing these runs them, and needs settings.
    "__main__.py",
    "definitions.py",
    # What developers run: it writes Grafana's files, and lints SQL.
    "dashboards/grafana/",
    "generate.py",
    "warehouse/statements/sql_lint.py",
)


def main(absent: set[str]) -> None:
    find = PathFinder.find_spec

    def find_present(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return None if name.partition(".")[0] in absent else find(name, path, target)

    PathFinder.find_spec = find_present  # type: ignore[method-assign, assignment]
    for file in sorted(ROOT.rglob("*.py")):
        path = file.relative_to(ROOT)
        if not path.as_posix().startswith(ELSEWHERE) and path.name != "__main__.py":
            name = ".".join(("shop_assets", *path.with_suffix("").parts))
            importlib.import_module(name)
            print(name)


if __name__ == "__main__":
    main(set(sys.argv[1].split(",")))
