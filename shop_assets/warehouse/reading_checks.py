"""The checks of how values were read: what could not be read, amounts and ids that disagree.

They warn: MART is what the documents say as far as they say it, and every number here leads to the documents.
"""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client
from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity

from shop_assets.language.counts import counted
from shop_assets.orchestration.asset_keys import (
    AMOUNTS_AGREE,
    IDS_ARE_SPELLED_ONCE,
    VALUES_ARE_READ,
)
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.check_texts import percent
from shop_assets.settings import Settings, variable
from shop_assets.warehouse.mart_checks import SHOWN, mart_check
from shop_assets.warehouse.statements.query_execution import Row
from shop_assets.warehouse.statements.query_results import remembered_rows, remembered_sample


def build_reading_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """The checks, with the limits that the settings give.

    Args:
        settings: The settings.

    Returns:
        The checks.
    """
    return [
        _values_are_read(settings.maximum_unread_share),
        _amounts_agree(settings.maximum_wrong_amounts),
        _ids_are_spelled_once(),
    ]


def _values_are_read(limit: float) -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        # Normally there are none, and what they are shares of need not be counted.
        rows = remembered_rows(client, "unread_shares") if remembered_rows(client, "unread_counts") else []
        above = [row for row in rows if float(row["unread_share"]) > limit]
        unread = sum(int(row["unread_count"]) for row in rows)
        text = f"{counted(unread, 'value')} could not be read"
        if rows:
            text += ": " + "; ".join(_unread_text(row) for row in (above or rows)[:3])
        return _result(
            passed=not above,
            text=text,
            counts={"unread": unread},
            rows=rows[:SHOWN],
        )

    return mart_check(
        VALUES_ARE_READ,
        f"At most {percent(limit)} of the values of any field cannot be read; "
        f"{variable('maximum_unread_share')} changes the limit. They are in mart.unread_values.",
        measure,
    )


def _unread_text(row: Row) -> str:
    share = float(row["unread_share"])
    return f"{row['kind']} {row['field']} {percent(share)} ({row['reason']}, such as {row['example']!r})"


def _amounts_agree(limit: float) -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        rows = remembered_rows(client, "amounts")
        wrong = [row for row in rows if int(row["wrong"]) > limit * int(row["pairs"])]
        return _result(
            passed=not wrong,
            text="; ".join(map(_amount_text, wrong)) or _agreement_text(rows),
            counts={"wrong": sum(int(row["wrong"]) for row in rows)},
            rows=[
                {"what": row["what"], "compared": row["pairs"], "wrong": row["wrong"], "such as": row["example_id"]}
                for row in rows
            ],
        )

    return mart_check(
        AMOUNTS_AGREE,
        f"At most {percent(limit)} of the totals disagree with their lines, and of the prices with their products; "
        f"{variable('maximum_wrong_amounts')} changes the limit. Discounts are allowed for "
        "(docs/cleaning.md, Amounts).",
        measure,
    )


def _agreement_text(rows: Sequence[Row]) -> str:
    pairs = sum(int(row["pairs"]) for row in rows)
    if not pairs:
        return "no amount can be compared: lines and products have no prices"
    return f"0 of {counted(pairs, 'amount')} are wrong"


def _amount_text(row: Row) -> str:
    power = int(row["power_of_ten"])
    factor = f", by a factor of {10.0**power:g}" if power else ""
    kopecks = ": kopecks?" if power in (2, -2) else ""
    share = f"{int(row['wrong']):,} of {int(row['pairs']):,} differ"
    return f"{row['what']}: {share}{factor}{kopecks}, such as in {row['example_id']}"


def _ids_are_spelled_once() -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        found = remembered_sample(client, "ids_spelled_twice", SHOWN)
        first = [{"kind": row["kind"], "ids": ", ".join(row["ids"])} for row in found.first]
        such = f", such as {first[0]['kind']} {first[0]['ids']}" if first else ""
        return _result(
            passed=not found.count,
            text=f"{counted(found.count, 'id is', 'ids are')} spelled in several ways{such}",
            counts={"found": found.count},
            rows=first,
        )

    return mart_check(
        IDS_ARE_SPELLED_ONCE,
        "No two ids of a kind differ only by blanks, invisible characters or zeros before a number. Such ids are "
        "different documents until the source spells them alike.",
        measure,
    )


def _result(*, passed: bool, text: str, counts: dict[str, int], rows: Sequence[dict[str, object]]) -> AssetCheckResult:
    return AssetCheckResult(
        passed=passed,
        severity=AssetCheckSeverity.WARN,
        description=text,
        metadata={**counts, "first": sample_table(rows)},
    )
