"""What the documentation promises is true of the files of the project."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from shop_assets.build import build_definitions
from shop_assets.cli.application import app
from shop_assets.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("grafana/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]+)?\)")
SECTION = re.compile(r"(docs/\w+\.md)`?,? (?:section )?[\"(]*([A-Z][a-z]+[\w ,-]*?)[\")]")
"""A section that code names: `docs/mapping.md`, section "Extended JSON"; (docs/cleaning.md, Amounts)."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_of_the_project_and_to_a_heading_of_it(page):
    found = [(page.parent / link if link else page, anchor) for link, anchor in LINK.findall(_text(page))]
    assert [path for path, _ in found if not path.exists()] == []
    assert [(path, anchor) for path, anchor in found if anchor and anchor not in _anchors(path.resolve())] == []


@pytest.mark.parametrize(
    "russian", [page for page in PAGES if page.name.endswith(".ru.md")], ids=lambda page: page.name
)
def test_a_russian_page_shows_the_same_as_its_english_sibling(russian):
    english = russian.with_name(russian.name.replace(".ru.md", ".md"))
    assert _commands(_text(english)) == _commands(_text(russian))
    assert _links(english) == _links(russian) != set()
    assert _headings(_text(english)) == _headings(_text(russian)) > 0
    assert _table_codes(_text(english)) == _table_codes(_text(russian))
    assert russian.name in _text(english)
    assert english.name in _text(russian)


def test_every_section_that_the_code_names_is_a_heading_of_its_page():
    files = [path for folder in ("shop_assets", "shop_assets_tests", "sql") for path in (ROOT / folder).rglob("*.*")]
    texts = [re.sub(r"\s*\n\s*(?:--|#)?\s*", " ", _text(path)) for path in files if path.suffix in (".py", ".sql")]
    named = [names for text in texts for names in SECTION.findall(text)]
    assert [names for names in named if not re.search(rf"^#+ {names[1]}$", _text(ROOT / names[0]), re.MULTILINE)] == []
    assert len(named) > 10


@pytest.mark.parametrize("start", ["README.md", "README.ru.md"])
def test_a_reader_who_follows_links_from_the_readme_comes_to_every_page(start):
    reached, waiting = set(), [ROOT / start]
    while waiting:
        page = waiting.pop()
        if page.suffix == ".md" and page not in reached:
            reached.add(page)
            waiting += [(page.parent / link).resolve() for link, _ in LINK.findall(_text(page)) if link]
    assert {page for page in PAGES if page not in reached} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_line_of_prose_is_longer_than_the_lines_of_the_code(page):
    prose = re.sub(r"```.*?```", "", _text(page), flags=re.DOTALL).splitlines()
    assert [line for line in prose if len(line) > 120 and not line.startswith(("|", "!"))] == []


def test_every_check_is_reported_what_to_do_about(stack_settings: Settings):
    keys = build_definitions(stack_settings).resolve_asset_graph().asset_check_keys
    section = _text(ROOT / "docs" / "operations.md").partition("\n## A failed check\n")[2].partition("\n## ")[0]
    assert {key.name for key in keys} - set(re.findall(r"`(\w+)`", section)) == set()
    assert len(keys) > 20


def test_the_source_tree_lists_the_layers_of_import_linters_contract_in_their_order():
    configuration = tomllib.loads(_text(ROOT / "pyproject.toml"))
    layers = next(c for c in configuration["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    section = _text(ROOT / "docs" / "architecture.md").partition("\n## Source tree\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)(?:/|\.py)` \|", section, re.MULTILINE)
    assert listed == [module for layer in layers for module in layer.split(" | ")]


def test_every_command_is_documented_with_each_of_its_options():
    pages = [_text(page) for page in PAGES]
    options = list(_options(typer.main.get_command(app), "shop"))
    missing = [
        option for option in options if not any(all(re.search(rf"{word}\b", text) for word in option) for text in pages)
    ]
    assert missing == []
    assert len(options) > 30


def test_every_target_of_the_makefile_is_in_some_page():
    written = "\n".join(_text(page) for page in PAGES)
    targets = re.findall(r"^([\w-]+):.*##", _text(ROOT / "Makefile"), re.MULTILINE)
    assert [target for target in targets if not re.search(rf"\bmake {target}\b", written)] == []
    assert len(targets) > 10


@pytest.mark.parametrize("page", ["server.md", "server.ru.md"])
def test_a_shell_reads_every_value_of_the_file_of_settings_whole(page):
    block = next(text for text in _blocks(ROOT / "docs" / page, "ini") if text.startswith("SHOP_"))
    expected = dict(line.split("=", 1) for line in block.replace("'", "").splitlines())
    script = f"set -a\n{block}\nset +a\nenv"
    output = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout
    loaded = dict(line.split("=", 1) for line in output.splitlines())
    assert {name: loaded.get(name) for name in expected} == expected


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", _text(page), re.DOTALL | re.MULTILINE)


def _options(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """Every command with each option that it has."""
    if hasattr(command, "commands"):  # a group: of click, or of typer's own copy of it
        for word, inner in command.commands.items():
            yield from _options(inner, f"{name} {word}")
        return
    yield name, ""
    for parameter in command.params:
        if parameter.param_type_name == "option":
            yield from ((name, option) for option in parameter.opts)


@cache
def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", _text(page), flags=re.DOTALL), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _commands(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


def _links(page: Path) -> set[str]:
    """The links of a page without their anchors, which differ between languages, and without those to its sibling."""
    links = {link.replace(".ru.md", ".md") for link, _ in LINK.findall(_text(page))}
    return links - {"", page.name.replace(".ru.md", ".md")}


def _table_codes(text: str) -> list[list[str]]:
    """What stands in code in each row of the tables: names, values and reasons, which are not translated."""
    return [sorted(re.findall(r"`([^`]+)`", row)) for row in re.findall(r"^\|.*$", text, re.MULTILINE)]


def _headings(text: str) -> int:
    return len(re.findall(r"^#+ ", text, re.MULTILINE))
