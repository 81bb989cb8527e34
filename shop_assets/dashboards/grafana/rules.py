"""The alerts as Grafana's alert rules: a query, a threshold on its one number, and the words of the message.

Grafana cannot take a threshold of a rule from a dashboard's variable or from its environment: the limits are written
into the rules when they are built.
"""

from typing import Any, Final

from shop_assets.dashboards.alerts import ALERTS, Alert, Condition
from shop_assets.dashboards.catalogue import BOARDS
from shop_assets.dashboards.grafana.boards import panel_number
from shop_assets.dashboards.grafana.source import UID, Format, Query
from shop_assets.dashboards.limits import limit
from shop_assets.dashboards.page.numbers import written
from shop_assets.dashboards.panels import Unit
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.questions import read_question

FOLDER: Final = "Сеть «Пикча»"
GROUP: Final = "Качество данных"
INTERVAL: Final = "10m"
"""The heaviest question reads every id of RAW: not more often."""

_VALUE: Final = {
    Unit.SHARE: "{{ humanizePercentage $values.A.Value }}",
    Unit.COUNT: '{{ printf "%.0f" $values.A.Value }}',
    Unit.HOURS: '{{ printf "%.1f" $values.A.Value }} ч',
}
_RELATIVE_TIME_RANGE: Final = {"from": 600, "to": 0}
"""Grafana wants one; no question asks for it."""


def rule_file(settings: BusinessSettings) -> dict[str, Any]:
    """The content of `alerting/rules.yaml`."""
    rules = [rule(alert, settings) for alert in ALERTS]
    group = {"orgId": 1, "name": GROUP, "folder": FOLDER, "interval": INTERVAL, "rules": rules}
    return {"apiVersion": 1, "groups": [group]}


def rule(alert: Alert, settings: BusinessSettings) -> dict[str, Any]:
    """One rule. A question always has rows, so that no data means that something is broken, as an error does."""
    bound = limit(settings, alert.setting) if alert.setting else 0
    (board,) = (board for board in BOARDS if board.uid == alert.board)
    return {
        "uid": alert.uid,
        "title": alert.title,
        "condition": "B",
        "data": [_question(alert), _threshold(alert, bound)],
        "dashboardUid": alert.board,
        "panelId": panel_number(board, alert.panel),
        "noDataState": "NoData",
        "execErrState": "Error",
        "for": alert.pending,
        "annotations": {
            "summary": f"{{{{ $labels.{alert.instance} }}}}: {_VALUE[alert.unit]}, порог {written(bound, alert.unit)}",
            "what_to_do": alert.what_to_do,
        },
        "labels": {"project": "shop"},
        "isPaused": False,
    }


def _question(alert: Alert) -> dict[str, Any]:
    query = Query(alert.statement(read_question(alert.question).statement), Format.TABLE)
    return {
        "refId": "A",
        "datasourceUid": UID,
        "relativeTimeRange": _RELATIVE_TIME_RANGE,
        "model": query.to_json(),
    }


def _threshold(alert: Alert, bound: float) -> dict[str, Any]:
    match alert.condition:
        case Condition.ABOVE:
            evaluator = {"type": "gt", "params": [bound]}
        case Condition.BELOW:
            evaluator = {"type": "lt", "params": [bound]}
        case Condition.UNEQUAL:
            evaluator = {"type": "outside_range", "params": [bound, bound]}
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
