import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.personal_data.normalisation import Normalised, normalise_email, normalise_phone

spaces = st.text(st.sampled_from(" \t\u00a0"), max_size=3)
mobiles = st.integers(9_000_000_000, 9_009_999_999).map(str)


def spellings(number: str) -> list[str]:
    a, b, c, d = number[:3], number[3:6], number[6:8], number[8:]
    return [
        f"+7-{a}-{b}-{c}-{d}",
        f"8 ({a}) {b} {c} {d}",
        number,
        f"7{number}",
        f"+7 {a} {b}-{c}-{d}",
        f"8{number}",
        f"+7({a}){b}{c}{d}",
        f"8-{a}-{b}-{c}{d}",
        f"тел. +7 {a} {b} {c} {d}",
    ]


@given(mobiles, spaces, spaces)
def test_every_spelling_of_a_phone_has_one_form(number: str, before: str, after: str) -> None:
    forms = {normalise_phone(before + spelling + after) for spelling in spellings(number)}
    assert forms == {Normalised(f"+7{number}", is_normal=True)}


@given(mobiles)
def test_a_form_is_its_own_form(number: str) -> None:
    assert normalise_phone(f"+7{number}").text == f"+7{number}"


def test_an_extension_and_another_country_keep_what_distinguishes_them() -> None:
    assert normalise_phone("+7 495 123-45-67 доб. 12").text == "+74951234567;ext=12"
    assert normalise_phone("+49 30 901820").text == "+4930901820"


@pytest.mark.parametrize("text", ["123", "нет", "+7 900", "+79001234567, +79017654321", "00000000000", "-", "+7" * 300])
def test_what_is_no_phone_stays_trimmed_as_it_lay(text: str) -> None:
    assert normalise_phone(f"  {text} ") == Normalised(text, is_normal=False)


@given(st.text(max_size=60))
def test_no_text_stops_the_normalisation_of_a_phone(text: str) -> None:
    normalise_phone(text)


@given(st.text(max_size=60))
def test_no_text_stops_the_normalisation_of_an_email(text: str) -> None:
    normalise_email(text)


@given(st.from_regex(r"[a-z][a-z0-9_]{0,10}(\.[a-z0-9]{1,5})?@[a-z]{1,10}\.(ru|com|org)", fullmatch=True), st.data())
def test_letter_case_and_spaces_of_an_email_do_not_count(address: str, data: st.DataObject) -> None:
    upper = data.draw(st.lists(st.booleans(), min_size=len(address), max_size=len(address)))
    spelled = "".join(c.upper() if up else c for c, up in zip(address, upper, strict=True))
    assert normalise_email(f" {spelled}\t") == Normalised(address, is_normal=True)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("User@Corp.Local", "user@corp.local"),
        ("Иван@Пример.РФ", "иван@пример.рф"),
        ("a@xn--e1afmkfd.xn--p1ai", "a@пример.рф"),
    ],
)
def test_inside_and_international_addresses_have_one_form_too(text: str, form: str) -> None:
    assert normalise_email(text) == Normalised(form, is_normal=True)


@pytest.mark.parametrize("text", ["Not An Email", "a b@c.ru", "Ivan <Ivan@b.ru>", "a@b@c.ru, d@e.ru", "@"])
def test_what_is_no_email_stays_trimmed_as_it_lay(text: str) -> None:
    assert normalise_email(f" {text} ") == Normalised(text, is_normal=False)
