"""The SQL functions of the cleaning rules against the same rules in plain Python."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop_assets.documents.moments import MomentRules, moment_of
from shop_assets.documents.product_groups import PRODUCT_GROUPS, UNKNOWN, ProductGroup
from shop_assets.warehouse.mart.reading_rules import ReadingRules
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.warehouse import dirty_values, plain_values
from shop_assets_tests.warehouse.plain_words import PRODUCT_WORDS

EXAMPLES = settings(
    max_examples=15,
    deadline=None,  # an engine answers, not a function
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = st.lists(dirty_values.anything, min_size=1, max_size=150)


def answers(client: Client, expression: str, payloads: Sequence[bytes]) -> list[object]:
    client.command("CREATE OR REPLACE TABLE mart.test_values (n UInt32, payload String) ENGINE = Memory")
    rows = {"n": pa.array(range(len(payloads)), pa.uint32()), "payload": pa.array(payloads, pa.binary())}
    client.insert_arrow("mart.test_values", pa.table(rows))
    found = client.query(
        f"WITH JSONExtractRaw(payload, 'v') AS json SELECT {expression} FROM mart.test_values ORDER BY n",
        column_oriented=True,
    )
    client.command("DROP TABLE mart.test_values SYNC")
    return list(found.result_columns[0])


def milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def as_payload(value: object) -> bytes:
    return json.dumps({"v": value}, ensure_ascii=False).encode()


def as_read(value: object) -> object:
    return json.loads(as_payload(value), parse_float=Decimal)["v"]


def as_in_a_view(reader: str) -> str:
    """A date or time of JSON: a text of ten digits may be no seconds."""
    text = "shop_day_text(shop_text(json))"
    return f"if(shop_is_calendar_text(json, {text}), NULL, {reader}({text}))"


@EXAMPLES
@given(values=many)
@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        ("shop_money(shop_text(json))", plain_values.money),
        ("shop_quantity(shop_text(json))", plain_values.quantity),
        ("shop_float(shop_text(json))", plain_values.measure),
        ("shop_integer(shop_text(json))", plain_values.whole),
        (
            f"toUnixTimestamp64Milli({as_in_a_view('shop_instant')})",
            lambda value: milliseconds(plain_values.moment(value)),
        ),
        (as_in_a_view("shop_date"), plain_values.day),
    ],
)
def test_a_function_reads_any_value_as_plain_python_does(
    client: Client, expression: str, plain: Callable[[object], object], values: list[object]
) -> None:
    found = answers(client, expression, [as_payload(value) for value in values])
    assert list(zip(values, found, strict=True)) == [(value, plain(as_read(value))) for value in values]


@EXAMPLES
@given(values=st.lists(dirty_values.scalars, min_size=1, max_size=150))
@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        ("shop_name(shop_scalar(json))", plain_values.name),
        ("shop_text(json)", plain_values.text),
        ("shop_something(shop_clean(shop_scalar(json)))", plain_values.reference),
        ("shop_bool(shop_name(shop_scalar(json)))", plain_values.truth),
        ("shop_payment(shop_text(json))", plain_values.payment),
        ("shop_gender(shop_text(json))", plain_values.gender),
        ("shop_city(shop_something(shop_name(shop_one_line(shop_scalar(json)))))", plain_values.city),
        ("shop_card(shop_card_text(shop_text(json)))", plain_values.card),
    ],
)
def test_a_function_reads_any_text_as_plain_python_does(
    client: Client, expression: str, plain: Callable[[object], object], values: list[object]
) -> None:
    found = answers(client, expression, [as_payload(value) for value in values])
    assert list(zip(values, found, strict=True)) == [(value, plain(as_read(value))) for value in values]


SEVERAL_MEANINGS = {
    "digits of a time or milliseconds": [
        *("202601201100", 197601010000, "202612312359", "260115100000", "150120261000", "011520261000"),
        *("150126100000", 900517000000),
    ],
    "digits of a time or seconds": ["3101261030", "0115261030", "1312901030", "9005151030"],
    "the empty date of a database": ["1900-01-01", "01.01.1900 0:00:00", "1900-01-01T00:00:00"],
    "not a date": ["2026-01-1,5", "1,5.01.2026"],
    "seconds or milliseconds": ["345600000", -345600000, "2592000000"],
    "day or month first: SHOP_DATE_ORDER": ["05/06/1990"],
}


def test_a_number_that_could_be_two_days_is_not_read_and_the_reason_says_which(client: Client) -> None:
    values = [(reason, value) for reason, given in SEVERAL_MEANINGS.items() for value in given]
    payloads = [as_payload(value) for _, value in values]
    text = "shop_day_text(shop_text(json))"
    assert answers(client, as_in_a_view("shop_date"), payloads) == [None] * len(values)
    assert answers(client, f"shop_unread('date', {text})", payloads) == [reason for reason, _ in values]
    assert [plain_values.day(value) for _, value in values] == [None] * len(values)


def test_what_could_be_an_offset_or_another_unit_is_no_moment_and_the_reason_says_which(client: Client) -> None:
    given = {
        **dict.fromkeys(
            ("2026-01-15 10:00-12:00", "15.01.2026 9:00-11:00", "2026-01-15 10:00 -03:00", "2026-01-15 10:00-11"),
            "an offset or the end of a range",
        ),
        **dict.fromkeys(("15.01.2026 10:00-18:00", "15.01.2026 9:00-21:00"), "an offset or the end of a range"),
        **dict.fromkeys(("2026-01-15T10:00:00+18", "2026-01-15T10:00:00+23:00"), "not a date"),
        **dict.fromkeys(("2026-01-15T10:00:00-13:00", "2026-01-15T10:00+03:17"), "not a date"),
        **dict.fromkeys((63904154400, "202694400000", -1000000000000), "before 1990, or in another unit"),
        **dict.fromkeys((176320260, -1763202600, "784895400", "631151999999"), "before 1990, or in another unit"),
        **dict.fromkeys(("1970-01-21T09:46:42.600Z", "1985-05-01", "01.01.1970"), "before 1990, or in another unit"),
        **dict.fromkeys(("1900-01-01", "30.12.1989 9:05", "1990-01-01T01:00+03:00"), "before 1990, or in another unit"),
        **dict.fromkeys(("3101261030", "0115261030", "1012050915", "2601151030"), "digits of a time or seconds"),
        **dict.fromkeys(("2026-01-1,5", "2026-01-15 1,0:30", "2026-01-15,10:00"), "not a date"),
        **dict.fromkeys(("2026-01-15 10:00 МСК+2", "2026-01-15 10:00 Etc/GMT+3", "2026-01-15 MSK"), "not a date"),
        **dict.fromkeys(
            ("2026-01-15 10:00 EST", "2026-01-15T10:00[Asia/Tokyo]", "15.01.2026 9:05 Europe/Berlin"),
            "a time of a zone that is not SHOP_SOURCE_TIMEZONE",
        ),
    }
    text = "shop_day_text(shop_text(json))"
    payloads = [as_payload(value) for value in given]
    assert answers(client, as_in_a_view("shop_instant"), payloads) == [None] * len(given)
    assert answers(client, f"shop_unread('instant', {text})", payloads) == list(given.values())
    assert [plain_values.moment(value) for value in given] == [None] * len(given)


def test_an_offset_of_utc_and_one_before_a_name_are_read(client: Client) -> None:
    given = {
        **dict.fromkeys(("2026-01-01 10:00 UTC-5", "2026-01-01 10:00 (GMT-05:00)", "01.01.2026 10:00 gmt-05"), 15),
        **dict.fromkeys(("2026-01-01T10:00+03:00[UTC+03:00]", "2026-01-01 10:00 (UTC+3)"), 7),
        **dict.fromkeys(("2026-01-01 10:00:00 +0300 MSK", "2026-01-01 7:00:00.5 +0000 UTC"), 7),
    }
    payloads = [as_payload(value) for value in given]
    assert answers(client, f"toHour({as_in_a_view('shop_instant')})", payloads) == list(given.values())
    moments = [moment_of(value, MomentRules()) for value in given]
    assert [moment.hour if moment else None for moment in moments] == list(given.values())
    assert [plain_values.moment(value).hour for value in given] == list(given.values())


def test_a_zone_that_is_named_by_its_offset_is_the_one_of_the_setting() -> None:
    rules = MomentRules(source_timezone="Etc/GMT+3")
    for name in ("Etc/GMT+3", "[Etc/GMT+3]", "(etc/gmt+3)"):
        assert moment_of(f"2026-01-01 10:00 {name}", rules) == datetime(2026, 1, 1, 13, tzinfo=UTC)
    assert moment_of("2026-01-01 10:00 Etc/GMT+4", rules) is None


def test_seconds_of_these_years_are_seconds_as_a_text_too(client: Client) -> None:
    given = ["1400000000", "1501261030", "1704101200", "1704103600", "1712312359", "2049999999"]
    payloads = [as_payload(value) for value in given]
    found = answers(client, f"toUnixTimestamp({as_in_a_view('shop_instant')})", payloads)
    assert found == [int(value) for value in given]
    assert [plain_values.moment(value) for value in given] == [datetime.fromtimestamp(int(v), UTC) for v in given]


def test_a_lone_dot_beside_a_rouble_is_what_a_lone_comma_is_not(client: Client) -> None:
    texts = ["1.234 ₽", "1,234 ₽", "1.234", "0.350 ₽", "12.50 ₽"]
    read = {
        "unknown": [None, None, "1.234", "0.35", "12.5"],
        "decimal": ["1234", "1.234", "1.234", "0.35", "12.5"],
        "thousands": ["1.234", "1234", "1.234", "0.35", "12.5"],
    }
    try:
        for number_comma, expected in read.items():
            apply_migrations(client, rules=ReadingRules(number_comma=number_comma))
            found = answers(client, "toString(shop_money(shop_text(json)))", [as_payload(text) for text in texts])
            assert found == expected
    finally:
        apply_migrations(client)


def test_a_number_beyond_what_its_field_can_be_is_not_read(client: Client) -> None:
    bounds = {
        "latitude": ("-90", "90", "-90.1", "95"),
        "longitude": ("-180", "180", "180.01", "359"),
        "grams": ("0", "100", "-0.1", "100.5"),
        "calories": ("0", "1000", "-1", "4184"),
        "shelf_life": ("0", "2147483647", "-1", "2147483648"),
    }
    for name, (low, high, *beyond) in bounds.items():
        payloads = [as_payload(text) for text in (low, high, *beyond)]
        found = answers(client, f"shop_{name}(shop_text(json))", payloads)
        assert [None if value is None else float(value) for value in found] == [float(low), float(high), None, None]


def test_the_reason_says_what_is_wrong_with_a_number(client: Client) -> None:
    expected = {
        ("shelf_life", "12,5"): "not a whole number in range",
        ("shelf_life", "99999999999"): "not a whole number in range",
        ("shelf_life", "семь"): "not a number",
        ("shelf_life", "-1"): "not a whole number in range",
        ("latitude", "95"): "a number out of range",
        ("grams", "101"): "a number out of range",
        ("quantity", "5 руб"): "not a number",
        ("quantity", "1,234"): "thousands or decimals: SHOP_NUMBER_COMMA",
        ("money", "5 шт"): "not a number",
        ("money", "1.234 ₽"): "thousands or decimals: SHOP_NUMBER_COMMA",
        ("money", "999999999999999 руб"): "a number out of range",
    }
    found = [
        client.query("SELECT shop_unread(%(reader)s, %(written)s)", {"reader": reader, "written": written}).first_row[0]
        for reader, written in expected
    ]
    assert found == list(expected.values())


@pytest.mark.parametrize(
    ("expression", "plain", "expected"),
    [
        (
            as_in_a_view("shop_date"),
            plain_values.day,
            {1501261030: date(2017, 7, 28), "1763202600": date(2025, 11, 15), "1970-01-01": date(1970, 1, 1)}
            | {"643075200": date(1990, 5, 19), "202694400000": date(1976, 6, 4), "20260120": date(2026, 1, 20)},
        ),
        (
            f"toUnixTimestamp64Milli({as_in_a_view('shop_instant')})",
            lambda value: milliseconds(plain_values.moment(value)),
            {
                "20.01.2026 23:59:59.9": 1768953599900,
                "2026-01-20 11:00 UTC": 1768906800000,
                "2026-01-20T11:00:00.5GMT": 1768906800500,
                "2026-01-20 UTC": 1768867200000,
                "2026-01-20T11:00:00+03:00[Europe/Moscow]": 1768896000000,
                "2026-01-20 11:00 МСК": 1768896000000,
                "2012-01-20 11:00 Europe/Moscow": 1327042800000,
                "20.01.2026 11:00:00 (UTC)": 1768906800000,
                "2026-01-20 11:00 UTC+3": 1768896000000,
                "2026-01-20 11:00:00 GMT-0330": 1768919400000,
                "1.5.2024 9:05": 1714554300000,
                "1.5.2024, 9:5:3": 1714554303000,
                "345600000": None,
                1501261030: 1501261030000,
                "1763202600": 1763202600000,
                "1990-01-01": 631152000000,
                "202601201100": None,
                "2026/01/20 9:05": 1768899900000,
                "2026.1.20": 1768867200000,
                "2026-1-20T9:05": 1768899900000,
                "20.01.2026 11:00 UTC": 1768906800000,
                "2026-01-20, 9:05": 1768899900000,
                "2026-01-20T09:05-03:00": 1768910700000,
                "2026-01-20 09:05+14:00": 1768849500000,
                "2026-01-20 09:05:00-12": 1768943100000,
                "2026-01-20 09:05:00 +05:45": 1768879200000,
                "631152000000": 631152000000,
            },
        ),
        (
            "shop_city(shop_something(shop_name(shop_one_line(shop_scalar(json)))))",
            plain_values.city,
            dict.fromkeys(["Г.Линево", "г линево", "п.г.т. Линево", "пгт Линево", "р.п. Линево", "Линево рп"], "линево")
            | dict.fromkeys(["Орёл, г.", "Орел,г", "Орёл г", "Орёл, город", "город Орёл"], "орел")
            | {name: name.lower() for name in ("П. Посад", "С. Посад", "г.о. Химки", "с.п. Горки", "г.-к. Анапа")}
            | {"Старый город": "старый город", "П.Посад": "п. посад", "Красноярск-26": "красноярск-26"}
            | dict.fromkeys(["Псковская обл., г. Псков", "Россия, Псков", "Псков, Россия", "180000, Псков"], "псков")
            | dict.fromkeys(["г. Псков, ул. Ленина", "Псков.", "псков,", "Псков, Ленина ул., д. 5"], "псков")
            | dict.fromkeys(["Псков (центр)", "Пcков", "Псков, Тверь", "Город: Псков", "'Псков'"])
            | dict.fromkeys(
                ["«Псков»", '"Псков"', "Псков, Рижский пр.", "Псков, ТЦ Акваполис", "Псков, г. Псков"], "псков"
            )
            | dict.fromkeys(["Н. Новгород", "Н.Новгород", "г. Н.Новгород", "г.Н. Новгород"], "нижний новгород")
            | dict.fromkeys(
                ["СПб", "г. СПб", "Питер", "С.-Петербург", "С-Петербург", "С.Петербург", "С. Петербург"],
                "санкт-петербург",
            )
            | dict.fromkeys(["Мск", "Москва город", "Москва, Москва", "Москва, ЦАО", "город Москва"], "москва")
            | dict.fromkeys(["Москва ЦАО", "г. Казань РТ", "Самара RU", "Самара филиал", "офис Самара", "ТЦ Самара"])
            | dict.fromkeys(["Москва м. Тверская", "Москва, м. Тверская", "центр", "Город", "Псков д", "city"])
            | {name: name.lower() for name in ("Красный Яр", "Белый Яр", "М. Вишера", "Сосновый Бор", "Новая Ля")}
            | {"Чёрный Яр": "черный яр", "рп. Белый Яр": "белый яр", "М.Горький": "м. горький"}
            | dict.fromkeys(["РџСЃРєРѕРІ", "ÐŸÑÐºÐ¾Ð²"])
            | dict.fromkeys(["посёлок городского типа Линево", "рабочий посёлок Линево", "хутор Линево"], "линево")
            | dict.fromkeys(["город федерального значения Москва", "город-герой Москва", "Мοсква"], "москва")
            | dict.fromkeys(["Орëл", "0рёл", "Орёл\n", "Орловская обл.\nг. Орёл"], "орел")
            | dict.fromkeys(["Псков | Тверь", "Псков/Тверь", "Псков\nТверь", "Псков и Тверь", "Псков ул. Ленина 1"])
            | dict.fromkeys(
                ["Интернет-магазин", "интернет\u2011магазин", "Интернет магазин", "Онлайн-заказ", "online store", "web"]
            )
            | dict.fromkeys(
                ["Самовывоз", "доставка", "Склад", "г. Склад", "RU", "ЦФО", "Подмосковье", "г. Подмосковье"]
            )
            | dict.fromkeys(["другой город", "unknown city", "тестовый", "Тестовый город"])
            | dict.fromkeys(["Россия Псков", "Псков Россия", "Россия г. Псков", "Россия-Псков", "Псков РФ", "Псков 2"])
            | dict.fromkeys(["Псков – Тверь", "Псков - Тверь", "Псков\u2028Тверь", "Псков\u000bТверь", "Псков\tТверь"])
            | dict.fromkeys(["Ростов - на - Дону", "Ростов\u2011на\u2011Дону"], "ростов-на-дону")
            | dict.fromkeys(["Йошкар - Ола", "г. Йошкар-Ола"], "йошкар-ола")
            | dict.fromkeys(["Московская область - Химки", "Тверская область-Тверь", "Краснодарский край – Сочи"])
            | dict.fromkeys(["Псков - ул. Ленина", "Псков-ул.Ленина", "Псковский р-н - Псков", "Адыгея-респ."])
            | dict.fromkeys(["Ханты-Мансийский автономный округ - Югра", "Кемеровская область - Кузбасс"])
            | {"Ханты-Мансийский АО - Югра, г Сургут": "сургут", "Кемеровская область - Кузбасс, Кемерово": "кемерово"}
            | {"Псков\t": "псков", "Татарстан, Казань": "казань", "Старый Крым": "старый крым", "Уфа": "уфа"}
            | dict.fromkeys(
                ["??????", "Пск\ufffdв", "0", "77", "true", "Россия", "Казахстан", "Псковская область", "г"]
            )
            | dict.fromkeys(["__debezium_unavailable_value", "Не указан.", "онлайн", "псков московская область"]),
        ),
        (
            "shop_card(shop_card_text(shop_text(json)))",
            plain_values.card,
            dict.fromkeys(["0000 0000", "0000-0000", "0 0", "0.0", "-1", -1, "№ 0", "нет (с 2024)", "скидка 5%", "-5"])
            | dict.fromkeys(["нет с 2024", "no 2024", "есть", "%5", "карта 0"])
            | {name: name for name in ("loyal-1", "2200 1234", "карта № 12", "gold 12", "l-0", "enc:v1:k1:ab2c")}
            | {name: name for name in ("loyal-777", "4276 1234", "ab 123456", "card: 12", "1234.5678", "12-34-5678")}
            | dict.fromkeys(["expired 2023", "blocked 2023", "card not issued 1", "5 percent", "since 2020", "none-1"])
            | dict.fromkeys(
                [
                    "01.02.2024",
                    "2024-01-15",
                    "15-01-2024",
                    "ab 2024",
                    "1.5",
                    "null0",
                    "1 шт",
                    "lost2022",
                ]
            ),
        ),
        (
            "isNotNull(shop_card_text(shop_text(json)))",
            lambda value: plain_values.card_text(value) is not None,
            dict.fromkeys(["0000 0000", "0.0", -1, "№ 0", "нет карты", "false"], False)
            | dict.fromkeys(["нет (с 2024)", "скидка 5%", "-5"], True),
        ),
    ],
)
def test_a_function_reads_a_value_as_the_page_says(
    client: Client, expression: str, plain: Callable[[object], object], expected: dict[object, object]
) -> None:
    found = answers(client, expression, [as_payload(value) for value in expected])
    assert dict(zip(expected, found, strict=True)) == expected
    assert {value: plain(as_read(value)) for value in expected} == expected


@EXAMPLES
@given(labels=st.lists(st.one_of(dirty_values.phrases, st.text(dirty_values.characters, max_size=9)), min_size=1))
def test_the_group_rule_of_sql_is_that_of_python(client: Client, labels: list[str]) -> None:
    labels += [text for group in PRODUCT_GROUPS for text in (group.label, group.short_label)]
    labels += [word for words in PRODUCT_WORDS.values() for word in words]
    found = answers(client, "shop_product_group(shop_text(json))", [as_payload(label) for label in labels])
    plain = [(label, plain_values.product_group(plain_values.text(label))) for label in labels]
    assert list(zip(labels, found, strict=True)) == plain


@pytest.mark.parametrize("group", PRODUCT_GROUPS, ids=lambda group: group.code)
def test_a_group_is_recognised_by_both_its_labels_in_any_case_with_and_without_the_emoji(
    client: Client, group: ProductGroup
) -> None:
    labels = (group.label, group.short_label, group.label.split(" ", 1)[1])
    spellings = [spelling for label in labels for spelling in (label, label.upper(), label.lower(), f"  {label}\n")]
    found = answers(client, "shop_product_group(shop_text(json))", [as_payload(spelling) for spelling in spellings])
    assert (
        found
        == [group.code] * len(spellings)
        == [plain_values.product_group(plain_values.text(spelling)) for spelling in spellings]
    )


def test_a_number_before_a_label_and_underscores_in_it_do_not_matter(client: Client) -> None:
    labels = {"03. Молочные продукты": "dairy", "1. Овощи": "vegetable", "meat_fish": "meat", "2_сыры": "dairy"}
    found = answers(client, "shop_product_group(shop_text(json))", [as_payload(label) for label in labels])
    assert found == list(labels.values()) == [plain_values.product_group(plain_values.text(label)) for label in labels]


def test_a_label_that_names_no_group_or_several_is_unknown(client: Client) -> None:
    labels = [None, "", "   ", "🍬 Сладости", "мясорубки", "рыбалка", "Овощи и фрукты", "🥛"]
    found = answers(client, "shop_product_group(shop_text(json))", [as_payload(label) for label in labels])
    assert (
        found == [UNKNOWN] * len(labels) == [plain_values.product_group(plain_values.text(label)) for label in labels]
    )


@EXAMPLES
@given(texts=st.lists(st.text(dirty_values.characters, max_size=6), min_size=1, max_size=150))
def test_a_document_id_is_normalised_as_the_document_store_does(client: Client, texts: list[str]) -> None:
    found = answers(client, "shop_clean(JSONExtractString(payload, 'v'))", [as_payload(text) for text in texts])
    assert found == [text.strip().lower() or None for text in texts]


@EXAMPLES
@given(payloads=st.lists(st.binary(max_size=30), min_size=1, max_size=100))
def test_no_function_throws_on_bytes_that_are_no_json(client: Client, payloads: list[bytes]) -> None:
    functions = ("something", "money", "quantity", "float", "integer", "bool", "instant", "date", "payment", "city")
    every = ", ".join(f"toString(shop_{name}(shop_text(json)))" for name in functions)
    assert answers(client, f"[{every}]", payloads) == [[None] * len(functions)] * len(payloads)


MOMENTS: list[object] = [
    *("2026-05-01T12:30:00Z", "2026-05-01 12:30", "2026-05-01t12:30:15.1239+03:00", "2026-5-1 9:05", " 2026-05-01 "),
    *("2026-01-30\u200b", "2026-01-30\ufe0f", "2026-01-30\u034f 10:00", "\u20662026-01-30T10:00:00Z\u2069"),
    *("01.05.2026", "1.5.2026, 9:05", "17.05.1990 г.", "31/01/2024", "01-31-2024", "05/05/2024", "05/06/2024 10:00"),
    *("2024/5/1 10:00:00", "2024.05.01", "20240501", "20240501t101530z", "20240501101530", "2024-02-30", "1989-12-31"),
    *("2026-01-15 10:00-12:00", "2026-01-15T10:00-12:00", "2026-01-15 10:00:00 UTC", "2026-01-15 10:00 gmt", "1 мая"),
    *("2026-10-25 02:30", "2026-03-29 02:30", "2026-03-29 00:00", "9999-01-01", "2026-01-15T10:00:00+15:00", ""),
    *("2026-01-01T10:00:00+03:00[Europe/Moscow]", "2026-01-01T10:00:00[Europe/Moscow]", "2012-07-01 10:00 МСК"),
    *("2026-07-01 10:00:00.5 Europe/Berlin", "2026-07-01 10:00 (UTC)", "2026-01-01 10:00:00 UTC+3"),
    *("2026-01-01 10:00 EST", "2026-01-01 10:00 МСК+2", "2026-01-01 10:00:00 +03:00 (MSK)"),
    *("9999-01-01 10:00 CET", "2026-01-01 10:00[Etc/UTC]", "2026-01-01 10:00 Etc/GMT+3", "2026-01-01 10:00[Etc/GMT+3]"),
    *(
        "2026-01-01 10:00 UTC-5",
        "2026-01-01T10:00+03:00[UTC+03:00]",
        "2026-01-01 10:00 (UTC+3)",
        "2026-01-01 10:00-12 MSK",
    ),
    *("2026-01-01 10:00:00 +0300 MSK", "2026-01-01 10:00:00 +0300 Europe/Moscow", "2026-01-01 10:00:00 +03:00 MSK"),
    *(1777975200, 1777975200000, 1777975200000000, "1777975200", "1501261030", 1501261030, 784895400, "63904154400"),
    *(
        202601201100,
        "0115261030",
        "1704101200",
        "2049999999",
        "2050000000",
        10**19,
        1777975200.0,
        -1763202600,
        True,
        None,
        {"$date": "2026-05-01"},
        ["2026-05-01"],
        "n/a",
    ),
]


@pytest.mark.parametrize(
    "rules",
    [
        MomentRules(),
        MomentRules("Europe/Moscow", "Europe/Berlin", "day_first"),
        MomentRules(date_order="month_first"),
        MomentRules(source_timezone="Etc/GMT+3"),
    ],
)
def test_what_is_not_yet_in_mart_is_read_by_the_same_rule(client: Client, rules: MomentRules) -> None:
    apply_migrations(client, rules=ReadingRules(**asdict(rules)))
    try:
        read = answers(client, f"toUnixTimestamp64Milli({as_in_a_view('shop_instant')})", [*map(as_payload, MOMENTS)])
    finally:
        apply_migrations(client)
    expected = dict(zip(map(repr, MOMENTS), read, strict=True))
    assert {repr(value): milliseconds(moment_of(value, rules)) for value in MOMENTS} == expected
    assert sum(moment is not None for moment in read) > 25
