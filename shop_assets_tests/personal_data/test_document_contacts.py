"""What is a contact in the texts of documents, and what only has its digits or its signs."""

import itertools
import random
import string
import time
import uuid
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.document_contacts import (
    HiddenContactError,
    find_contacts,
    find_contacts_of_id,
    has_contact,
    is_contact_id,
    replace_contacts,
)
from shop_assets.personal_data.normalisation import PHONE, normalise_phone

CIPHERTEXT = PersonalDataCipher({"k1": bytes(range(64))}).encrypt("phone", "+79001234567")


def marked(text: str) -> str:
    return replace_contacts(text, lambda field, _: f"<{field}>")


PHONES = ["+79001234567", "89001234567", "8 (900) 123-45-67", "8-900-123-45-67", "8 900 1234567", "+7 900 123 45 67",
    "7 900 123-45-67", "8(4852)12-34-56", "8 4852 12-34-56", "8 495 123-45-67", "8800 555-35-35", "8.900.123.45.67",
    "900-123-45-67", "900 123 45 67", "(900) 123-45-67", "9001234567", "8–900–123–45–67", "+7.900.123.45.67",
    "8 900\u00a0123\u00a045\u00a067", "+49 30 901820", "+375 29 123-45-67", "+7\u200b900\u200b1234567",
    "8-9001-234567", "8 (35167) 2-34-56", "8 9 0 0 1 2 3 4 5 6 7", "89 00 12 34 567", "8 90 01 23 45 67",
    "8-900-1-234-567", "8 900/123/45/67", "8_900_123_45_67", "8*900*123*45*67", "8 ( 900 ) 123 - 45 - 67",
    "916 123-45-67", "916-123 45 67", "916 1234567", "916123-45-67", "812 123-45-67", "8 (916) 123.45.67",
    "8 916 123.45.67", "8.916.123-45-67", "8−916−123−45−67", "8‒916‒123‒45‒67", "8-916/123-45-67", "8(916)/123-45-67",
    "900.123.45.67", "900-123-4567", "900 12 34 567", "495 123-45-67", "(495) 123-45-67", "(4852) 12-34-56",
    "".join(chr(ord("０") + int(digit)) for digit in "89001234567"),
    "".join(chr(ord("٠") + int(digit)) for digit in "89001234567"),
]  # fmt: skip
EMAILS = ["ivan@mail.ru", "Ivan.Petrov+1@sub.Example.com", "иван@почта.рф", "ivan(at)mail.ru", "ivan [собака] mail.ru",
    "ivan＠mail.ru", '"petr 3"@leak.ru', "o'neil@mail.ru", "ivan @mail.ru", "ivan@ mail.ru", "ivan@mail .ru",
    "ivan@mail,ru", "ivan[@]mail.ru", "ivan(at)mail(dot)ru", "ivan [at] mail [dot] ru"]  # fmt: skip
AROUND = ["{}", "звонить {} после шести", "тел. {}", "({})", "{}, {}", "<b>{}</b>", "«{}».", "{};", "заметка: {}!"]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("contact", [*PHONES, *EMAILS])
def test_a_contact_is_found_and_nothing_else_of_the_text(contact: str, around: str) -> None:
    field = "phone" if contact in PHONES else "email"
    assert marked(around.replace("{}", contact)) == around.replace("{}", f"<{field}>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("тел.89001234567", "тел.<phone>"),
        ("wa.me/79001234567", "wa.me/<phone>"),
        ("?phone=79001234567&x=1", "?phone=<phone>&x=1"),
        ("total=79001234567", "total=<phone>"),
        ("89001234567 s", "<phone> s"),
        ("+7(900)123-45-67/8(495)1234567", "<phone>/<phone>"),
        ("8 (900)1234567,ivan@mail.ru", "<phone>,<email>"),
        ("mailto:ivan@mail.ru?subject=x", "mailto:<email>?subject=x"),
        (f"{CIPHERTEXT}, 89001234567", f"{CIPHERTEXT}, <phone>"),
    ],
)
def test_what_stands_beside_a_contact_stays(text: str, shown: str) -> None:
    assert marked(text) == shown


