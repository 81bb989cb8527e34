"""Phones and e-mails in texts of our own, however they are spelled and encoded; counts and hashes beside them stay."""

import html
import json
import re
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.personal_data.contacts import without_contacts

GROUPS = ("912", "555", "02", "12")
SEPARATORS = ("", " ", "-", ",", "|", "~", ":", ";", ".", "/", "\n", "\u00a0", "\u2011", "·", "\\n", "_")
ENCODINGS = (
    str,
    quote,
    lambda text: quote(quote(text)),
    lambda text: json.dumps(text)[1:-1],
    lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    lambda text: html.escape("".join(f"&#x{ord(letter):x};" for letter in text)),
    lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
)
ADDRESSES = (
    "ivan@mail.ru", '"petr 33"@leak.ru', r"\"petr 33\"@leak.ru", "o'neil@mail.ru", "john.o'neil@mail.ru",
    "ivan/petrov@mail.ru", "ivan@\nmail.ru", "ivan{at}mail.ru", "ivan (at) mail.ru", "ivan[at]mail.ru",
    "ivan<at>mail.ru", "ivan(собака)mail.ru", "ivan﹫mail.ru", "ivan＠mail.ru", "ivan&commat;mail.ru", "иван@почта.рф",
)  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("prefix", ["+7", "8", ""])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_phone_is_masked_whatever_is_between_its_groups(encoding: str, prefix: str, separator: str) -> None:
    phone = separator.join([prefix, *GROUPS] if prefix else GROUPS)
    shown = without_contacts(f"id: {encoding(phone)} end")  # type: ignore[operator]  # a function, for pytest's ids
    assert re.fullmatch(r"id: (\+|\(|%2B)?\*\*\* end", shown)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_masked_as_a_whole(encoding: str, address: str) -> None:
    assert without_contacts(f"id: {encoding(address)} end") == "id: *** end"  # type: ignore[operator]  # as above


@given(st.lists(st.sampled_from(["", " ", "-", ",", " | ", "~", ":", "\n", "()", ", ", "*"]), min_size=10, max_size=10))
def test_after_its_country_code_a_phone_may_be_cut_anywhere(separators: list[str]) -> None:
    digits = "".join(map("".join, zip(separators, "9125550212", strict=True)))
    assert "***" in (shown := without_contacts(f"id +7{digits} end"))
    assert not re.search(r"\d", shown)


@pytest.mark.parametrize("digits", ["٩١٢٥٥٥٠٢١٢", "９１２５５５０２１２", "९१२५५५०२१२"])
def test_digits_of_every_script_are_digits(digits: str) -> None:
    assert without_contacts(f"id {digits}") == "id ***"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "9876543210 bytes",
            "9876543210 B",
            "offset 9123456789",
            "offset=9123456789, lag: 9123456789",
            "9876543210 ms",
        ),
        *("offsets 9123456789 to 9123456799", "offset 9123456789 of 9123456799", "rows: 9123456789", "9876543210 байт"),
        *("9,876,543,210 rows", "[9, 12, 345, 6789]", "912, 555, 10, 12", "| 916 | 123 | 45 | 67 |"),
        *("a9161234567bcde1f2", "9f1612345678ab12", "part-00000-9a8b7c6d5e4f3a2b1c", "cityHash 9161234567891234567"),
        *("2026-01-31 10:20:30 9 rows", "ds=2026-01-31/part-00000.parquet", "100 % of 9", "a &amp; b", "%d rows"),
    ],
)
def test_counts_offsets_hashes_and_what_only_looks_encoded_stay(text: str) -> None:
    assert without_contacts(text) == text


def test_a_phone_delivered_as_an_amount_is_masked() -> None:
    assert without_contacts("92 purchases, 79,161,238,256 ₽") == "92 purchases, *** ₽"


def test_a_path_keeps_its_folders() -> None:
    assert without_contacts("s3://landing/customers/ivan@mail.ru") == "s3://landing/customers/***"
    assert without_contacts('{"e": "ivan@mail.ru"}') == '{"e": "***"}'


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 100_000, "a@" * 5_000, "9 " * 50_000, "'a" * 20_000 + "@b", '"' * 20_000 + "@", "abcdef0" * 20_000),
        *("%25" * 20_000, "x" * 20_000 + "@mail.ru", "+7" * 20_000, "9," * 20_000, "a'" * 20_000 + "@b"),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    without_contacts(text)
    assert time.process_time() - started < 5
