import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_assets.personal_data import normalisation
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


@given(mobiles, st.sampled_from(["", ";ext=12"]))
def test_a_form_is_its_own_form(number: str, extension: str) -> None:
    assert normalise_phone(f"+7{number}{extension}").text == f"+7{number}{extension}"


def test_an_extension_and_another_country_keep_what_distinguishes_them() -> None:
    assert normalise_phone("+7 495 123-45-67 доб. 12").text == "+74951234567;ext=12"
    assert normalise_phone("+49 30 901820").text == "+4930901820"


@pytest.mark.parametrize("text", ["123", "нет", "+7 900", "00000000000", "-", "+7" * 300, "ИНН 7701234567"])
def test_what_is_no_phone_stays_trimmed_as_it_lay(text: str) -> None:
    assert normalise_phone(f"  {text} ") == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text",
    [
        *("{}", "Иван {}", "{} (мама)", "моб. {}, Ivan", "tel:{}", "https://wa.me/{}", "\u200b{}\ufeff", "{}.", "{}.0"),
        *("{0}, {0}", "{0} / тел. {0}", "\u2009{}\u202f", "\u202a{}\u202c", "<{}>"),
    ],
)
def test_words_and_invisible_characters_around_a_phone_do_not_count(text: str) -> None:
    assert normalise_phone(text.format("79001234567")) == Normalised("+79001234567", is_normal=True)


@pytest.mark.parametrize("joint", [", ", "; ", " ", "/", " или ", "\n", " доб. ", ",", "x", " и "])
@pytest.mark.parametrize("second", ["+79017654321", "8 (901) 765-43-21", "9017654321", "765-43-21"])
def test_two_phones_in_a_field_are_irregular(joint: str, second: str) -> None:
    text = f"+7 900 123-45-67{joint}{second}"
    assert normalise_phone(text) == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text", ["+79001234567 (после 18)", "+7 495 123-45-67/68", "кв. 5, 89001234567", "+79001234567²3"]
)
def test_other_digits_beside_a_phone_make_it_irregular(text: str) -> None:
    assert normalise_phone(text) == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"{number}6{end}"
            for number in ("790012345", "8 900 123-45-", "моб. 8 900 123-45-")
            for end in ("/7", "(7)")
        ),
        *("7900123456-7", "7900123456–7", "7900123456.7", "7900123456 / 7", "790012345/67", "+7 900 123-45(67)"),
    ],
)
def test_two_last_digits_for_one_are_irregular(text: str) -> None:
    assert normalise_phone(text) == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text",
    ["8/900/123/45/67", "(900)/1234567", "(89001234567)", "8 900 123 45 6 7", "+7 900 123-45-67/", "8(900)1234567"],
)
def test_slashes_and_brackets_between_the_groups_of_a_phone_do_not_count(text: str) -> None:
    assert normalise_phone(text) == Normalised("+79001234567", is_normal=True)


@pytest.mark.parametrize("word", ["доб.", "доп.", "вн.", "внутр.", "ext", "x", "#"])
def test_every_word_for_an_extension_is_read(word: str) -> None:
    assert normalise_phone(f"8 (495) 123-45-67 {word} 12").text == "+74951234567;ext=12"


@given(st.text(max_size=60))
def test_any_text_can_be_normalised_as_a_phone_and_once_is_enough(text: str) -> None:
    once = normalise_phone(text).text
    assert normalise_phone(once).text == once


@given(st.text(max_size=60))
def test_any_text_can_be_normalised_as_an_email_and_once_is_enough(text: str) -> None:
    once = normalise_email(text).text
    assert normalise_email(once).text == once


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
        ("ｉｖａｎ@gmail.com", "ivan@gmail.com"),
        ("Ｉｖａｎ．７＠ｍａｉｌ．ｒｕ", "ivan.7@mail.ru"),
        ("𝐢𝐯𝐚𝐧@gmail.com", "ivan@gmail.com"),
    ],
)
def test_inside_and_international_addresses_have_one_form_too(text: str, form: str) -> None:
    assert normalise_email(text) == Normalised(form, is_normal=True)