BETWEEN = [",", ";", "/", "|", " ", ", ", "\n", ".", "_", " и ", "&", "*", ":", "=", " - ", ".,", "и"]
USUAL_PHONES = [
    *("89161234567", "+79161234567", "79161234567", "8(916)123-45-67", "+7 916 123-45-67", "8 916 123 45 67"),
    *("8-916-123-45-67", "916-123-45-67", "916 123-45-67", "9161234567", "(916) 123-45-67", "8 (495) 123-45-67"),
    *("8(4852)12-34-56", "8 800 555-35-35"),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028"])
@pytest.mark.parametrize(
    "phone", ["8 900{}123-45-67", "+7 (900){}123 45 67", "8-916-123{}45-67", "8-916-123-45-{}67", "8 (495) {}123-45-67"]
)
def test_a_phone_that_a_line_end_cuts_is_one(phone: str, line_end: str) -> None:
    cut, whole = phone.format(line_end), phone.format(" ")
    assert marked(f"Иван\r\n{cut} домофон 5\r\n") == "Иван\r\n<phone> домофон 5\r\n"
    assert normalise_phone(cut) == normalise_phone(whole)
    assert normalise_phone(cut).is_normal


@pytest.mark.parametrize("text", ["8\n900\n123-45-67", "900\n1234567", "8 900\n12\n34567", "912\n345-67-89\n17"])
def test_numbers_in_a_column_are_no_phone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize("beside", ["ivan@mail.ru81/1001ivan@mail.ru", "a@mail.ru9a@mail.ru", "a@b.ru1 b@c.ru"])
def test_addresses_that_touch_do_not_move_the_phone_behind_them(beside: str) -> None:
    text = f"{beside}, тел. 89001234567"
    assert [text[found.start : found.end] for found in find_contacts(text) if found.field == PHONE] == ["89001234567"]


@given(st.lists(st.tuples(st.sampled_from(USUAL_PHONES), st.sampled_from(BETWEEN)), min_size=2, max_size=3))
@example([("9161234567", "."), ("9161234567", "")])
def test_each_of_several_phones_is_found_whatever_is_between_them(phones: list[tuple[str, str]]) -> None:
    parts = [part for phone in phones for part in phone][:-1]
    shown = "".join("<phone>" if part in USUAL_PHONES else part for part in parts)
    assert marked("".join(parts)) == shown


@pytest.mark.parametrize("phone", USUAL_PHONES)
@pytest.mark.parametrize(
    "around",
    [
        *("ул. Мира, д.5,кв.12,{}", "кв.5,{}", "кв. 5,{}", "{},5 этаж", "{}.5 этаж", "{},123", "{}-2", "2 шт, {}"),
        *("*{}*", "**{}**", "_{}_", "`{}`", "[{}]", "Иван,{}", "Иван: {}", "12.05.2026 {}", "{} 12.05.2026"),
        *("тел.{}", "т.{}", "phone={}", "тел-{}", "тел/{}", "тел{}", "тел. № {}", "тел.№{}", "Phone no: {}", "моб.{}"),
        *("Mobile No. {}", "телефон номер {}", "David {}", "Bruno {}", "Март {}", "Тимур Заказов {}"),
    ],
)
def test_what_stands_beside_a_phone_hides_none(phone: str, around: str) -> None:
    assert marked(around.format(phone)) == around.format("<phone>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("89161234567.0", "<phone>.0"),
        ("89161234567.00", "<phone>.00"),
        ("89161234567,25", "<phone>,25"),
        ("Иван, 89161234567.25 лет", "Иван, <phone>.25 лет"),
        ("тел. 89161234567.12", "тел. <phone>.12"),
        ("user_79161234567", "user_<phone>"),
        ("заказ 89161234567", "заказ <phone>"),
        ("тел. 8916-123-4567", "тел. <phone>"),
        ("Иван89161234567", "Иван<phone>"),
        ("12345678901,89161234567", "12345678901,<phone>"),
        ("+49.3012345678", "<phone>"),
    ],
)
def test_a_phone_is_not_taken_for_a_part_of_something_else(text: str, shown: str) -> None:
    assert marked(text) == shown


@given(
    st.lists(
        st.sampled_from(
            [*USUAL_PHONES, "ivan@mail.ru", "заказ", "тел.", " ", ",", ".", "-", "5", "№", "=", "%2B", "+", "&"]
        ),
        max_size=8,
    ).map("".join)
)
def test_what_was_encrypted_has_no_contact_left(text: str) -> None:
    try:
        assert not has_contact(replace_contacts(text, lambda _field, _found: CIPHERTEXT))
    except HiddenContactError:
        return


