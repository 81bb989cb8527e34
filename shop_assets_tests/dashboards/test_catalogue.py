"""What is said of the panels and the alerts agrees with itself."""

import re
from collections import Counter

from shop_assets.dashboards.alerts import ALERTS, INSTANCE_WORDS, Condition
from shop_assets.dashboards.catalogue import BOARDS
from shop_assets.dashboards.grafana.boards import places
from shop_assets.dashboards.grafana.variables import LABELS
from shop_assets.dashboards.limits import LIMITS
from shop_assets.dashboards.panels import GRID
from shop_assets.dashboards.words import FEATURE_WORDS, GROUP_WORDS, KIND_WORDS
from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets.documents.product_groups import PRODUCT_GROUPS, UNKNOWN
from shop_assets.features.catalogue import FEATURE_NAMES
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.questions import read_question
from shop_assets.warehouse.sql_files import read_folder

PANELS = [panel for board in BOARDS for panel in board.panels]


def test_names_are_unique():
    for names in (
        [board.uid for board in BOARDS],
        [board.title for board in BOARDS],
        [alert.uid for alert in ALERTS],
        [alert.title for alert in ALERTS],
        *([panel.title for panel in board.panels] for board in BOARDS),
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_code_has_a_russian_word():
    assert list(FEATURE_WORDS) == list(FEATURE_NAMES)
    assert len(set(FEATURE_WORDS.values())) == len(FEATURE_NAMES)
    assert set(KIND_WORDS) == set(KIND_BY_NAME)
    assert set(GROUP_WORDS) == {group.code for group in PRODUCT_GROUPS} | {UNKNOWN}
    for word in (*FEATURE_WORDS.values(), *KIND_WORDS.values(), *GROUP_WORDS.values(), *INSTANCE_WORDS.values()):
        assert re.search("[а-яё]", word.lower())


def test_the_features_stand_in_the_order_of_the_matrix():
    statement = read_question("dashboards/feature_values").statement
    assert re.findall(r"^        (\w+),?$", statement, re.MULTILINE) == list(FEATURE_NAMES)


def test_every_panel_says_what_it_shows_in_russian():
    for text in (text for panel in PANELS for text in (panel.title, panel.description)):
        assert re.search("[а-яё]", text.lower()), text


def test_every_question_of_the_dashboards_is_asked():
    asked = [panel.question for panel in PANELS] + [alert.question for alert in ALERTS]
    asked += [f"dashboards/{variable}_choices" for variable in LABELS]
    read = {name for question in asked for name in (question, *read_question(question).reads)}
    assert {file.name for file in read_folder("dashboards")} - read == set()


def test_every_limit_and_every_setting_of_an_alert_is_a_setting():
    used = {alert.setting for alert in ALERTS if alert.setting}
    used |= {setting for panel in PANELS for setting in panel.from_settings.values()}
    assert used <= set(LIMITS) <= set(BusinessSettings.model_fields)


def test_every_alert_has_a_panel_that_shows_its_figure():
    titles = {(board.uid, panel.title) for board in BOARDS for panel in board.panels}
    assert {(alert.board, alert.panel) for alert in ALERTS} <= titles


def test_panels_fill_the_grid_without_lying_on_one_another():
    for board in BOARDS:
        cells = Counter(
            (x, y)
            for place in places(board.panels)
            for x in range(place.x, place.x + place.w)
            for y in range(place.y, place.y + place.h)
        )
        assert max(cells.values()) == 1
        assert max(x for x, _ in cells) < GRID


def test_a_condition_holds_only_beyond_the_limit():
    holding = {condition: [number for number in (44, 45, 46) if condition.holds(number, 45)] for condition in Condition}
    assert holding == {Condition.ABOVE: [46], Condition.BELOW: [44], Condition.UNEQUAL: [44, 46]}
