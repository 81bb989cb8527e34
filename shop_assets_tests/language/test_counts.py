"""A number and the noun that it counts agree, in every text."""

import ast
import re
from collections.abc import Iterator

import pytest

from shop_assets.language.counts import counted
from shop_assets_tests.language.texts import PACKAGE

NOUNS = (
    "amounts|bytes|checks|ciphertexts|columns|copies|customers|days|documents|erasures|events|features|fields|files|"
    "ids|keys|lines|messages|names|numbers|objects|offsets|ones|pages|pairs|phones|products|purchases|records|rejects|"
    "requests|rows|runs|statements|steps|stores|texts|topics|values|violations|warnings"
)
COUNT_AND_NOUN = re.compile(rf" (?:[a-z-]+ ){{0,2}}(?:{NOUNS})\b")
OF_SOMETHING_ELSE = re.compile(r"^ (?:and|are|for|from|has|have|in|is|names|of|or|that|to|with)\b")
"""What follows a name, not a number: "the topic … has 3 partitions"."""


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 documents"), (1, "1 document"), (2, "2 documents"), (1234, "1,234 documents")]
)
def test_a_noun_has_the_form_of_its_number(number: int, text: str) -> None:
    assert counted(number, "document") == text


def test_a_verb_goes_with_its_noun() -> None:
    differ = ("document differs", "documents differ")
    assert [counted(number, *differ) for number in (1, 3)] == ["1 document differs", "3 documents differ"]


def test_no_text_puts_a_plural_behind_any_number() -> None:
    found = [
        f"{module.relative_to(PACKAGE)}:{line}: …{text}"
        for module in sorted(PACKAGE.rglob("*.py"))
        if module.parent.name != "clickhouse_front"  # it answers as ClickHouse does, in large numbers
        for line, text in _counts(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert found == [], "write it with shop_assets.language.counts.counted"


def _counts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What follows the values in formatted texts and is the plural of something that is counted."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, after in zip(node.values, node.values[1:], strict=False):
            if not (isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant)):
                continue
            is_limit = any(isinstance(part, ast.Name) and part.id.isupper() for part in ast.walk(value.value))
            text = str(after.value)
            if COUNT_AND_NOUN.match(text) and not OF_SOMETHING_ELSE.match(text) and not is_limit:
                yield value.lineno, text
