"""What is said of the panels and the alerts agrees with itself."""

import re
from collections import Counter

from shop_assets.dashboards.alerts import ALERT_RULES, Condition
from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.grafana.dashboards import places
from shop_assets.dashboards.grafana.variables import LABELS
from shop_assets.dashboards.panels import GRID
from shop_assets.dashboards.titles import AMOUNT_TITLES, FEATURE_TITLES, GROUP_TITLES, KIND_TITLES, LIMIT_TITLES
from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets.documents.product_groups import PRODUCT_GROUPS, UNKNOWN
from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.sql_templates import read_folder

PANELS = [panel for dashboard in DASHBOARDS for panel in dashboard.panels]


def test_names_are_unique():
    for names in (
        [dashboard.uid for dashboard in DASHBOARDS],
        [dashboard.title for dashboard in DASHBOARDS],
        [alert.uid for alert in ALERT_RULES],
        [alert.title for alert in ALERT_RULES],
        *([panel.title for panel in dashboard.panels] for dashboard in DASHBOARDS),
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_code_has_a_russian_title():
    assert list(FEATURE_TITLES) == list(FEATURE_NAMES)
    assert len(set(FEATURE_TITLES.values())) == len(FEATURE_NAMES)
    assert set(KIND_TITLES) == set(KIND_BY_NAME)
    assert set(GROUP_TITLES) == {group.code for group in PRODUCT_GROUPS} | {UNKNOWN}
    for word in (*FEATURE_TITLES.values(), *KIND_TITLES.values(), *GROUP_TITLES.values(), *AMOUNT_TITLES.values()):
        assert re.search("[а-яё]", word.lower())


def test_every_panel_says_what_it_shows_in_russian():
    for text in (text for panel in PANELS for text in (panel.title, panel.description)):
        assert re.search("[а-яё]", text.lower()), text


def test_every_query_of_the_dashboards_is_used():
    asked = [panel.query for panel in PANELS] + [alert.query for alert in ALERT_RULES]
    asked += [f"dashboards/{variable}_choices" for variable in LABELS]
    read = {name for query in asked for name in (query, *load_query(query).dependencies)}
    assert {file.name for file in read_folder("dashboards")} - read == set()


def test_every_limit_and_every_setting_of_an_alert_is_a_setting():
    used = {alert.setting for alert in ALERT_RULES if alert.setting}
    used |= {setting for panel in PANELS for setting in panel.setting_parameters.values()}
    assert used <= set(LIMIT_TITLES) <= set(BusinessSettings.model_fields)


def test_every_alert_has_a_panel_that_shows_its_figure():
    titles = {(dashboard.uid, panel.title) for dashboard in DASHBOARDS for panel in dashboard.panels}
    assert {(alert.dashboard, alert.panel) for alert in ALERT_RULES} <= titles


def test_panels_fill_the_grid_without_lying_on_one_another():
    for dashboard in DASHBOARDS:
        cells = Counter(
            (x, y)
            for place in places(dashboard.panels)
            for x in range(place.x, place.x + place.w)
            for y in range(place.y, place.y + place.h)
        )
        assert max(cells.values()) == 1
        assert max(x for x, _ in cells) < GRID


def test_a_condition_holds_only_beyond_the_limit():
    holding = {
        condition: [number for number in (44, 45, 46) if condition.is_met(number, 45)] for condition in Condition
    }
    assert holding == {Condition.ABOVE: [46], Condition.BELOW: [44], Condition.UNEQUAL: [44, 46]}
