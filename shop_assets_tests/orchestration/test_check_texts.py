"""How checks write what they found."""

import pytest

from shop_assets.orchestration.check_texts import expected_count, percent, rejected


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
    assert (
        expected_count(number, "store", 45, "expected_stores", passed=False, is_exact=is_exact, is_final=True) == text
    )


def test_a_count_of_an_earlier_stage_proposes_no_number_because_mart_rejects_documents_too() -> None:
    text = expected_count(39, "purchase", 200, "minimum_purchases", passed=False, is_exact=False)
    assert text == "39 purchases, SHOP_MINIMUM_PURCHASES is 200"
