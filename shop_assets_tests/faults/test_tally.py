"""What the table shows, and when all was made good."""

from collections import Counter

from shop_assets_tests.faults.comparison import Difference
from shop_assets_tests.faults.tally import Tally


def tally_of(*kills: list[Difference]) -> Tally:
    tally = Tally()
    for found in kills:
        tally.kill_happened("raw: between two blocks")
        tally.kill_was_followed("raw: between two blocks", found)
    return tally


def test_kills_that_were_made_good_are_counted() -> None:
    assert tally_of([], []).is_clean
    assert "| raw: between two blocks | 2 | 2 | 0 | 0 |" in tally_of([], []).table()


def test_what_was_lost_and_doubled_is_counted_and_nothing_is_clean_then() -> None:
    name = Counter({("store-001", "digest"): 1})
    tally = tally_of([], [Difference("mart.stores", name, Counter()), Difference("RAW", Counter(), name + name)])
    assert not tally.is_clean
    assert "| raw: between two blocks | 2 | 1 | 1 | 2 |" in tally.table()
    assert tally.table().endswith("| **all** | 2 | 1 | 1 | 2 |")


def test_a_kill_without_a_next_run_is_not_made_good() -> None:
    tally = tally_of([])
    tally.kill_happened("raw: between two blocks")
    assert not tally.is_clean


def test_a_complaint_is_enough_not_to_be_clean() -> None:
    tally = tally_of([])
    tally.complaints.append("something still runs")
    assert not tally.is_clean
