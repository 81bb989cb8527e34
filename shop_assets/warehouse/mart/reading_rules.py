"""What the settings decide about reading values: the variables of the SQL functions that need them.

The rules themselves are in `sql/functions/` and `sql/macros/`. A changed setting changes functions, with them the
cleaning views and `shop_rules()`, and so every document is cleaned again (`renewal.py`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.settings import ReadingSettings
from shop_assets.settings.environment import DEFAULT_CLOCK_SLACK_SECONDS
from shop_assets.warehouse.statements.sql_templates import normalised, read_folder

RULES: Final = "functions/54_shop_rules"

BELIEVED_SECONDS: Final = 300
"""How much later than its message a source time may be."""


@dataclass(frozen=True)
class ReadingRules:
    """How values are read where the documents do not say it.

    Attributes:
        timezone: The business time zone, to which a day without a time belongs.
        source_timezone: The time zone of times without an offset and without the name of another zone.
        number_comma: What a lone comma before three digits is: `unknown`, `decimal` or `thousands`.
        date_order: What 05/06/2024 is: `unknown`, `day_first` or `month_first`.
        clock_slack_seconds: How much later than its message a date may be.
    """

    timezone: str = "UTC"
    source_timezone: str = "UTC"
    number_comma: str = "unknown"
    date_order: str = "unknown"
    clock_slack_seconds: int = DEFAULT_CLOCK_SLACK_SECONDS


def reading_rules(settings: ReadingSettings) -> ReadingRules:
    """The rules that the settings give.

    Args:
        settings: The settings.

    Returns:
        The rules; times without an offset are of the business time zone unless another one is set.
    """
    return ReadingRules(
        settings.timezone,
        settings.local_timezone,
        settings.number_comma,
        settings.date_order,
        settings.clock_slack_seconds,
    )


def template_values(rules: ReadingRules) -> Mapping[str, Mapping[str, Any]]:
    """What the headers of `sql/functions/` list under `Variables:`, by file.

    Args:
        rules: The rules.

    Returns:
        The variables of each file, with the fingerprint of all of them.
    """
    zones = {"timezone": rules.timezone, "source_timezone": rules.source_timezone}
    variables: dict[str, Mapping[str, Any]] = {
        "functions/56_shop_moment": zones,
        "functions/57_shop_day": {"source_timezone": rules.source_timezone},
        "functions/27_shop_named_zone": {"source_timezone": rules.source_timezone},
        "functions/22_shop_time_fault": {"believed_seconds": BELIEVED_SECONDS},
        "functions/24_shop_latest_moment": {"clock_slack_seconds": rules.clock_slack_seconds},
        "functions/28_shop_decimal": {"number_comma": rules.number_comma},
        "functions/29_shop_amount": {"number_comma": rules.number_comma},
        "functions/42_shop_number_reason": {"number_comma": rules.number_comma},
        "functions/43_shop_day_reason": {"date_order": rules.date_order},
        "functions/55_shop_iso": {"date_order": rules.date_order},
        RULES: {"rules": ""},
    }
    reading = [*read_folder("functions", variables), *(f for f in read_folder("mart") if f.path.endswith("_cleaning"))]
    text = "\n".join(normalised(file.statement) for file in reading)
    return {**variables, RULES: {"rules": hashlib.sha256(text.encode()).hexdigest()[:16]}}
