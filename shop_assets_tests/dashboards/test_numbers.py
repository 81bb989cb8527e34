"""Numbers as a Russian and an English reader write them."""

import pytest

from shop_assets.dashboards.numbers import format_number
from shop_assets.dashboards.panels import Unit


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (0, Unit.COUNT, "0"),
        (1234567, Unit.COUNT, "1 234 567"),
        (1234.5, Unit.ROUBLES, "1 234 ₽"),
        (0.5, Unit.SHARE, "50 %"),
        (0.07, Unit.SHARE, "7 %"),
        (0.29, Unit.SHARE, "29 %"),
        (0.1234, Unit.SHARE, "12,3 %"),
        (1, Unit.SHARE, "100 %"),
        (0.25, Unit.HOURS, "15 мин"),
        (26.04, Unit.HOURS, "26,0 ч"),
        (72, Unit.HOURS, "3,0 сут"),
        (500_000, Unit.HOURS, "данных нет"),
        (None, Unit.COUNT, "—"),
        ("москва", Unit.TEXT, "москва"),
    ],
)
def test_a_number_is_written_with_its_unit(number, unit, text):
    assert format_number(number, unit).replace("\u00a0", " ").replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (1234567, Unit.COUNT, "1,234,567"),
        (1234.5, Unit.ROUBLES, "₽1,234"),
        (0.1234, Unit.SHARE, "12.3%"),
        (26.04, Unit.HOURS, "26.0 h"),
        (72, Unit.HOURS, "3.0 d"),
        (500_000, Unit.HOURS, "no data"),
    ],
)
def test_an_english_reader_finds_english_separators_and_units(number, unit, text):
    assert format_number(number, unit, "en").replace("\u00a0", " ") == text
