"""The files that Grafana reads: built from the sources, of Grafana's types, and of one piece."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.alerting import ContactPoint, NotificationPolicy, NotificationTemplate, Rule
from grafana_foundation_sdk.models.dashboard import Dashboard

from shop_assets.dashboards.alerts import ALERT_RULES, INSTANCE_TITLES
from shop_assets.dashboards.grafana.files import built_files
from shop_assets.settings import BusinessSettings
from shop_assets_tests.dashboards import provisioned
from shop_assets_tests.dashboards.provisioned import PROVISIONING, Json

# What Grafana's reader of provisioning files takes of a rule, beyond what its interface for programs has.
OF_FILES_ONLY = {"dashboardUid", "panelId"}
ENVIRONMENT = {
    "GRAFANA_CLICKHOUSE_HOST",
    "GRAFANA_CLICKHOUSE_PORT",
    "GRAFANA_CLICKHOUSE_USER",
    "GRAFANA_CLICKHOUSE_PASSWORD",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_CHAT_ID",
}
WRITTEN_BY_HAND = sorted(
    path.relative_to(PROVISIONING).as_posix()
    for path in PROVISIONING.rglob("*.yaml")
    if path.name in {"contact_points.yaml", "policies.yaml", "clickhouse.yaml"}
)


@pytest.fixture(scope="module", autouse=True)
def _typed_panels():
    register_default_plugins()


def same(model: Any) -> Any:
    """A model of the SDK as plain JSON."""
    return json.loads(JSONEncoder().encode(model))


def lost(value: object, typed: Any, path: str = "") -> Iterator[str]:
    """Where a file has what its type does not know, or has otherwise; what the type adds are defaults."""
    if isinstance(value, dict) and isinstance(typed, dict):
        for name, part in value.items():
            yield from lost(part, typed[name], f"{path}/{name}") if name in typed else [f"{path}/{name}"]
    elif isinstance(value, list) and isinstance(typed, list) and len(value) == len(typed):
        for number, (part, typed_part) in enumerate(zip(value, typed, strict=True)):
            yield from lost(part, typed_part, f"{path}/{number}")
    elif value != typed:
        yield path


def sources(value: object) -> list[str]:
    """The uids of all data sources that are named anywhere in a file."""
    if isinstance(value, dict):
        own = [value["datasource"]["uid"]] if isinstance(value.get("datasource"), dict) else []
        own += [value["datasourceUid"]] if "datasourceUid" in value else []
        return own + [uid for part in value.values() for uid in sources(part)]
    return [uid for part in value for uid in sources(part)] if isinstance(value, list) else []


def test_the_committed_files_are_what_the_build_makes(monkeypatch):
    for name in BusinessSettings.model_fields:
        monkeypatch.delenv(f"SHOP_{name.upper()}", raising=False)
    built = built_files(BusinessSettings())
    stale = [name for name, text in built.items() if (PROVISIONING / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make generate`"
    committed = {path.relative_to(PROVISIONING).as_posix() for path in PROVISIONING.rglob("*") if path.is_file()}
    assert committed == {*built, *WRITTEN_BY_HAND}


def test_a_setting_of_the_environment_reaches_variables_and_rules(monkeypatch):
    monkeypatch.setenv("SHOP_EXPECTED_STORES", "61")
    built = built_files(BusinessSettings())
    (variable,) = (
        found
        for found in json.loads(built["dashboards/shop/shop-counts.json"])["templating"]["list"]
        if found["name"] == "expected_stores"
    )
    assert (variable["type"], variable["query"], variable["current"]["value"]) == ("constant", "61", "61")
    assert "порог 61" in built["alerting/rules.yaml"]
    assert "toIntervalMinute(600)" in built["alerting/rules.yaml"]
    monkeypatch.setenv("SHOP_REPORT_SCHEDULE", "30 4 * * *")
    for name in ("alerting/rules.yaml", "dashboards/shop/shop-quality.json"):
        assert "toIntervalMinute(270)" in built_files(BusinessSettings())[name]


def test_files_in_english_have_no_russian_word_but_what_changes_the_case_of_cities(monkeypatch):
    monkeypatch.setenv("SHOP_LANGUAGE", "en")
    english = built_files(BusinessSettings())
    assert set(re.findall(r"[\w-]*[А-Яа-яЁё][\w-]*", str(english))) == {"-На-", "-на-"}
    russian = built_files(BusinessSettings(language="ru"))
    monkeypatch.delenv("SHOP_LANGUAGE")
    assert russian == built_files(BusinessSettings())
    lines = {name: text.count("\n") for name, text in russian.items()}
    assert {name: text.count("\n") for name, text in english.items()} == lines, "only texts differ"


@pytest.mark.parametrize("dashboard", provisioned.dashboards(), ids=lambda dashboard: dashboard["uid"])
def test_a_dashboard_is_of_grafanas_types_and_loses_nothing_in_them(dashboard):
    assert list(lost(dashboard, same(Dashboard.from_json(dashboard)))) == []


@pytest.mark.parametrize("rule", provisioned.rules(), ids=lambda rule: rule["uid"])
def test_a_rule_is_of_grafanas_types_and_loses_nothing_in_them(rule):
    known = {name: value for name, value in rule.items() if name not in OF_FILES_ONLY}
    through = same(Rule.from_json(known))
    assert {name: through[name] for name in known} == known
    assert rule["noDataState"] in {"NoData", "Alerting", "OK", "KeepLast"}
    assert rule["execErrState"] in {"Error", "Alerting", "OK", "KeepLast"}
    assert re.fullmatch(r"\d+[smh]", rule["for"])


def test_contact_points_policies_and_templates_are_of_grafanas_types():
    (point,) = provisioned.read("alerting/contact_points.yaml")["contactPoints"]
    (receiver,) = point["receivers"]
    assert receiver.items() <= same(ContactPoint.from_json(receiver)).items()
    (policy,) = provisioned.read("alerting/policies.yaml")["policies"]
    wanted = {name: value for name, value in policy.items() if name != "orgId"}
    assert wanted.items() <= same(NotificationPolicy.from_json(wanted)).items()
    (template,) = provisioned.read("alerting/templates.yaml")["templates"]
    wanted = {name: value for name, value in template.items() if name != "orgId"}
    assert wanted.items() <= same(NotificationTemplate.from_json(wanted)).items()


def test_every_data_source_that_is_named_is_the_provisioned_one():
    (source,) = provisioned.read("datasources/clickhouse.yaml")["datasources"]
    for file in (*provisioned.dashboards(), provisioned.read("alerting/rules.yaml")):
        assert set(sources(file)) <= {source["uid"], "__expr__"}
        assert source["uid"] in sources(file)


def test_the_policy_leads_to_the_contact_point_and_its_message_to_the_template():
    (point,) = provisioned.read("alerting/contact_points.yaml")["contactPoints"]
    (policy,) = provisioned.read("alerting/policies.yaml")["policies"]
    (template,) = provisioned.read("alerting/templates.yaml")["templates"]
    assert point["name"] == policy["receiver"] == "911"
    settings = point["receivers"][0]["settings"]
    assert isinstance(settings["chatid"], str)
    defined = set(re.findall(r'{{-? define "([\w.]+)"', template["template"]))
    used = set(re.findall(r'{{-? template "([\w.]+)"', template["template"] + settings["message"]))
    assert used == defined


def test_uids_are_unique_and_grafana_can_take_them():
    uids = [dashboard["uid"] for dashboard in provisioned.dashboards()] + [rule["uid"] for rule in provisioned.rules()]
    assert max(Counter(uids).values()) == 1
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", uid) for uid in uids)
    for dashboard in provisioned.dashboards():
        numbers = [panel["id"] for panel in provisioned.panels(dashboard)]
        assert len(set(numbers)) == len(numbers)


def test_a_rule_leads_to_its_panel():
    titles = {
        (dashboard["uid"], panel["id"]): panel["title"]
        for dashboard in provisioned.dashboards()
        for panel in provisioned.panels(dashboard)
    }
    led_to = {rule["uid"]: titles[rule["dashboardUid"], rule["panelId"]] for rule in provisioned.rules()}
    assert led_to == {alert.uid: alert.panel for alert in ALERT_RULES}


def test_a_message_names_what_an_alert_is_about_by_its_title_and_not_by_its_code():
    for rule, alert in zip(provisioned.rules(), ALERT_RULES, strict=True):
        named = dict(
            re.findall(rf'eq \$labels\.{alert.instance} "([^"]+)" }}}}([^{{]+){{{{', rule["annotations"]["summary"])
        )
        assert named == INSTANCE_TITLES[alert.instance]


def test_the_dashboards_have_exactly_the_variables_that_they_use():
    for dashboard in provisioned.dashboards():
        text = "\n".join(provisioned.statement(panel) for panel in provisioned.panels(dashboard))
        assert set(re.findall(r"\$\{(\w+)", text)) == set(provisioned.variables(dashboard))


def test_the_files_ask_the_environment_for_nothing_but_what_the_readme_names():
    readme = (PROVISIONING.parent / "README.md").read_text(encoding="utf-8")
    asked: set[str] = set()
    for name in WRITTEN_BY_HAND:
        asked |= set(re.findall(r"\$\{(\w+)\}", (PROVISIONING / name).read_text(encoding="utf-8")))
    assert asked == ENVIRONMENT
    assert {name for name in ENVIRONMENT if f"`{name}`" in readme} == ENVIRONMENT


def test_the_readme_has_every_rule_with_its_patience():
    readme = (PROVISIONING.parent / "README.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(): cells[3].strip() for line in readme.splitlines() if len(cells := line.split("|")) == 6}
    defined = {alert.title: alert.pending.replace("m", " min").replace("0s", "0") for alert in ALERT_RULES}
    assert defined.items() <= rows.items()


def test_no_dollar_of_a_rule_or_a_template_is_taken_for_a_variable_of_the_environment():
    # Grafana replaces ${NAME} in annotations, and $NAME in templates and labels too.
    for rule in provisioned.rules():
        assert "${" not in str(rule["annotations"])
        assert "$" not in str(rule["labels"])
    assert "$" not in str(provisioned.read("alerting/templates.yaml"))


def test_every_series_over_time_is_one_that_grafana_can_make():
    """The plugin makes a series of each number, named by its text: any other column would be one more."""
    for panel in (panel for dashboard in provisioned.dashboards() for panel in provisioned.panels(dashboard)):
        (target,) = panel["targets"]
        over_time = panel["type"] in {"timeseries", "heatmap"}
        assert target["format"] == (0 if over_time else 1)
        assert target["queryType"] == ("timeseries" if over_time else "table")


def transformed(panel: Json) -> list[str]:
    return [transformation["id"] for transformation in panel.get("transformations", [])]


def test_a_tile_takes_its_colour_from_the_query():
    tiles = [
        panel
        for dashboard in provisioned.dashboards()
        for panel in provisioned.panels(dashboard)
        if panel["type"] == "stat" and "AS color" in provisioned.statement(panel)
    ]
    assert len(tiles) >= 8
    assert all(transformed(panel) == ["rowsToFields"] for panel in tiles)
