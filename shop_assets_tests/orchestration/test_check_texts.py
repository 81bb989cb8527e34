"""How checks write what they found."""

import pytest

from shop_assets.orchestration.check_texts import percent, rejected


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1, "100%"), (0.07, "7%"), (0.005, "0.5%"), (0.0012, "0.12%"), (0.00001, "<0.01%"), (1 / 3, "33.33%")],
)
def test_a_share_has_the_decimals_that_it_needs(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_small_limit_is_not_shown_as_none() -> None:
    assert "(0.05%, SHOP_MAXIMUM_REJECTED_SHARE is 0.01%)" in rejected(5, "9,995 stored", 0.0005, 0.0001)
