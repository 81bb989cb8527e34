"""Errors on their way to Dagster's storage: masked, and never replaced by another."""

import pytest

from shop_assets.errors import ShopError
from shop_assets.orchestration.masked_definitions import masked


class AskingAnEndedProcessError(Exception):
    """As Spark's errors do, whose text is in its Java."""

    def __str__(self) -> str:
        raise ConnectionRefusedError


def test_a_cause_that_can_no_longer_say_what_it_was_does_not_hide_the_error():
    def asks() -> None:
        raise AskingAnEndedProcessError

    @masked
    def fails() -> None:
        try:
            asks()
        except AskingAnEndedProcessError:
            raise ShopError("Spark failed: the table is not there") from None

    with pytest.raises(ShopError, match="Spark failed: the table is not there"):
        fails()
