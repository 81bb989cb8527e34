"""Grafana's alert rules: a query, a threshold for its number, and the text of the message.

Grafana cannot take the threshold of a rule from a dashboard's variable or from its environment: the limits are written
into the rules when they are built.
"""

from collections.abc import Mapping
from typing import Any, Final

from shop_assets.dashboards.alerts import ALERT_RULES, INSTANCE_TITLES, AlertRule, Condition
from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.grafana.dashboards import panel_number
from shop_assets.dashboards.grafana.source import UID, Format, Query
from shop_assets.dashboards.grafana.statements import with_expressions
from shop_assets.dashboards.numbers import format_number
from shop_assets.dashboards.panels import Unit
from shop_assets.language.translations import translated, translations
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import load_query

FOLDER: Final = "Сеть «Пикча»"
GROUP: Final = "Качество данных"
INTERVAL: Final = "10m"
"""Not more often, because the heaviest queries read every id of RAW and every line of MART."""

_VALUE: Final = {
    Unit.SHARE: "{{ humanizePercentage .Value }}",
    Unit.COUNT: '{{ printf "%.0f" .Value }}',
    Unit.HOURS: '{{ printf "%.1f" .Value }} ч',
}
"""Go templates of the measured number, `$values.A`."""

_RELATIVE_TIME_RANGE: Final = {"from": 600, "to": 0}
"""Grafana requires one; no query uses it."""


def rule_file(settings: BusinessSettings) -> dict[str, Any]:
    """The content of `alerting/rules.yaml`."""
    rules = [rule(alert, settings) for alert in translated(ALERT_RULES, translations(settings.language))]
    group = {"orgId": 1, "name": GROUP, "folder": FOLDER, "interval": INTERVAL, "rules": rules}
    return {"apiVersion": 1, "groups": [group]}


def rule(alert: AlertRule, settings: BusinessSettings) -> dict[str, Any]:
    """One rule. A query always has rows: no data means that something is broken, like an error."""
    threshold = alert.limit(settings)
    words = translations(settings.language)
    (dashboard,) = (dashboard for dashboard in translated(DASHBOARDS, words) if dashboard.uid == alert.dashboard)
    summary = words.gettext("{instance}: {number}, порог {limit}").format(
        instance=_title(f"$labels.{alert.instance}", translated(INSTANCE_TITLES[alert.instance], words)),
        number=_number(words.gettext(_VALUE[alert.unit]), words.gettext("нет данных")),
        limit=format_number(threshold, alert.unit, settings.language),
    )
    return {
        "uid": alert.uid,
        "title": alert.title,
        "condition": "B",
        "data": [_query_model(alert, settings), _threshold(alert, threshold)],
        "dashboardUid": alert.dashboard,
        "panelId": panel_number(dashboard, alert.panel),
        "noDataState": "NoData",
        "execErrState": "Error",
        "for": alert.pending,
        "annotations": {
            "summary": summary,
            "what_to_do": alert.what_to_do,
        },
        "labels": {"project": "shop"},
        "isPaused": False,
    }


def _number(shown: str, otherwise: str) -> str:
    """A Go template that gives the number; a rule in error has none, and what Go prints then Telegram refuses."""
    return f"{{{{ with $values.A }}}}{shown}{{{{ else }}}}{otherwise}{{{{ end }}}}"


def _title(label: str, titles: Mapping[str, str]) -> str:
    """A Go template that gives the title of a label. The label itself stays a code, by which Grafana knows an alert."""
    chosen = " else ".join(f'if eq {label} "{code}" }}}}{title}{{{{' for code, title in titles.items())
    return f"{{{{ {chosen} else }}}}{{{{ {label} }}}}{{{{ end }}}}"


def _query_model(alert: AlertRule, settings: BusinessSettings) -> dict[str, Any]:
    query = Query(alert.statement(with_expressions(load_query(alert.query), {}, settings)), Format.TABLE)
    return {
        "refId": "A",
        "datasourceUid": UID,
        "relativeTimeRange": _RELATIVE_TIME_RANGE,
        "model": query.to_json(),
    }


def _threshold(alert: AlertRule, threshold: float) -> dict[str, Any]:
    match alert.condition:
        case Condition.ABOVE:
            evaluator = {"type": "gt", "params": [threshold]}
        case Condition.BELOW:
            evaluator = {"type": "lt", "params": [threshold]}
        case Condition.UNEQUAL:
            evaluator = {"type": "outside_range", "params": [threshold, threshold]}
    return {
        "refId": "B",
        "datasourceUid": "__expr__",
        "relativeTimeRange": _RELATIVE_TIME_RANGE,
        "model": {
            "refId": "B",
            "type": "threshold",
            "datasource": {"type": "__expr__", "uid": "__expr__"},
            "expression": "A",
            "conditions": [{"evaluator": evaluator}],
        },
    }
