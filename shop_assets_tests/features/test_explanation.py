"""`shop explain` on random shops: its verdicts are those of the matrix, and the purchases that it names decide them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812  # the name that PySpark's own documentation gives it

from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.explanation import Verdict, explain
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY, T
from shop_assets_tests.features.frames import frames
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.random_shops import random_shop

Compute = Callable[..., dict[str, dict[str, int]]]


def explained(
    spark: SparkSession, folder: Path, customers: list[Customer], purchases: list[Purchase]
) -> dict[str, list[Verdict]]:
    """The explanations; a purchase's id is its place in the list."""
    known, baskets = frames(spark, folder, customers, purchases)
    return explain(
        known, baskets.coalesce(1).withColumn("purchase_id", F.monotonically_increasing_id().cast("string")), DAY, "UTC"
    )


@pytest.mark.slow
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_the_verdicts_are_those_of_the_matrix_and_the_purchases_they_name_decide_them(
    spark: SparkSession, compute: Compute, tmp_path: Path, seed: int
) -> None:
    customers, purchases = random_shop(seed, DAY, "UTC", size=80)
    found = explained(spark, tmp_path, customers, purchases)
    expected = plain_reading.matrix(customers, purchases, DAY, "UTC")
    assert found.keys() == expected.keys()
    for customer, verdicts in found.items():
        assert {one.feature.name: one.value for one in verdicts} == expected[customer]
    for place, name in enumerate(FEATURE_NAMES):
        decided = {int(purchase) for verdicts in found.values() for purchase in verdicts[place].purchases}
        alone = compute(customers, [purchases[number] for number in decided], DAY, "UTC")
        assert {c: row[name] for c, row in alone.items()} == {c: row[name] for c, row in expected.items()}, name


@pytest.mark.slow
def test_the_inputs_of_a_rule_are_named_with_the_values_of_the_customer(spark: SparkSession, tmp_path: Path) -> None:
    customers, purchases = random_shop(3, DAY, "UTC", size=20)
    for customer, verdicts in explained(spark, tmp_path, customers, purchases).items():
        (cash,) = [one for one in verdicts if one.feature.name == "prefers_cash"]
        bought = [one for one in purchases if one.customer_id == customer and one.at < T]
        assert cash.inputs == {
            "cash": sum(one.payment == "cash" for one in bought) if bought else None,
            "purchases": len(bought) or None,
        }


@pytest.mark.slow
def test_a_membership_that_nobody_knows_is_none_for_the_matrix_and_unknown_in_its_explanation(
    spark: SparkSession, tmp_path: Path
) -> None:
    known, baskets = frames(
        spark, tmp_path, [Customer("c", T - timedelta(days=1), is_member=True, card_number="1")], []
    )
    unknown = known.withColumn("is_loyalty_member", F.lit(None).cast("boolean"))
    (loyal,) = [
        one
        for one in explain(unknown, baskets.withColumn("purchase_id", F.lit("")), DAY, "UTC")["c"]
        if one.feature.name == "loyal_customer"
    ]
    assert (loyal.value, loyal.inputs["is_loyalty_member"]) == (0, None)


@pytest.mark.slow
def test_of_a_loyalty_card_only_whether_there_is_one_is_said(spark: SparkSession, tmp_path: Path) -> None:
    numbers = {"with": "LC-40817810", "blank": " ", "without": None}
    customers = [
        Customer(name, T - timedelta(days=1), is_member=True, card_number=number) for name, number in numbers.items()
    ]
    said = {
        customer: one.inputs["loyalty_card_number"]
        for customer, verdicts in explained(spark, tmp_path, customers, []).items()
        for one in verdicts
        if one.feature.name == "loyal_customer"
    }
    assert said == {"with": True, "blank": False, "without": False}