@pytest.mark.parametrize("text", ["89001234567a", "+79001234567x2", "8-900-123-45-67ext5"])
def test_letters_that_run_together_with_a_phone_belong_to_it(text: str) -> None:
    assert marked(f"{text} конец") == "<phone> конец"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ivan%40example.com",
            "ivan&commat;example.com",
            r"ivan\u0040example.com",
            "%2B79001234567",
            r"\u002b79001234567",
            "phone=%2B7+916+123+45+67",
            "phone=8+916+123+45+67&x=1",
        ),
        *(r'{"note": "звонить\nivan@example.com"}', "ivan&#46;petrov@example.com", "i&#118;an@example.com"),
    ],
)
def test_a_contact_that_is_hidden_or_cut_by_an_encoding_is_not_cut_out(text: str) -> None:
    assert has_contact(text)
    with pytest.raises(HiddenContactError):
        marked(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Цена 999.90 / 899.90", "1250.00 900.50 123.40", "9 123 456 789", "3 412 345 678 руб", "89 123 456 789,00"),
        *("Пн-Пт 9.00-20.00 9.30-18.00", "9-18 9-18 10-17", "9.12.2026-9.01.2027", "8-12-2026 9-01", "09:00-21:00"),
        *("КБЖУ 890 12.6 3.3 57.1", "Тверская, 9-126 (623527)", "ул. Ленина 54/9-297 626659", "129034, Москва, 23"),
        *("74.148186 111.547699", "55.755826, 37.617300", "ИНН 9701234567", "арт. 9012345678", "№ 9012345678"),
        *("t=20260131T1000&s=1250.00&fn=9289000100123456&i=12345&fp=3815447299&n=1", "85.126.55.186"),
        *("https://vk.com/public9012345678", "https://www.wildberries.ru/catalog/9012345678/detail.aspx"),
        *("Молоко (A) 3,2% 930 мл", "Крем [A] ночной", "Сок @ 1 л", "2 шт @ 45,00", "Наш телеграм @pikcha_shop"),
        *("89 001 234 567 руб", "8.3.2024 9.00.00", "7-8-9-10-11-12-13", "95.165.10.123", "8 10 20 30 40 50"),
        *("7.9012345678", "8/9012345678", "912 3495 1234 567", "7.123456789 и 8.123456789"),
        *("арт. 8-9001-234567", "заказ 900-123-4567", "100 200 300 4000", "8 90 01 23", "8 шт 900 г 123 руб 45 67"),
        *("4607381606669", "р/с 40702810900000012345", "1732900000000", "2026-01-31T10:00:00Z", "9177386720ce"),
        *("Самара, Мира 84-212 443001", "Самара, Мира 89-212 443001", "ул. Мира 89/8-28 520538", "8301234-5678"),
        *("7-й мкр 78-334 622127", "748-5-1578-241", "899-960-867 17", "СНИЛС: 89996086717", "8 83891 43679 7"),
        *(
            "8 91234 56789 0",
            "73.368212345",
            "37.89161234567",
            "55,9161234567; 37,617",
            "0,9161234567",
            "9012345678,90",
        ),
        *("широта 55.79161234567", "+49.353823 +60.567892", "+49.353823123 +60.567892", "+55.755826+037.617300/"),
        *("logo@2x.png", "assets/logo@3x.jpg", "latte @ home, by Anna", "Следите: @pikcha.shop", "заказ9161234567"),
        *("89161234-567a-4b12-8abc-1234567890ab", "89161234567a4b128abc1234567890ab", "89161234567abc12de34f567"),
        *("чек 8301-6668631", "№ чека: 8301-008-5238", "касса 9161234567", "накладная 8916-123-4567"),
        *("номер заказа 9161234567", "ИНН организации: 9701234567", "ИНН нашей компании 9701234567", "чека 9161234567"),
        *("накладная 9161234567", "по накладной № 9161234567", "order no. 9161234567", "заказ номер 9161234567"),
        *("договору 9161234567", "номер заказа клиента: 9161234567", "ИНН/КПП 9701234567/970101001", "id_9161234567"),
        *("Сок 100 % из яблок", "C:\\новое\\1", "50&nbsp;%", CIPHERTEXT, f"тел. {CIPHERTEXT}.", "a@b", "@"),
    ],
)
def test_what_only_has_the_digits_or_signs_of_a_contact_stays(text: str) -> None:
    assert not has_contact(text)
    assert marked(text) == text


