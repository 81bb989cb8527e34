"""Random documents and random damage, a few hundred at a time through the whole chain."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shop_assets.settings import Settings
from shop_assets_tests.bad_input import chain
from shop_assets_tests.bad_input.delivery import document, lines, text
from shop_assets_tests.bad_input.nasty_values import DATES, IDS, NUMBERS
from shop_assets_tests.bad_input.wrong_fields import GONE, paths, put
from shop_assets_tests.isolation import empty_warehouse, isolated
from shop_assets_tests.warehouse.dirty_documents import CLEAN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

DOCUMENTS = 300

# Unassigned characters are left out: whether they have a lower case depends on the year of the Unicode tables.
texts = st.text(st.characters(exclude_categories=("Cn",)), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**66), 2**66)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.sampled_from([*DATES, *NUMBERS, *IDS, GONE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def documents(draw: st.DrawFn, kind: str) -> bytes:
    """The text of a document with some fields spoiled; of one in ten, some bytes too."""
    whole = document(kind, "@")
    for path in draw(st.lists(st.sampled_from(list(paths(whole))), max_size=3, unique=True)):
        _spoil(whole, path, draw(values))
    told = text(whole).replace(b"\n", b" ")
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(told) - 1))
        told = told[:at] + draw(st.binary(max_size=3)).replace(b"\n", b" ") + told[at + draw(st.integers(0, 4)) :]
    return told


def _spoil(whole: dict[str, Any], path: tuple[str | int, ...], value: Any) -> None:
    try:
        put(whole, path, value)
    except (KeyError, IndexError, TypeError):  # what held the field was spoiled before
        return


@pytest.mark.parametrize("kind", list(CLEAN))
@given(data=st.data())
@hypothesis_settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_random_documents_are_found_again_as_the_documentation_says(
    stack_settings: Settings, kind: str, data: st.DataObject
) -> None:
    settings = isolated(stack_settings)
    empty_warehouse(settings)
    told = data.draw(st.lists(documents(kind), min_size=DOCUMENTS, max_size=DOCUMENTS))
    told = [line.replace(b'"@"', json.dumps(f"random-{number}").encode()) for number, line in enumerate(told)]
    delivered = [lines(kind, "random.jsonl", told)]
    chain.deliver(settings, ((thing.key, thing.content) for thing in delivered))
    driven = chain.drive(settings)
    assert driven.loads[kind].read == DOCUMENTS
    assert chain.problems(delivered, chain.find(settings)) == []
