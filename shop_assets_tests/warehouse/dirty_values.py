"""JSON values as real files have them, and worse."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

SPACES = [" ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "\x1f", "\x85", "\u2028"]

# Unassigned characters are left out: whether they have a lower case depends on the year of the Unicode tables.
characters = st.characters(blacklist_categories=("Cs", "Cn"))
spaces = st.text(st.sampled_from(SPACES), max_size=3)


def spaced(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("{}{}{}".format, spaces, text, spaces)


words = st.sampled_from(
    ["молоко", "МЯСО", "Рыба", "фрукты", "Ягоды", "овощи", "зелень", "Зерновые", "хлебобулочные", "яйца", "бобовые",
     "молочные", "🥛", "мясной", "овощи_и", "2фрукты", "ß", "İ", "ΑΣ", "Ё", "{", "[", '"', "\\", "null", "true", "/",
     "\x00"]
)  # fmt: skip
phrases = st.lists(words, max_size=5).flatmap(
    lambda parts: st.sampled_from([" ", ", ", "-", "/", "", "\u00a0"]).map(lambda joint: joint.join(parts))
)

WRITTEN_NUMBERS = ("1 234,56", "1\u00a0234,56", "1\u202f234.5", "1.234,56", "1,234.56", "1.234.567", "1,234,567",
    "1,234",
    "0,350", "12,5", "1234,567", "12 345", "0 123", "1 23", "1,23,456", "1.234.56", "1'234.50", "-1 234,5", "+1,5",
    "129,90 ₽", "129.90 руб.", "129,90р", "руб. 15", "RUB 15", "15 rub", "₽15", "15 $", "15 €", "7 дней", "5 шт",
    "1,5e3", "1.234 ₽", "руб. 12.345", "0.350 ₽", "1.234,5 р",
    "1..5", "1,,5", ",5", "5,", "1.5,", "1 234,567", "1.234,567", "1,234.567", "10 000 руб", "100 рублей",
    "рублей 5")  # fmt: skip
WRITTEN_TIMES = ("17.05.1990", "1.5.2024", "01.05.2024 9:05", "01.05.2024 09:05:30", "01.05.2024, 10:00:00",
    "17.05.1990 г.",
    "31/01/2024", "01/31/2024", "05/06/2024", "05/05/2024", "31-01-2024", "05-06-2024", "2024/05/01",
    "2024.05.01 10:00", "2026/01/20 9:05", "2024-1-5T9:05", "2024.1.5", "2024.1.5 9:05",
    "01.05.2024 10:00 UTC", "2024-05-01, 9:05",
    "20240501", "20240501101530", "20240501T101530Z", "1714557600", "1714557600000", 1714557600000, 643075200000,
    -631152000, -631152000000, 1714557600, "1714557600123456", "0000-00-00", "0000-00-00 00:00:00",
    "0001-01-01T00:00:00",
    "01.01.0001 0:00:00", "0", 0, "31.02.2024", "32.01.2024", "1.13.2024", "01.05.24", "2024-05-01 10:00:00 UTC",
    "2024-05-01 10:00:00 +03:00", "12345678", "5/6/2024 5:30 PM", "2024-05-01T10:00:00 MSK",
    "2026-01-15 10:00-12:00", "15.01.2026 9:00-11:00", "2026-01-15T10:00-03:00", "2026-01-15 10:00:00-13",
    "2026-01-15 10:00+14:00", "2026-01-15 10:00 -03", "260115100000", "150120261000", "150126100000", 63904154400,
    "900517000000", 631152000000, "2024-05-01T10:00:00+03:17", "2024-05-01T10:00:00+05:45")  # fmt: skip
WRITTEN_WORDS = ("да", "Нет", "ДА", "yes", "No", "y", "n", "on", "off", "+", "-", "—", "t", "f", "истина", "ложь",
    "1.0", 1.0, 0.0,
    1, 0, "есть", "maybe", "n/a", "None", "null", "nan", "не указано", "отсутствует", "нет данных", "Наличные", "нал.",
    "банковская карта", "по карте", "Банковская_карта", "VISA", "мир", "СБП", "безналичный", "cash", "card", "расчёт",
    "наличный расчёт", "подарочная карта", "м", "Ж", "муж.", "женский", "male", "X", "other", "000", "нет карты",
    "LOYAL-1", "false", "г. Москва", "г Москва", "Г.Москва", "город Москва", "Москва г", "пос. Мирный", "Орёл", "Орел",
    "Ростов - на - Дону", "Ростов\u2011на\u2011Дону", "Йошкар-Ола", "И\u0306ошкар-Ола", "Мос\u200bква", "\ufeffМосква",
    "Мо\u00adсква", "Псковская обл., г. Псков", "Россия, Псков", "Псков, Россия", "180000, Псков",
    "г. Псков, ул. Ленина",
    "Псков.", "псков,", "Псков (центр)", "Пcков", "Псков, Тверь", "Красноярск-26", "Респ. Татарстан, Казань",
    "б/н", "Б/Н",
    "д. 5, Псков", "Город: Псков", "Большая\u00a0 Пикча", "г.", "г. г.", "молочка", "Dairy",
    "Молоко и молочные продукты",
    "посёлок городского типа Линево", "город федерального значения Москва", "Москва | Химки",
    "'Уфа'", "Ростов на Дону", "Санкт-Петербург", "Москва\nХимки",
    "Псков\n", "Псковская обл.\r\nг. Псков", "Москва и Химки", "Москва ул. Ленина 1", "??????", "Моск\ufffdа", "77",
    "true", "Россия", "Московская область", "__debezium_unavailable_value", "Орëл", "Мοсква", "0рёл", "г",
    "Не указан.", "expired 2023", "card not issued 1", "5 percent", "since 2020", "01.02.2024", "2024-01-15",
    "none-1", "LOYAL-777", "4276 1234", "AB 123456", "ab 2024", "card: 12", "no. 5", "1234.5678.9012", "1.5",
    "loyal 7", "№12", "x-no-1", "12-34-5678", "12-10-2024",
    "мясо, соус",
    "корм для кошек с рыбой", "Овощи и фрукты", "хлеб", "Fruits & berries", "🥛", "Молочная продукция")  # fmt: skip

number_texts = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: str(number)[:90]),
    st.from_regex(r"[+-]?[0-9]{1,60}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?", fullmatch=True),
    st.sampled_from(WRITTEN_NUMBERS),
    st.sampled_from(
        ["", "-", "+", ".5", "5.", "1,5", "1 000", "0x10", "nan", "inf", "-inf", "1e", "1_0", "١٢", "12 ₽", "--1",
         "1.15", "1e3", "1E400", "1e-400", "-0", "+7", "007", "99999999999999.99995", "99999999999999.99994",
         "-0.00001", "0.00005", "2147483647", "2147483648", "-2147483648", "365.0", "365.5", "199.99999999999997"]
    ),
)  # fmt: skip

numbers = st.one_of(
    st.sampled_from([time for time in WRITTEN_TIMES if isinstance(time, int)]),
    st.integers(-(2**70), 2**70),
    st.integers(-10, 400),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(places=2, min_value=-100, max_value=10**7).map(float),
)

bounds = st.sampled_from(["1899-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "1900-01-01T00:00:00+03:00",
    "2299-12-31T23:59:59.999Z", "2299-12-31T23:59:59-01:00", "2300-01-01", "0000-01-01", "2024-02-30", "2023-02-29",
    "2024-02-29", "2024-04-31", "2024-13-01", "2024-05-01T24:00:00Z", "2024-05-01T23:59:60Z", "12", "1714557600",
    "01.05.2024", "2024-5-1", "2024-05-01T10", "2024-05-01T10:00+03", "2024-05-01 10:00", "2024-05-01t10:00:00.5z",
    "2024-05-01T10:00:00,5Z", "2024-05-01T10:00:00 +03:00", "2024-05-01Z", "May 1 2024", "2024-W18-3", "now",
    "2024-05-01T10:00:00.1234567890Z", "1969-12-31T23:59:59.999Z", "2024-05-01T10:00:00+24:00"])  # fmt: skip
offsets = st.sampled_from(["", "Z", "z", "+03:00", "-0330", "+14", "-23:59", "+00:00", "-12", " -03:00", "+1415"])
time_texts = st.one_of(
    bounds,
    st.sampled_from([text for text in WRITTEN_TIMES if isinstance(text, str)]),
    st.builds(
        lambda moment, precision, joint, zone: moment.isoformat(joint, precision) + zone,
        st.datetimes(datetime(1890, 1, 1), datetime(2310, 1, 1)),  # noqa: DTZ001  # the zone is written after it
        st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
        st.sampled_from(["T", " ", "t"]),
        offsets,
    ),
    st.dates().map(str),
    st.builds(lambda seconds: (datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat(),
              st.integers(-5, 5)),
)  # fmt: skip

scalars = st.one_of(
    st.none(),
    st.booleans(),
    spaced(st.one_of(phrases, st.text(characters, max_size=8))),
    spaced(number_texts),
    spaced(time_texts),
    st.sampled_from(["true", " TRUE", "False ", "1", "0"]),
    spaced(st.sampled_from([word for word in WRITTEN_WORDS if isinstance(word, str)])),
)
anything = st.one_of(
    scalars,
    numbers,
    st.lists(scalars, max_size=2),
    st.dictionaries(st.sampled_from(["a", "b"]), scalars, max_size=2),
)