@given(st.text(st.sampled_from("89+7(0-) .,@abя\\n%40&;"), max_size=60))
def test_the_pieces_never_overlap_and_nothing_is_found_twice(text: str) -> None:
    contacts = find_contacts(text)
    assert all(one.end <= two.start for one, two in itertools.pairwise(contacts))
    try:
        shown = replace_contacts(text, lambda _field, _found: CIPHERTEXT)
    except HiddenContactError:
        return
    assert not find_contacts(shown)


@pytest.mark.parametrize(
    "text",
    ["+79001234567", "8 900 123-45-67", "79001234567", "cus-89001234567", "cus-+79001234567", "8(900)1234567",
     "ivan@example.com", "user:ivan@mail.ru", "%2B79001234567", " +79001234567 "],
)  # fmt: skip
def test_an_id_may_be_a_contact(text: str) -> None:
    assert is_contact_id(text)


def test_two_contacts_that_touch_are_one() -> None:
    assert marked("a@b.ru+79161234567 1") == "<email> 1"


def test_a_number_with_the_code_for_other_countries_is_no_error() -> None:
    assert not has_contact("8-8104-243574")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("89161234567, 89161234568", "<phone>, <phone>"),
        ("Иван +7 916 123-45-67", "Иван <phone>"),
        ("тел. 9161234567", "тел. <phone>"),
        ("89161234567-2", "<phone>-2"),
        ("9161234567, 9161234568", "9161234567, 9161234568"),
        ("8301-008-5238", "8301-008-5238"),
        ("916-123-4567", "916-123-4567"),
    ],
)
def test_an_id_that_is_a_note_has_only_clear_phones(text: str, shown: str) -> None:
    assert replace_contacts(text, lambda field, _: f"<{field}>", find_contacts_of_id) == shown


_random = random.Random(7)


def digits(count: int) -> str:
    return "".join(_random.choices(string.digits, k=count))


ID_FORMS: dict[str, Callable[[], str]] = {
    "store-till-shift-receipt": lambda: "-".join(str(_random.randint(1, most)) for most in (999, 9, 2000, 999)),
    "groups with a shop": lambda: f"{digits(4)}-{digits(3)}-{digits(4)}",
    "groups with a till": lambda: f"{digits(4)}-{digits(2)}-{digits(5)}",
    "two groups": lambda: f"{digits(4)}{_random.choice('- ')}{digits(7)}",
    "groups": lambda: f"{digits(3)}-{digits(3)}-{digits(4)}",
    "short groups": lambda: f"{digits(2)}-{digits(8)}",
    "path": lambda: f"{digits(3)}/{digits(1)}/{digits(6)}",
    "ten digits": lambda: digits(10),
    "a prefix and ten digits": lambda: f"cus-{digits(10)}",
    "dated": lambda: f"ord-2026{digits(4)}-{digits(3)}",
    "barcode": lambda: digits(13),
    "hex": lambda: f"{_random.getrandbits(96):024x}",
    "uuid": lambda: str(uuid.UUID(int=_random.getrandbits(128))),
    "handle": lambda: f"cus@{digits(4)}",
}


@pytest.mark.parametrize("form", ID_FORMS)
def test_the_usual_ids_are_no_contacts(form: str) -> None:
    assert [text for text in (ID_FORMS[form]() for _ in range(3000)) if is_contact_id(text)] == []


