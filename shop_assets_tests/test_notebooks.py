"""The notebooks: kept without outputs, and run from top to bottom on the embedded stack."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from shop_assets.settings import STACK_ENV, Settings
from shop_assets_tests import whole_run
from shop_assets_tests.isolation import empty_warehouse

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Settings:
    """The stack's own buckets and topics, which a notebook finds by itself, after one run of everything."""
    empty_warehouse(stack_settings)
    assert whole_run.run(stack_settings, {}).success
    return stack_settings


def test_there_are_four_notebooks():
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_explains_itself_and_keeps_no_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_shows_no_phone_or_mail(path: Path, shop: Settings):
    assert (shop.home / STACK_ENV).is_file()  # the kernel, a process of its own, finds the stack by SHOP_HOME
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = str([cell.get("outputs") for cell in notebook.cells])
    assert re.findall(r"\+7[\d ()-]{10,}|[\w.+-]+@[\w-]+\.\w+", shown) == []
