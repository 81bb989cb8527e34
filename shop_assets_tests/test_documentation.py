"""What the documentation promises is true of the project as it lies."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("grafana/*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_of_the_project(page):
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert broken == []


def test_the_two_readmes_show_the_same_commands_links_and_number_of_headings():
    english, russian = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ru.md"))
    assert _commands(english) == _commands(russian) != []
    assert _links(english) == _links(russian) != set()
    assert _headings(english) == _headings(russian) > 0


def _commands(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


def _links(text: str) -> set[str]:
    return set(LINK.findall(text)) - {"README.md", "README.ru.md"}


def _headings(text: str) -> int:
    return len(re.findall(r"^#+ ", text, re.MULTILINE))