@pytest.mark.parametrize(
    "text",
    [
        *("{}.", "почта:{}", "mailto:{}", "MAILTO: {}?subject=Hi", "{}\u200b", "\u00ad{}", "Иван <{}>", "'{}'"),
        *("({})", "e-mail:{}", "{} (рабочий)", "{0}; {0}", "{}, ", "https://example.com/?address={}", "Email {}!"),
    ],
)
def test_what_stands_around_an_email_does_not_count(text: str) -> None:
    assert normalise_email(text.format("Ivan@Example.com")) == Normalised("ivan@example.com", is_normal=True)


@pytest.mark.parametrize("text", ["O’Hara@Example.com", "o'hara@example.com", "Ольга <o’hara@example.com>"])
def test_the_apostrophe_of_typography_is_that_of_an_email(text: str) -> None:
    assert normalise_email(text) == Normalised("o'hara@example.com", is_normal=True)


@pytest.mark.parametrize("joint", [", ", ";", " ", "/", " или ", "\n", ","])
def test_two_emails_in_a_field_are_irregular(joint: str) -> None:
    text = f"ivan@b.ru{joint}petr@b.ru"
    assert normalise_email(text) == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text",
    [
        *("Not An Email", "@", "ivan @b.ru", "ivan@b..ru", "ivan@@b.ru", "ivan@-b.ru", "ivan@b.ru,com", "ivan(at)b.ru"),
        *("a@b@c.ru, d@e.ru", "ivan.@b.ru", ".@.", "ivan@" + "b" * 600, r"x\nivan@mail.ru", "ivan&#46;petrov@mail.ru"),
        *(
            "ivan@mail.ru.Звонить после 6",
            "ivan@mail.ruзвонить",
            "почта—ivan@mail.ru",
            "→ivan@mail.ru",
            "№1ivan@mail.ru",
        ),
    ],
)
def test_what_is_no_email_stays_trimmed_as_it_lay(text: str) -> None:
    assert normalise_email(f" {text} ") == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ivan@example .com",
            "i van@example.com",
            "ivan petrov@example.com",
            "ivan@my.exam ple.com",
            "ivan@example.co m",
        ),
        *("ivan@example.com .ua", "ivan. petrov@example.com", "ivan@example", "ivan@localhost", "ivan@example.c"),
        *("*ivan@example.com", "/ivan@example.com", "#ivan@example.com", "-ivan@example.com", "1/ivan@example.com"),
        *("***@example.com", "iv***n@example.com", "i*@example.com", "ivan@ex***.com", "iv•••n@example.com"),
        *("почта-ivan@example.com", "ivаn@example.com", "a(b)c@example.com", "ivan=40example.com@bounce.com"),
        "=?utf-8?q?ivan@example.com",
        *("ivan,petrov@mail.ru", "ivan;petr@mail.ru", "ivan|petr@mail.ru", "ivan:petr@mail.ru", "ivan>petr@mail.ru"),
        *("Ivan,ivan@mail.ru", "7,ivan@mail.ru", "x: ivan,petrov@mail.ru", "ivan；petrov@mail.ru"),
    ],
)
def test_an_email_that_is_masked_or_stands_in_parts_is_irregular(text: str) -> None:
    assert normalise_email(text) == Normalised(text, is_normal=False)


@pytest.mark.parametrize(
    "text",
    [
        "'{}",
        "`{}",
        "={}",
        "?{}",
        "|{}",
        ", {}",
        "- {}",
        "1. {}",
        "2){}",
        "почта {}",
        "Email - {}",
        "smtp:{}",
        "Иван Петров {}",
    ],
)
def test_a_sign_of_a_spreadsheet_or_a_word_before_an_email_does_not_count(text: str) -> None:
    assert normalise_email(text.format("Ivan@Example.com")) == Normalised("ivan@example.com", is_normal=True)


