"""The files of `sql/`: where they are, what each says, and the statements that it makes.

A file has a header of comments and one statement. The statement is a Jinja template, in which these names are defined:

- `kinds`: the four kinds of document, for what repeats within a statement (`{% for kind in kinds %}`);
- `kind`: one of them, in a file whose header has the line `-- For each kind`, which makes a statement for each;
- `currency_words`, `mark_words`, `nothing`, `product_groups`, `truth_words`: modules of `shop_assets/documents/` with
  words that Python and MART share;
- `on_cluster`, `replicated` and `deduplication_window`: what differs on a cluster (`cluster.py`);
- what the header lists under `-- Variables:`; the code that runs the statement passes it.

Any other name is an error. ClickHouse's own parameters, `{name:Type}`, have single braces and stay. Nothing is run
here: `migrations.py` applies what makes the warehouse, `query_execution.py` runs the queries.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shop_assets.documents import currency_words, mark_words, nothing, product_groups, truth_words
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.warehouse.statements.cluster import template_variables

FOR_EACH_KIND: Final = "For each kind"
"""The line of a header that makes a file give one statement for each kind."""


_COMMENT: Final = re.compile(r"('(?:[^'\\]|\\.)*')|--[^\n]*")
"""A comment, or a text in which two hyphens begin none."""


@dataclass(frozen=True)
class SqlFile:
    """One statement of a file.

    Attributes:
        name: The statement's name: `mart/55_baskets`, or `raw/10_messages/stores` where the file makes one for each
            kind.
        path: The file, below `sql/` and without its ending: `raw/10_messages`.
        description: The header as text, without the comment signs.
        variables: What the template is rendered with, besides `kinds` and what differs on a cluster.
    """

    name: str
    path: str
    description: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def statement(self) -> str:
        """The statement for a single server.

        Raises:
            jinja2.UndefinedError: The template uses a name that is not defined.
        """
        return self.statement_on(None)

    def statement_on(self, cluster: str | None) -> str:
        """The statement for all servers of a cluster; for a single one without a cluster.

        Raises:
            jinja2.UndefinedError: The template uses a name that is not defined.
        """
        return _split_header(self._render(cluster))[1]

    @property
    def text(self) -> str:
        """The file as it is rendered for a single server, header included."""
        return self._render(None)

    @property
    def is_for_each_kind(self) -> bool:
        """Whether the file gives one statement for each kind."""
        return FOR_EACH_KIND in self.description.splitlines()

    def _render(self, cluster: str | None) -> str:
        template = _environment(sql_folder()).get_template(f"{self.path}.sql")
        return template.render(kinds=KINDS, **template_variables(cluster), **self.variables)


def sql_folder() -> Path:
    """The folder `sql/`: inside the package when it is installed, at the top of the checkout otherwise.

    Returns:
        The folder.

    Raises:
        FileNotFoundError: It is in neither place.
    """
    package = Path(__file__).parents[2]
    for folder in (package / "sql", package.parent / "sql"):
        if (folder / "raw").is_dir():
            return folder
    raise FileNotFoundError(f"the folder sql/ is neither in {package} nor beside it: install shop_assets again")


def read_folder(folder: str, variables: Mapping[str, Mapping[str, Any]] | None = None) -> list[SqlFile]:
    """The statements of `sql/<folder>`, in the order of the files' names and then of the kinds.

    Args:
        folder: A folder below `sql/`.
        variables: What the headers list under `Variables:`, by the files' paths; none where no header lists any.

    Returns:
        The statements; nothing is rendered yet.
    """
    given = variables or {}
    paths = [f"{folder}/{path.stem}" for path in sorted((sql_folder() / folder).glob("*.sql"))]
    return [statement for path in paths for statement in _statements(read_file(path, **given.get(path, {})))]


def read_file(path: str, kind: DocumentKind | None = None, **variables: Any) -> SqlFile:
    """One statement of one file.

    Args:
        path: The file, below `sql/` and without its ending: `quality/mart_documents`.
        kind: The kind, where the file makes a statement for each.
        variables: What the file's header lists under `Variables:`.

    Returns:
        The statement; nothing is rendered yet.

    Raises:
        FileNotFoundError: There is no such file.
    """
    text = (sql_folder() / f"{path}.sql").read_text(encoding="utf-8")
    of_kind = {} if kind is None else {"kind": kind}
    name = path if kind is None else f"{path}/{kind.name}"
    return SqlFile(name, path, _split_header(text)[0], {**of_kind, **variables})


def normalised(statement: str) -> str:
    """A statement without comments and with single spaces: equal for files that mean the same."""
    return re.sub(r"\s+", " ", _COMMENT.sub(lambda found: found[1] or "", statement)).strip()


def _statements(file: SqlFile) -> Iterator[SqlFile]:
    if file.is_for_each_kind:
        yield from (read_file(file.path, kind, **file.variables) for kind in KINDS)
    else:
        yield file


def _split_header(text: str) -> tuple[str, str]:
    """Header and statement. Comments on lines of their own at the top are the header; others stay in the statement."""
    header: list[str] = []
    lines = text.splitlines()
    while lines and (lines[0].startswith("--") or not lines[0].strip()):
        header.append(lines.pop(0).removeprefix("--").strip())
    return "\n".join(header).strip(), "\n".join(lines).strip()


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(  # noqa: S701  # this is SQL: nothing is escaped for HTML
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Globals, not variables of a statement: macros see them too.
    environment.globals.update(
        currency_words=currency_words,
        mark_words=mark_words,
        nothing=nothing,
        product_groups=product_groups,
        truth_words=truth_words,
    )
    return environment
