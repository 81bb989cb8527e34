"""The sentences in which checks of several stages report their results; a passed check reads as good news."""

from collections.abc import Sequence
from typing import Final

from shop_assets.language.counts import counted
from shop_assets.orchestration.expected_counts import ExpectedCount
from shop_assets.settings import variable

LIST_REJECTS: Final = "shop rejects list"


def percent(share: float) -> str:
    """Write a share or its limit.

    Args:
        share: A fraction of 1.

    Returns:
        The percentage with the decimals that it has, up to two: `7%`, `0.5%`, `<0.01%`.
    """
    text = f"{100 * share:.2f}".rstrip("0").rstrip(".")
    return f"{text}%" if text != "0" or not share else "<0.01%"


def expected_count(number: int, expected: ExpectedCount, *, is_final: bool = False) -> str:
    """Say how many documents there are.

    Args:
        number: How many there are.
        expected: How many there should be.
        is_final: Whether the number is that of MART: an earlier stage also counts what MART rejects, so that only this
            number may be proposed for the setting.

    Returns:
        For example "45 stores, 45 expected", "3 stores, SHOP_EXPECTED_STORES is 45", or of MART "3 stores, not 45; if 3
        is right: SHOP_EXPECTED_STORES=3".
    """
    documents = counted(number, expected.kind.singular)
    limit, setting = f"{expected.limit:,}", variable(expected.setting)
    if expected.is_met(number):
        return f"{documents}, {'' if expected.is_exact else 'at least '}{limit} expected"
    if not number or not is_final:
        return f"{documents}, {setting} is {limit}"
    return f"{documents}, {'not' if expected.is_exact else 'under'} {limit}; if {number:,} is right: {setting}={number}"


def rejected(count: int, others: str, share: float, limit: float) -> str:
    """Say how many documents are rejected, and how to see them.

    Args:
        count: How many are.
        others: How many are not, with a word for it.
        share: Of the rejects, a fraction of 1.
        limit: The largest share that is allowed, a fraction of 1.

    Returns:
        For example "0 rejected, 435 stored".
    """
    text = f"{count:,} rejected, {others}"
    if not count:
        return text
    above = f" ({percent(share)}, {variable('maximum_rejected_share')} is {percent(limit)})" if share > limit else ""
    return f"{text}{above}: {LIST_REJECTS}"


def unfinished_erasures(numbers: Sequence[str], finished_by: str = "shop pii erase finishes") -> str:
    """Say which erasures are not finished, and what finishes them.

    Args:
        numbers: Of the erasures; at least one.
        finished_by: What does, with its verb.

    Returns:
        For example "1 erasure is not finished (e20261129200301ab12): shop pii erase finishes it".
    """
    them = "it" if len(numbers) == 1 else "them"
    unfinished = counted(len(numbers), "erasure is not finished", "erasures are not finished")
    return f"{unfinished} ({', '.join(numbers)}): {finished_by} {them}"
