"""How checks write what they found."""

import pytest

from shop_assets.documents.kinds import PURCHASES, STORES
from shop_assets.orchestration.check_texts import expected_count, percent, rejected
from shop_assets.orchestration.expected_counts import ExpectedCount


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1, "100%"), (0.07, "7%"), (0.005, "0.5%"), (0.0012, "0.12%"), (0.00001, "<0.01%"), (1 / 3, "33.33%")],
)
def test_a_share_has_the_decimals_that_it_needs(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_small_limit_is_not_shown_as_none() -> None:
    assert "(0.05%, SHOP_MAXIMUM_REJECTED_SHARE is 0.01%)" in rejected(5, "9,995 stored", 0.0005, 0.0001)


@pytest.mark.parametrize(
    ("number", "is_exact", "text"),
    [
        (3, True, "3 stores, not 45; if 3 is right: SHOP_EXPECTED_STORES=3"),
        (1_200, True, "1,200 stores, not 45; if 1,200 is right: SHOP_EXPECTED_STORES=1200"),
        (3, False, "3 stores, under 45; if 3 is right: SHOP_EXPECTED_STORES=3"),
        (0, True, "0 stores, SHOP_EXPECTED_STORES is 45"),
    ],
)
def test_a_count_of_mart_that_fails_says_which_setting_makes_it_right(number: int, is_exact: bool, text: str) -> None:
    expected = ExpectedCount(STORES, "expected_stores", 45, is_exact=is_exact)
    assert expected_count(number, expected, is_final=True) == text


def test_a_count_of_an_earlier_stage_proposes_no_number_because_mart_rejects_documents_too() -> None:
    text = expected_count(39, ExpectedCount(PURCHASES, "minimum_purchases", 200))
    assert text == "39 purchases, SHOP_MINIMUM_PURCHASES is 200"