TEXT_FORMS: dict[str, Callable[[], str]] = {
    "house-flat code": lambda: f"Самара, Мира {_random.randint(1, 199)}-{_random.randint(1, 400)} 6{digits(5)}",
    "house/part-flat code": lambda: f"ул. Мира {_random.randint(1, 199)}/{digits(1)}-{digits(3)} 4{digits(5)}",
    "house flat code": lambda: f"Мира {_random.randint(1, 199)} {_random.randint(1, 400)} 1{digits(5)}",
    "receipt": ID_FORMS["store-till-shift-receipt"],
    "SNILS": lambda: f"{digits(3)}-{digits(3)}-{digits(3)} {digits(2)}",
    "UPC": lambda: f"{digits(1)} {digits(5)} {digits(5)} {digits(1)}",
    "coordinate": lambda: f"{_random.uniform(-180, 180):.{_random.randint(4, 15)}f}",
    "coordinates": lambda: f"{_random.uniform(-90, 90):+.6f} {_random.uniform(-180, 180):+.9f}",
    "share": lambda: repr(_random.random()).replace(".", ","),
    "uuid": ID_FORMS["uuid"],
    "hash": lambda: f"{_random.getrandbits(128):032x}",
    "object id": ID_FORMS["hex"],
    "amount": lambda: f"{_random.randint(10**9, 10**11):,},00".replace(",", " ", 3),
    "order": lambda: f"номер заказа {digits(10)}",
    "INN": lambda: f"ИНН организации: {digits(10)}",
    "account": lambda: f"р/с {digits(20)}",
}


@pytest.mark.parametrize("form", TEXT_FORMS)
def test_the_usual_numbers_are_no_contacts(form: str) -> None:
    assert [text for text in (TEXT_FORMS[form]() for _ in range(3000)) if has_contact(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        *("+1 " * 100_000, "+1234567 " * 5_000, "a@ " * 60_000, "=1+1" * 50_000, "8,9161234567" * 10_000),
        *("89001234567 " * 20_000, "ivan@mail.ru " * 20_000, "«a" * 100_000 + "@", "+7" * 50_000, "a" * 200_000 + "@"),
        *(("a." * 30 + "@") * 3_000, "%25" * 60_000, "8-" * 100_000, "8 (900) " * 30_000),
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    has_contact(text)
    assert time.process_time() - started < 5


FOREIGN = ("+375 29 123-45-67", "+375 (29) 123-45-67", "+998 90 123 45 67", "+49 30 12345678", "+1 650-253-0000")


@pytest.mark.parametrize("phone", FOREIGN)
@pytest.mark.parametrize("around", ["{}", "{} 2 шт.", "{} 12:30", "{} 01.02.2024", "{}-5", "{} - 5", "{} 150.00 руб"])
def test_other_digits_behind_a_phone_of_another_country_hide_it_neither_here_nor_in_logs(
    phone: str, around: str
) -> None:
    assert marked(around.format(phone)).startswith("<phone>")
    assert phone[-4:] not in without_contacts(around.format(phone))


@pytest.mark.parametrize("text", [
    "+623 278 793.19", "+1 650 253 000,50", "9859607209.0270", "79161234567.50", "12.00; 89161234567.05",
    "79161234567.50 руб.", "89161234567.00 ₽", "сумма 79161234567.50", "к оплате 79161234567.50 RUB",
    "Итого: 79161234567.50, спасибо", "цена 89161234567.20 рублей", "к оплате: 79161234567.50",
])  # fmt: skip
def test_an_amount_with_kopecks_is_no_phone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize("text", [
    "{},12 Рублёвское шоссе", "Иван {},25 Рубен", "{}.20Рубинштейна 5", "{}.20 руб-н", "{}.10-18", "{}.12:30",
    "{}.25/12/2025", "{}.18+", "☎ {}.12", "📞{}.25", "1) {}.12", "#1 {}.12", "по заказу {}.20 минут ждал",
    "Заказ {}.10 штук", "чек {}.10", "цена: {}.10-18", "сумма {}.20 минут ждал", "{},50 рублей за доставку", "{},50 ₽",
    "По вопросам цены {}.12, Анна", "Узнать цены: {}.15", "цена ({}.12)",
])  # fmt: skip
def test_digits_behind_a_phone_that_may_be_no_kopecks_leave_it_a_phone(text: str) -> None:
    for phone in ("89161234567", "79161234567"):
        assert phone not in marked(text.format(phone))


@pytest.mark.parametrize("address", ["ivan@xn--80a1acny.xn--p1ai", '"ivan@home"@example.com'])
def test_an_address_is_found_as_a_whole(address: str) -> None:
    assert marked(f"to {address}, please") == "to <email>, please"


def test_what_runs_together_beside_a_replacement_is_noticed() -> None:
    with pytest.raises(HiddenContactError):
        replace_contacts("89001234567", lambda _field, found: f"+{found}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://shop.ru/stop?to=olga@example.ru&n=5", "https://shop.ru/stop?to=<email>&n=5"),
        ("**olga@example.ru**", "**<email>**"),
        ("`olga@example.ru`", "`<email>`"),
        ("{{olga@example.ru}}", "{{<email>}}"),
        ("_olga@example.ru_", "_<email>_"),
        ("~olga@example.ru~, #olga@example.ru", "~<email>~, #<email>"),
        ("Ольга/olga@example.ru", "Ольга/<email>"),
        ("--olga@example.ru", "--<email>"),
        ("89161234567/olga@example.ru", "<phone>/<email>"),
        ("+79161234567*olga@example.ru", "<phone>*<email>"),
        ("olga@example.ru&anna@example.ru", "<email>&<email>"),
        ("o’hara@example.ru, o'hara@example.ru", "<email>, <email>"),
        ("olga+shop.2%x@example.ru", "<email>"),
    ],
)
def test_an_address_takes_none_of_the_text_before_it(text: str, shown: str) -> None:
    assert marked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("olga@example.ru.pdf", "<email>.pdf"),
        ("скан olga@example.com.JPG готов", "скан <email>.JPG готов"),
        ("https://cdn.example/in/olga@shop.by.json", "https://cdn.example/in/<email>.json"),
        ("olga@почта.рф.docx.pdf", "<email>.docx.pdf"),
        ("icon@2x.min.js", "icon@2x.min.js"),
        ("chart@2x.dark.png", "chart@2x.dark.png"),
        ("olga@pdf.html", "olga@pdf.html"),
        ("cover@2x.fr.png", "cover@2x.fr.png"),
        ("map@300dpi.com.jpg", "map@300dpi.com.jpg"),
        ("tile@3.by.webp", "tile@3.by.webp"),
        ("olga@2shops.ru.png", "<email>.png"),
    ],
)
def test_a_file_named_like_an_address_has_one_in_its_name(text: str, shown: str) -> None:
    assert marked(text) == shown


