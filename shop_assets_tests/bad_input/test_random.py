"""Random documents with random damage, some hundreds at a time through the whole pipeline."""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from shop_assets.settings import Settings
from shop_assets_tests.bad_input import pipeline
from shop_assets_tests.bad_input.bad_values import DATES, IDS, NUMBERS
from shop_assets_tests.bad_input.delivery import document, lines, text
from shop_assets_tests.bad_input.wrong_fields import GONE, WRONG, paths, put
from shop_assets_tests.warehouse.dirty_documents import CLEAN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

DOCUMENTS = 1_000
LETTERS = [chr(code) for block in ((0, 0x600), (0x2000, 0x2100), (0xFE00, 0xFE10)) for code in range(*block)]


def value(random: Random, depth: int = 0) -> Any:
    made = random.choice(LEAVES if depth == LEVELS else [*LEAVES, *CONTAINERS])
    return made(random, depth)


def no_phone(number: int) -> int:
    """A number that could be a mobile phone is encrypted: other tests are about that."""
    return number // 1000 if re.fullmatch("[78]?9[0-9]{9}", str(number)) else number


LEVELS = 3
LEAVES: list[Callable[[Random, int], Any]] = [
    lambda random, _: random.choice([None, True, False, GONE]),
    lambda random, _: no_phone(random.randint(-(2**66), 2**66) >> random.randrange(66)),
    lambda random, _: random.uniform(-1, 1) * 10.0 ** random.randint(-30, 30),
    lambda random, _: random.choice([*WRONG.values()]),
    lambda random, _: "".join(random.choices(LETTERS, k=random.randrange(12))),
    lambda random, _: random.choice([*DATES, *NUMBERS, *IDS]),
]
CONTAINERS: list[Callable[[Random, int], Any]] = [
    lambda random, depth: [value(random, depth + 1) for _ in range(random.randrange(3))],
    lambda random, depth: {str(value(random, LEVELS)): value(random, depth + 1) for _ in range(random.randrange(3))},
]


def spoiled(kind: str, number: int, random: Random) -> bytes:
    """The text of a document with some fields spoiled; of one in ten, some bytes too."""
    whole = document(kind, f"random-{number}")
    ways = list(paths(whole))
    for way in random.sample(ways, random.randrange(4)):
        try:
            put(whole, way, value(random))
        except (KeyError, IndexError, TypeError):  # what held the field was spoiled before
            continue
    content = json.dumps(whole).encode() if random.random() < 0.1 else text(whole)
    if random.random() < 0.1:
        at = random.randrange(len(content))
        content = content[:at] + random.randbytes(random.randrange(4)) + content[at + random.randrange(4) :]
    return content.replace(b"\n", b"~")


@pytest.mark.parametrize("kind", list(CLEAN))
@pytest.mark.parametrize("seed", range(5))
def test_random_documents_are_found_again_as_the_documentation_says(
    stack_settings: Settings, kind: str, seed: int
) -> None:
    random = Random(seed)
    delivered = [lines(kind, "random.jsonl", [spoiled(kind, number, random) for number in range(DOCUMENTS)])]
    with pipeline.own_shop(stack_settings) as settings:
        pipeline.deliver(settings, ((thing.key, thing.content) for thing in delivered))
        assert pipeline.run_pipeline(settings).loads[kind].read == DOCUMENTS
        problems = pipeline.problems(delivered, pipeline.find(settings))
    assert not problems, "\n".join(problem[:400] for problem in problems)
