"""The templates of sql/: every one is rendered, and what one may use is defined."""

from pathlib import Path

import pytest
import sqlfluff
from jinja2 import UndefinedError

from shop_assets.documents.kinds import KINDS, PRODUCTS
from shop_assets.warehouse.statements import sql_lint, sql_templates
from shop_assets.warehouse.statements.migrations import FOLDERS
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.sql_templates import SqlFile, normalised, read_file, read_folder

STATEMENTS = [
    file for folder in sorted({*FOLDERS, *sql_lint.linted_folders()}) for file in read_folder(folder, sql_lint.EXAMPLES)
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder sql/ of the test's own."""
    monkeypatch.setattr(sql_templates, "sql_folder", lambda: tmp_path)
    (tmp_path / "quality").mkdir()
    return tmp_path


def test_every_folder_is_rendered_but_the_macros():
    folders = {path.name for path in sql_templates.sql_folder().iterdir() if path.is_dir()}
    assert folders - {file.path.partition("/")[0] for file in STATEMENTS} == {"macros"}


@pytest.mark.parametrize("file", STATEMENTS, ids=lambda file: file.name)
def test_every_file_is_rendered_without_a_remainder(file: SqlFile):
    assert file.description
    assert file.statement
    for cluster in (None, "shop"):
        assert not {"{{", "}}", "{%", "%}", "{#"} & set(file.statement_on(cluster).split())
        assert "{{" not in file.statement_on(cluster)
        assert "{%" not in file.statement_on(cluster)


def test_a_file_for_each_kind_makes_a_statement_for_each(folder: Path):
    (folder / "quality" / "one.sql").write_text("-- Rows.\n-- For each kind\nSELECT '{{ kind.name }}' AS kind\n")
    files = read_folder("quality")
    assert [file.name for file in files] == [f"quality/one/{kind.name}" for kind in KINDS]
    assert [file.statement for file in files] == [f"SELECT '{kind.name}' AS kind" for kind in KINDS]
    assert load_query("quality/one", PRODUCTS).statement == "SELECT 'products' AS kind"


def test_parameters_of_clickhouse_stay_beside_variables(folder: Path):
    (folder / "quality" / "one.sql").write_text("-- Rows.\nSELECT {x{{ number }}:UInt8} FROM {{ table }}\n")
    assert read_file("quality/one", number=3, table="t").statement == "SELECT {x3:UInt8} FROM t"


def test_a_name_that_is_not_defined_is_an_error(folder: Path):
    (folder / "quality" / "one.sql").write_text("-- Rows.\nSELECT {{ colunm }}\n")
    with pytest.raises(UndefinedError, match="colunm"):
        assert read_file("quality/one").statement


def test_hyphens_in_a_text_of_a_statement_are_no_comment():
    assert normalised("SELECT  '--', 'it\\'s --' -- it's one\n, 'b'") == "SELECT '--', 'it\\'s --' , 'b'"
    assert normalised("SELECT 1 -- a 'text\nFROM x  -- '--'") == "SELECT 1 FROM x"


def test_a_violation_leads_to_the_file_and_the_line(folder: Path):
    (folder / "quality" / "one.sql").write_text(
        "-- Rows.\n-- For each kind\n{% set table = 'raw.' ~ kind.name %}\nselect id FROM {{ table }}\n"
    )
    (file, *_) = read_folder("quality")
    assert sqlfluff.lint(file.text, dialect="clickhouse")
    (violation,) = sql_lint.lint(file)
    assert violation.startswith("sql/quality/one.sql (stores): rendered line 3: CP01")
    assert violation.endswith("| select id FROM raw.stores")