@pytest.mark.parametrize(
    "address",
    [
        *("olga @ example .ru", "olga @example .com", "olga@@example.ru", "olga@example..ru", "olga @yandex.by"),
        *("olga @ gmail.com", "olga @web.de", "ольга @пример.рф", "ольга@ пример.рф"),
    ],
)
def test_an_address_that_is_cut_is_found_where_it_ends_like_one(address: str) -> None:
    assert marked(f"to {address}, please") == "to <email>, please"


@pytest.mark.parametrize(
    "text",
    [
        "Наш канал @shop.ru",
        "Пишите нам @yandex.by",
        "coffee @ web.site",
        "tea @ home .by",
        "сок @пример.рфа",
        "2 @ 3.50 ru",
        *("7 шт @ 12. Com 5", "anna @ shop. org chart", "3 @ 15. su", "tea @ 7.25 .com", "repo@@3.4.com"),
    ],
)
def test_a_sign_between_words_that_are_no_address_makes_none(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("+375 44 765-43-21", "+49 89 123456", "+1 (650) 253-0000", "+998 91 765 43 21", "(+44) 20 7946 0958"),
        *("+7 707 765 43 21", "+7 (707) 765-43-21", "+7 (916) 765.43.21", "8 (916) 765.43.21", "(+7)9167654321"),
        *("+7.916.765.43.21", "8 916 76-54-321", "8 916/765-43-21", "8 91 67 65 43 21", "8 (48762) 6-54-32"),
        *(
            "89167654321_vip",
            "user-by-89167654321",
            "user.89167654321",
            "#89167654321",
            "[89167654321]",
            "89167654321.0",
        ),
        *("(89167654321)", "{89167654321}", "<+79167654321>", "**89167654321**", "@89167654321", "~89167654321~"),
        *("|79167654321|", "89167654321!", "$89167654321=", "client(89167654321)", "`89167654321`", "(8)9167654321"),
        *("8_91_67_65_43_21", "8*916*765*43*21", "8/916/765/43/21"),
        *("+7 916 765-43-21 доб. 7", "+79167654321;ext=7", "89167654321b", "id=+49-89-123456/shop"),
    ],
)
def test_an_id_is_a_phone_in_any_form_that_other_ids_do_not_have(text: str) -> None:
    assert is_contact_id(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "916-765-43-21",
            "9167654321",
            "4607381606669",
            "+2026013100",
            "8-12-2026-1234",
            "79 167 654 321",
            "c2-9167654321",
        ),
        *(
            "89167654321-2",
            "8916-76-54321",
            "8916-765-4321",
            "20260131-89167",
            "+49-89",
            "8 (916) 765",
            "ORD-7.916.765",
        ),
        *("(124)", "{9167654321}", "cus(124)", "order(8)-124", "7.91.676.543.21", "8/916/76/54/321", "8.91.67.654.321"),
    ],
)
def test_an_id_in_a_form_that_other_ids_have_is_no_phone(text: str) -> None:
    assert not is_contact_id(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ольга: +7 916 765-43-21 x7, 2", "Ольга: <phone>, 2"),
        ("списки: +79167654321;ext=7; +375 44 765-43-21", "списки: <phone>; <phone>"),
        ("вн. 2: +7 916 765-43-21 #7", "вн. 2: <phone>"),
        ("1) 89167654321b 2) 89167654322", "1) <phone> 2) <phone>"),
        ("2 x (+49) 89 123456", "2 x (<phone>"),
    ],
)
def test_what_runs_on_behind_a_phone_hides_it_in_no_id(text: str, shown: str) -> None:
    assert replace_contacts(text, lambda field, _: f"<{field}>", find_contacts_of_id) == shown