@given(st.text("ivan.@ *'`/=#-+_()|ё", min_size=1, max_size=14), st.text(" .*'`/=#-|", max_size=3))
def test_a_regular_email_is_a_whole_part_of_the_text(before: str, after: str) -> None:
    text = f"{before}@shop.ru{after}"
    found = normalise_email(text)
    if found.is_normal:
        local = found.text.partition("@")[0]
        assert re.search(rf"(?:^|[^\w.+&-]){re.escape(local)}@shop\.ru", text.lower())
        assert set(local).isdisjoint("*/=#| `()")


SEPARATORS = st.sampled_from(["", "", " ", "-", "(", ")", " (", ") ", ".", "  ", "/"])
DIGITS = st.text("0123456789", min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(SEPARATORS, DIGITS), min_size=3, max_size=6),
    st.sampled_from(["+7", "7", "8", "+8", "+7 9", "8 (9", "79", "89", " 8-9", ""]),
)
def test_usual_phones_are_read_as_the_library_reads_them(parts: list[tuple[str, str]], beginning: str) -> None:
    text = beginning + "".join(separator + digits for separator, digits in parts)
    assert normalise_phone(text) == by_the_libraries(normalise_phone, text)


@settings(max_examples=150, deadline=None)
@given(
    st.text("abZ019._+-", min_size=1, max_size=12),
    st.sampled_from(
        ["example.org", "Mail.RU", "a-b.co", "-a.ru", "a..ru", "xn--80a1acny.xn--p1ai", "test", "b.test", "1.2.3.4",
         "a_b.ru", "shop.localhost", "x.123", "aa--bb.ru"]
    ),
)  # fmt: skip
def test_usual_e_mails_are_read_as_the_library_reads_them(local: str, domain: str) -> None:
    text = f" {local}@{domain}"
    assert normalise_email(text) == by_the_libraries(normalise_email, text)


def by_the_libraries(normalise: Callable[[str], Normalised], text: str) -> Normalised:
    never = re.compile(r"(?!)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normalisation, "_USUAL_MOBILE", never)
        patch.setattr(normalisation, "_USUAL_ADDRESS", never)
        return normalise(text)


@pytest.mark.parametrize(
    "text", ["+89001234567", "+8 900 123-45-67", "9001234567", "89001234567 1", "+7 (900) 123-45-6"]
)
def test_only_usual_phones_take_the_short_way(text: str) -> None:
    assert normalise_phone(text) == by_the_libraries(normalise_phone, text)


def test_a_tab_in_a_phone_is_a_blank() -> None:
    assert normalise_phone("8 900\t123-45-67") == Normalised("+79001234567", is_normal=True)
    assert normalise_phone("8900\t1234567") == Normalised("+79001234567", is_normal=True)


@pytest.mark.parametrize(
    "text",
    [
        *("8*916*765*43*21", "+7_916_765_43_21", "8·916·765·43·21", "%2B79167654321", "%2B7+916+765+43+21"),
        *("+7&nbsp;916&nbsp;765&nbsp;43&nbsp;21", "&#43;7 916 765-43-21", r"\u002b79167654321", "тел. 8~916~765~43~21"),
        "8\ufe0f\u20e39\ufe0f\u20e31\ufe0f\u20e367654321",
        *("8_(916)_765_43_21", "8 • 916 • 765 • 43 • 21", "8*916_765_43_21", "8_916-765-43-21"),
        *("+7~(916)~765~43~21", "8 916 * 765 43 21", "(8)_916_765 43·21", r"\x2b79167654321"),
    ],
)
def test_what_is_found_as_a_phone_has_the_normal_form_of_one(text: str) -> None:
    assert normalise_phone(text) == Normalised("+79167654321", is_normal=True)


@pytest.mark.parametrize(
    "text",
    [
        "8916***4321",
        "8 916 7** 43 21",
        "8916765432*1",
        "8*9*1*6*7*6*5*4*3*2*1*0",
        "8_916_765_43_21_5",
        "8342765*321",
        "8342765*321 доб. 5",
        "8*916*7*65*43*21",
        "8 916 * 7 65 43 21",
        "8_916_765_4__1",
    ],
)
def test_a_masked_phone_stays_irregular_whatever_its_mask(text: str) -> None:
    assert normalise_phone(text) == Normalised(text, is_normal=False)
