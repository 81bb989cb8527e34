import contextlib
import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.landing.files.parsing import (
    BAD_NUMBER,
    NOT_AN_OBJECT,
    NOT_JSON,
    NOT_UTF8,
    TOO_DEEP,
    UnreadableError,
    parse_delivered,
    parse_document,
)
from shop_assets_tests.landing.conftest import unhurried

TEXTS = st.text(max_size=10)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
DOCUMENTS = st.dictionaries(
    TEXTS,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=5,
)


@unhurried
@given(DOCUMENTS)
def test_a_document_is_read_as_it_was_written(document):
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False)):
        parsed = parse_document(text.encode())
        assert parsed == document
        assert list(parsed) == list(document)


@unhurried
@given(st.binary(max_size=200) | DOCUMENTS.map(lambda document: json.dumps(document).encode()[:-1]))
def test_whatever_the_bytes_are_they_are_a_document_or_unreadable(text):
    with contextlib.suppress(UnreadableError):
        assert isinstance(parse_document(text), dict)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", NOT_JSON),
        (b"{", NOT_JSON),
        (b'{"a":1} {"b":2}', NOT_JSON),
        (b"{'a': 1}", NOT_JSON),
        (b'{"a": 1,}', NOT_JSON),
        (b'{"a": "line\nbreak"}', NOT_JSON),
        (b'{"a": \x00}', NOT_JSON),
        (b'{"a": 01}', NOT_JSON),
        ('{"имя": "я"}'.encode("cp1251"), NOT_UTF8),
        ('{"имя": "я"}'.encode("utf-16"), NOT_UTF8),
        ('{"имя": "я"}'.encode("utf-32"), NOT_UTF8),
        ('{"a": "я"}'.encode("utf-16-le"), NOT_JSON),  # without a mark these bytes are UTF-8, full of NULs
        ('{"a": "\ud83e"}'.encode("utf-8", "surrogatepass"), NOT_UTF8),
        (b'{"a": NaN}', BAD_NUMBER),
        (b'{"a": -Infinity}', BAD_NUMBER),
        (b'{"a": 1e400}', BAD_NUMBER),
        (b'{"a": [-1E+999]}', BAD_NUMBER),
        (b'{"a": ' + b"9" * 5000 + b"}", BAD_NUMBER),
        (b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, TOO_DEEP),
        (b"[" * 100_000, TOO_DEEP),
        (b"[]", NOT_AN_OBJECT),
        (b'"text"', NOT_AN_OBJECT),
        (b"null", NOT_AN_OBJECT),
        (b"42", NOT_AN_OBJECT),
    ],
)
def test_what_is_no_document_is_unreadable_with_its_reason(text, reason):
    with pytest.raises(UnreadableError) as caught:
        parse_document(text)
    assert caught.value.reason == reason


def test_fields_that_are_there_twice_are_compared_once_and_no_other():
    text = json.dumps({"x": "y" * 2_000_000}).encode()
    for _ in range(200):
        text = b'{"a": 1, "a": 1.0, "b": ' + text + b"}"
    began = time.process_time()
    assert not parse_delivered(text).has_repeats
    assert time.process_time() - began < 2  # it took half a minute


def test_values_of_a_field_that_is_there_twice_are_compared_once_however_deep_they_are():
    deep = "[" * 400 + ",".join(map(str, range(1000, 200_000))) + "]" * 400
    began = time.process_time()
    assert not parse_delivered(f'{{"a": {deep}, "a": {deep}}}'.encode()).has_repeats
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        *(("true", "true", True), ("true", "false", False), ("true", "1", False), ("0", "false", False)),
        *(("1", "1.0", True), ("null", "null", True), ("null", "0", False), ("[true]", "[true]", True)),
        *(("[1]", "[true]", False), ("[1]", "[1, 2]", False), ("[]", "{}", False), ('{"x": 1}', '{"x": true}', False)),
        *(('{"x": 1, "y": [2]}', '{"y": [2.0], "x": 1}', True), ('{"x": 1}', '{"y": 1}', False), ('"1"', "1", False)),
    ],
)
def test_a_field_is_there_twice_with_one_value_if_json_has_it_as_one(one, other, is_same):
    for text in (f'{{"a": {one}, "a": {other}}}', f'{{"a": {{"b": {one}}}, "a": {{"b": {other}}}}}'):
        assert parse_delivered(text.encode()).has_repeats is not is_same


def test_a_reason_quotes_nothing_of_the_text():
    for text in (b'{"phone": "+79001234567" "email": 1}', b'{"email": ivan@example.com}', b'"+79001234567"'):
        with pytest.raises(UnreadableError) as caught:
            parse_document(text)
        assert "900" not in str(caught.value)
        assert "ivan" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', 1),
        (b' \r\n{"a": 1}\t', 1),
        (b'{"a": "\\ud83e"}', "\ud83e"),
        (b'{"a": "\\ud83e\\udd56"}', "🥖"),
        (b'{"a": 123456789012345678901234567890}', 123456789012345678901234567890),
        (b'{"a": 1, "a": 2}', 2),
        (b'{"a": "\\u0000"}', "\x00"),
    ],
)
def test_what_json_allows_is_read_and_left_for_the_document_store_to_judge(text, value):
    assert parse_document(text) == {"a": value}


def test_whole_numbers_stay_whole_and_others_become_floats():
    parsed = parse_document(b'{"a": 1, "b": 1.0, "c": 1e2, "d": 129.90, "e": 1e-400}')
    assert [(value, type(value)) for value in parsed.values()] == [
        (1, int),
        (1.0, float),
        (100.0, float),
        (129.9, float),
        (0.0, float),
    ]
    assert not any(math.isinf(value) for value in parsed.values())
