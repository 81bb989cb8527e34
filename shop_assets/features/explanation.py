"""Why a customer has a feature or not: the rule with its numbers, and the purchases that decided it.

Everything comes from the definitions that compute the matrix: its verdicts, the measures of the customer, and the same
measures of each purchase alone, which say what a purchase contributes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from shop_assets.features import windows
from shop_assets.features.definitions import CUSTOMER_ID, FEATURES, MEASURES, OTHER_INPUTS, Feature

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row

PURCHASE_ID: Final = "purchase_id"
MEMBER_COLUMN: Final = "is_loyalty_member"
CARD_COLUMN: Final = "loyalty_card_number"
"""Personal: whether there is one decides, not its number."""

_NAME: Final = re.compile(r"[a-z_]\w*")


@dataclass(frozen=True)
class Verdict:
    """A feature of a customer.

    Attributes:
        feature: Its definition, with the condition.
        value: 0 or 1, as in the matrix.
        inputs: What the condition reads, with the customer's values; None where there is none, or nobody knows whether
            the customer is a loyalty member. Of the loyalty card only whether there is one.
        purchases: The ids of the purchases that these values come from.
    """

    feature: Feature
    value: int
    inputs: Mapping[str, object]
    purchases: Sequence[str]


def explain(customers: "DataFrame", baskets: "DataFrame", day: date, timezone: str) -> dict[str, list[Verdict]]:
    """Explain all features of customers.

    Args:
        customers: As for `computation.customer_features`; `is_loyalty_member` may be null, for what is not known.
        baskets: As there, with `purchase_id`.
        day: The day of the matrix.
        timezone: The business time zone.

    Returns:
        The verdicts by customer, in the order of the features; customers who registered later have none.
    """
    from shop_assets.features.computation import WINDOWS, customer_features, measures

    as_matrix = customers.fillna(value=False, subset=[MEMBER_COLUMN])  # who is not known to be a member is none
    seen = baskets.where(baskets["purchase_datetime"] < windows.as_of(day, timezone))
    columns = [measure.alias(name) for name, measure in measures(day, timezone).items()]
    totals = {row[CUSTOMER_ID]: row.asDict() for row in seen.groupBy(CUSTOMER_ID).agg(*columns).collect()}
    parts: dict[str, list[Row]] = {}
    for part in seen.groupBy(CUSTOMER_ID, PURCHASE_ID).agg(*columns).collect():
        parts.setdefault(part[CUSTOMER_ID], []).append(part)
    known = {row[CUSTOMER_ID]: row.asDict() for row in customers.collect()}
    starts = {f"start_{days}": windows.window_start(day, days, timezone) for days in WINDOWS}
    return {
        row[CUSTOMER_ID]: [
            _verdict(
                feature,
                int(row[feature.name]),
                starts | known[row[CUSTOMER_ID]] | totals.get(row[CUSTOMER_ID], {}),
                parts.get(row[CUSTOMER_ID], []),
            )
            for feature in FEATURES
        ]
        for row in customer_features(as_matrix, baskets, day, timezone).collect()
    }


def _verdict(feature: Feature, value: int, values: Mapping[str, Any], parts: "Sequence[Row]") -> Verdict:
    names = [name for name in dict.fromkeys(_NAME.findall(feature.condition)) if name in MEASURES | OTHER_INPUTS]
    inputs = {name: _shown(name, values.get(name)) for name in names}
    decided = [
        str(part[PURCHASE_ID])
        for part in parts
        if any(_contributes(part[name], values.get(name)) for name in names if name in MEASURES)
    ]
    return Verdict(feature, value, inputs, sorted(decided))


def _contributes(part: Any, total: Any) -> bool:
    """Whether a purchase contributes to a measure: a count or an amount, or the bound that it is."""
    if part is None:
        return False
    return bool(part == total if isinstance(part, str | datetime) else part != 0)


def _shown(name: str, value: object) -> object:
    """A value with its time zone: Spark gives times as those of this machine. Of a card only whether there is one."""
    if name == CARD_COLUMN:
        return bool(str(value or "").strip())
    return value.astimezone(UTC) if isinstance(value, datetime) else value
