"""The names of assets and checks are in `asset_keys.py` only: a message must not repeat them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import AssetKey

import shop_assets
from shop_assets.build import build_definitions
from shop_assets.documents.kinds import KINDS
from shop_assets.orchestration import asset_keys
from shop_assets.settings import Settings

PACKAGE = Path(shop_assets.__file__).parent
GROUPS = "_GROUP"  # their names are ordinary words
KEYS = [value for value in vars(asset_keys).values() if isinstance(value, AssetKey)]
NAMES = sorted(
    {key.to_user_string() for key in (*KEYS, *asset_keys.RAW_JSON.values())}
    | {
        value
        for name, value in vars(asset_keys).items()
        if name.isupper() and isinstance(value, str) and not name.endswith(GROUPS)
    }
    | {name(kind) for kind in KINDS for name in (asset_keys.count_check, asset_keys.duplicate_ratio_check)}
)
NAME = re.compile(rf"(?<![\w.])({'|'.join(NAMES)})(?!\w)")  # `shop_assets.clickhouse_raw` is Kafka's consumer group
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if path != Path(asset_keys.__file__))


def repeated(source: str) -> Iterator[str]:
    """The line and the name of every string with a name in it; docstrings may have them."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from (f"{node.lineno}: {name}" for name in NAME.findall(node.value))


def test_every_asset_is_listed_after_those_that_it_is_made_from(stack_settings: Settings) -> None:
    graph = build_definitions(stack_settings).resolve_asset_graph()
    assert sorted(asset_keys.ALL_ASSETS) == sorted(graph.materializable_asset_keys)
    place = {key: number for number, key in enumerate(asset_keys.ALL_ASSETS)}
    for key in asset_keys.ALL_ASSETS:
        assert all(place[parent] < place[key] for parent in graph.get(key).parent_keys), key


def test_no_string_repeats_the_name_of_an_asset_or_of_a_check() -> None:
    found = {str(path.relative_to(PACKAGE)): [*repeated(path.read_text(encoding="utf-8"))] for path in SOURCES}
    assert not {path: names for path, names in found.items() if names}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('"materialize clickhouse_raw again"', []),
        ('message = "materialize clickhouse_raw again"', ["1: clickhouse_raw"]),
        ('message = f"{day}: see raw_stores_json, stores_count"', ["1: raw_stores_json", "1: stores_count"]),
        ('group = "shop_assets.clickhouse_raw"', []),
        ('table = "clickhouse_raw_rows"', []),
    ],
)
def test_a_name_within_a_string_is_found(source: str, names: list[str]) -> None:
    assert list(repeated(source)) == names
