import itertools
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.landing.files.splitting import (
    KEPT_BYTES,
    MAX_DOCUMENT_BYTES,
    TRAILING_TEXT,
    UNCLOSED_ARRAY,
    CutOffError,
    array_elements,
    lines,
    sequence,
)
from shop_assets_tests.landing.conftest import unhurried

TEXTS = st.text(alphabet=st.sampled_from('"\\[]{},: \naя🥖'), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def in_chunks(data, text: bytes) -> list[bytes]:
    """The same bytes, cut anywhere: within strings, escapes and letters."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@unhurried
@given(st.lists(VALUES, max_size=6), st.booleans(), st.data())
def test_the_elements_of_an_array_are_those_that_json_finds_however_the_bytes_are_cut(values, is_indented, data):
    text = json.dumps(values, ensure_ascii=False, indent=2 if is_indented else None).encode()
    texts = list(array_elements(in_chunks(data, text)))
    assert [json.loads(text.text) for text in texts] == values
    assert [text.position for text in texts] == list(range(1, len(values) + 1))
    assert all(text.fault is None for text in texts)


@unhurried
@given(
    st.lists(VALUES.filter(lambda value: isinstance(value, dict)), max_size=6),
    st.sampled_from([b"", b"\n", b",\n", b" , ", b"\r\n\x1e"]),
    st.booleans(),
    st.data(),
)
def test_documents_one_after_another_are_found_however_the_bytes_are_cut(values, between, is_indented, data):
    text = between.join(
        json.dumps(value, ensure_ascii=False, indent=2 if is_indented else None).encode() for value in values
    )
    texts = list(sequence(in_chunks(data, text)))
    assert [json.loads(text.text) for text in texts] == values
    assert [text.position for text in texts] == list(range(1, len(values) + 1))


@unhurried
@given(st.binary(max_size=300), st.data())
def test_a_sequence_is_cut_in_the_same_places_however_its_bytes_arrive(text, data):
    whole = b'{"a": 1}' + text
    assert list(sequence(in_chunks(data, whole))) == list(sequence([whole]))


@unhurried
@given(st.lists(VALUES.filter(lambda value: isinstance(value, dict)), min_size=1, max_size=6), st.data())
def test_a_cut_array_gives_the_elements_before_the_cut_and_one_fault(values, data):
    texts = [json.dumps(value).encode() for value in values]
    whole = b"[" + b",".join(texts) + b"]"
    cut = data.draw(st.integers(1, len(whole) - 1))
    ends = itertools.accumulate(len(text) + 1 for text in texts)
    *before, rest = array_elements(in_chunks(data, whole[:cut]))
    assert [json.loads(text.text) for text in before] == values[: sum(end <= cut for end in ends)]
    assert rest.fault == UNCLOSED_ARRAY


@unhurried
@given(st.binary(max_size=300), st.data())
def test_no_bytes_at_all_make_the_cutting_of_an_array_fail(text, data):
    texts = list(array_elements(in_chunks(data, b"[" + text)))
    assert [text.position for text in texts] == list(range(1, len(texts) + 1))


def test_text_after_the_end_of_an_array_is_one_fault():
    one, rest = array_elements([b'[{"a":1}] {"b', b'":2}, ]['])
    assert (one.text, one.fault) == (b'{"a":1}', None)
    assert (rest.text, rest.fault) == (b'{"b":2}, ][', TRAILING_TEXT)


def test_an_element_with_a_wrong_bracket_does_not_cost_its_neighbours():
    texts = list(array_elements([b'[{"a":1], {"b":2}, nonsense, {"c":3}]']))
    assert [text.text for text in texts] == [b'{"a":1]', b'{"b":2}', b"nonsense", b'{"c":3}']


@unhurried
@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.data())
def test_lines_keep_their_numbers_and_blank_ones_are_passed_over(rows, data):
    texts = list(lines(in_chunks(data, b"\n".join(rows))))
    expected = [(number, row.strip(b" \t\r")) for number, row in enumerate(rows, start=1) if row.strip(b" \t\r")]
    assert [(text.position, text.text) for text in texts] == expected


def test_chunks_that_are_cut_off_give_the_whole_lines_and_the_rest_as_a_fault():
    def chunks():
        yield b'{"a":1}\n{"b":2}\n{"c"'
        raise CutOffError("damaged")

    assert [(text.text, text.fault) for text in lines(chunks())] == [
        (b'{"a":1}', None),
        (b'{"b":2}', None),
        (b'{"c"', "damaged"),
    ]


@pytest.mark.parametrize("cutter", [lines, array_elements, sequence])
def test_a_document_of_any_size_is_cut_in_bounded_memory_and_what_follows_it_is_found(cutter):
    chunk = b"x" * 1024 * 1024

    def chunks():
        yield b'{"a": "' if cutter is sequence else b'[{"a": "'
        for _ in range(64):
            yield chunk
        yield b'"},\n{"b": 2}' + (b"]" if cutter is array_elements else b"")

    tracemalloc.start()
    large, small = cutter(chunks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert large.is_too_large
    assert large.size > 64 * 1024 * 1024
    assert len(large.text) == KEPT_BYTES
    assert small.text == b'{"b": 2}'
    assert peak < 3 * MAX_DOCUMENT_BYTES
