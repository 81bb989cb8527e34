"""The files of `sql/`: where they lie, and what each of them says.

A file holds one statement under a header of comments. Nothing is run here: `migrations.py` applies what makes the
warehouse, `query_execution.py` runs what `sql/quality` holds.
"""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SqlFile:
    """One file: its name below `sql/` without the ending (`mart/55_baskets`), its header as text, its statement."""

    name: str
    description: str
    statement: str


def sql_folder() -> Path:
    """The folder `sql/`: inside the package when it is installed, at the top of the checkout otherwise."""
    package = Path(__file__).parents[1]
    for folder in (package / "sql", package.parent / "sql"):
        if (folder / "raw").is_dir():
            return folder
    raise FileNotFoundError(f"the folder sql/ is neither in {package} nor beside it: install shop_assets again")


def read_folder(folder: str) -> list[SqlFile]:
    """The files of `sql/<folder>` in the order of their names."""
    return [read_file(path, f"{folder}/{path.stem}") for path in sorted((sql_folder() / folder).glob("*.sql"))]


def read_file(path: Path, name: str) -> SqlFile:
    """A file taken apart. Comments stand on lines of their own at the top; others stay in the statement."""
    header: list[str] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    while lines and (lines[0].startswith("--") or not lines[0].strip()):
        header.append(lines.pop(0).removeprefix("--").strip())
    return SqlFile(name, "\n".join(header).strip(), "\n".join(lines).strip())


def normalised(statement: str) -> str:
    """A statement without comments and with single spaces: equal for files that ask for the same thing."""
    return re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", statement)).strip()
