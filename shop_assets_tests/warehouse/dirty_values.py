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

number_texts = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: str(number)[:90]),
    st.from_regex(r"[+-]?[0-9]{1,60}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?", fullmatch=True),
    st.sampled_from(
        ["", "-", "+", ".5", "5.", "1,5", "1 000", "0x10", "nan", "inf", "-inf", "1e", "1_0", "١٢", "12 ₽", "--1",
         "1.15", "1e3", "1E400", "1e-400", "-0", "+7", "007", "99999999999999.99995", "99999999999999.99994",
         "-0.00001", "0.00005", "2147483647", "2147483648", "-2147483648", "365.0", "365.5", "199.99999999999997"]
    ),
)  # fmt: skip

numbers = st.one_of(
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
offsets = st.sampled_from(["", "Z", "z", "+03:00", "-0330", "+14", "-23:59", "+00:00"])
time_texts = st.one_of(
    bounds,
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
    st.sampled_from(["true", " TRUE", "False ", "1", "0", "да", "yes"]),
)
anything = st.one_of(
    scalars,
    numbers,
    st.lists(scalars, max_size=2),
    st.dictionaries(st.sampled_from(["a", "b"]), scalars, max_size=2),
)
