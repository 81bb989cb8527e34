"""Every text that people read has a translation, and a translation has the places of its text."""

import re

import pytest
from babel.messages.pofile import read_po

from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.panels import PanelType
from shop_assets.language.translations import Language, translated, translations
from shop_assets_tests.language.texts import PACKAGE, is_russian, russian_texts, summary_texts

FORMATS = {"%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m", "time:DD.MM.YYYY HH:mm"}


def entries(language: Language) -> dict[str, tuple[str, ...]]:
    """The texts of a file with their translations: one, or one for each form of a number."""
    with (PACKAGE / "language" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    found = {}
    for message in catalogue:
        one, *_ = message.id if isinstance(message.id, tuple) else (message.id,)
        if one:
            found[one] = message.string if isinstance(message.string, tuple) else (message.string,)
    return found


def test_every_russian_text_of_dashboards_alerts_and_messages_has_an_english_one():
    assert russian_texts() - entries("en").keys() == set(), "add them to shop_assets/language/en.po"


def test_every_english_text_of_the_summary_has_a_russian_one():
    assert summary_texts() - entries("ru").keys() == set(), "add them to shop_assets/language/ru.po"
    assert "Save it: {command}" in summary_texts()


def test_no_translation_is_of_a_text_that_the_code_no_longer_has():
    assert entries("en").keys() - russian_texts() == FORMATS
    assert entries("ru").keys() - summary_texts() == set()


def test_the_translations_are_of_their_language():
    assert [text for texts in entries("en").values() for text in texts if is_russian(text)] == []
    names = {"CSV        {address}", "Dagster    {address} (shop ui)"}  # proper names alone
    assert {key for key, texts in entries("ru").items() if not all(map(is_russian, texts))} == names


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_translation_has_the_places_of_its_text(language):
    for key, texts in entries(language).items():
        for text in texts:
            assert sorted(re.findall(r"\{\w+\}|\$\w+", text)) == sorted(re.findall(r"\{\w+\}|\$\w+", key)), key


def test_no_translation_of_a_literal_ends_a_literal_of_sql():
    assert [text for texts in entries("en").values() for text in texts if "'" in text or "\\" in text] == []


def test_a_definition_is_translated_at_any_depth_and_nothing_else_of_it_changes():
    english = translated(DASHBOARDS, translations("en"))
    assert [dashboard.title for dashboard in english] == ["Counts", "Quality", "Sales", "Customers"]
    (trend,) = (panel for panel in english[1].panels if panel.limit_series)
    assert (trend.limit_series, trend.value.title, trend.type) == ("limit", "duplicate ratio", PanelType.LINES)
    assert [panel.columns for dashboard in english for panel in dashboard.panels] == [
        panel.columns for dashboard in DASHBOARDS for panel in dashboard.panels
    ]
    assert translated(DASHBOARDS, translations(None)) == translated(DASHBOARDS, translations("ru")) == DASHBOARDS
    assert translated({"key": ["", "Покупки", 1, None]}, translations("en")) == {"key": ["", "Purchases", 1, None]}


@pytest.mark.parametrize(("count", "end"), [(1, "1 шаг."), (3, "3 шага."), (11, "11 шагов."), (21, "21 шаг.")])
def test_russian_has_three_forms_of_a_number(count, end):
    one, many = "{count} step after that could not run.", "{count} steps after that could not run."
    assert translations("ru").ngettext(one, many, count).format(count=count).endswith(end)