HIDDEN = [
    *(
        "olga（at）example.ru",
        "olga［собака］example.ru",
        "olga＜ａｔ＞example.ru",
        "olga&#64example.ru",
        "olga&#x40shop.ru",
    ),
    *("olga%u0040example.ru", r"olga\u{0040}example.ru", "⑧⑨①⑥⑦⑥⑤④③②①", "⁸⁹¹⁶⁷⁶⁵⁴³²¹", "₊₇₉₁₆₇₆₅₄₃₂₁", "𝟪916７654321"),
    *(
        "8\ufe0f\u20e39\ufe0f\u20e31\ufe0f\u20e367654321",
        "8\u034f91676\u034f54321",
        "8\u2800916\u2800765\u280043\u280021",
    ),
    *("8\u3164916\u31647654321", "8&nbsp916&nbsp765&nbsp43&nbsp21", "8\u0338916\u03387654321"),
]


@pytest.mark.parametrize("text", HIDDEN)
def test_whatever_hides_a_contact_is_seen_through_before_any_search(text: str) -> None:
    assert has_contact(f"к {text} после 6")
    assert without_contacts(text) != text
    try:
        shown = marked(text)
    except HiddenContactError:
        return
    assert shown in {"<phone>", "<email>"}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "①молоко ②хлеб ③сыр ④⑤⑥⑦⑧⑨⑩ шт",
            "10⁻⁹ 5⁷ 45 м² 30 м³ № 9 ½",
            "R&D, M&M's 50 % u0040",
            "Й и\u0306 е\u0308 за\u0301мок",
        ),
        *("1️⃣ молоко 2️⃣ хлеб 3️⃣ сыр", "（а）и［б］", "&#8470 5", "Скидка 100%u"),
    ],
)
def test_other_unusual_characters_stay(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        *((f"8{sign}916{sign}765{sign}43{sign}21", "+79167654321") for sign in "·•∙~*_\u2800"),
        *((f"+49{sign}89{sign}123456", "+4989123456") for sign in "·•_*~"),
        *(("+ 49 89 12345678", "+498912345678"), ("+(49)89123456", "+4989123456"), ("+(376)312345", "+376312345")),
    ],
)
def test_unusual_signs_between_the_groups_of_a_phone_make_it_no_other(text: str, phone: str) -> None:
    assert marked(f"Ольга: {text}, после 6") == "Ольга: <phone>, после 6"
    assert normalise_phone(text).text == phone


@pytest.mark.parametrize("text", ["тел. 89 167 654 321", "моб: 79 167 654 321"])
def test_a_word_for_a_phone_makes_one_of_the_groups_of_an_amount(text: str) -> None:
    assert marked(text).endswith(" <phone>")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "7 + 49 89 12345678",
            "сок + 10 000 000 000",
            "молоко + 4989123456 г",
            "+1·000·000",
            "+10_000_000",
            "~8~916~",
        ),
        *("сумма 89 167 654 321", "+_49_", "8·916·765", "1·2·3·4·5·6·7·8·9·10·11"),
    ],
)
def test_unusual_signs_make_no_phone_of_sums_and_amounts(text: str) -> None:
    assert marked(text) == text
