"""The order in which fault points are taken, and that each of them exists."""

import importlib
from functools import reduce
from random import Random

import pytest

from shop_assets_tests.faults.point_order import PointOrder
from shop_assets_tests.faults.points import POINTS
from shop_assets_tests.faults.scenario import build_scenario


def draw(seed: int, count: int) -> list[str]:
    point_order = PointOrder(Random(seed))
    drawn = [point_order.next_point(["raw"], lambda _: True) for _ in range(count)]
    return [point.name for point in drawn if point is not None]


def test_every_point_of_a_stage_comes_up_before_any_comes_again() -> None:
    names = sorted(point.name for point in POINTS if point.stage == "raw")
    drawn = draw(1, 2 * len(names))
    assert sorted(drawn[: len(names)]) == sorted(drawn[len(names) :]) == names


def test_a_point_that_is_not_possible_waits_and_is_the_next_one_when_it_is() -> None:
    point_order = PointOrder(Random(1))
    for _ in range(20):
        point = point_order.next_point(["topics"], lambda point: not point.needs_snapshot)
        assert point is not None
        assert not point.needs_snapshot
    waiting = [point_order.next_point(["topics"], lambda point: bool(point.needs_snapshot)) for _ in range(2)]
    assert len({point.name for point in waiting if point is not None}) == 2
    assert point_order.next_point(["topics"], lambda _: False) is None


def test_the_same_seed_gives_the_same_points_and_the_same_scenario() -> None:
    assert draw(1, 30) == draw(1, 30) != draw(2, 30)
    assert build_scenario(1, 4) == build_scenario(1, 4) != build_scenario(2, 4)


def test_points_have_titles_of_their_own() -> None:
    titles = [point.title for point in POINTS]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", sorted({point.function for point in POINTS if point.function is not None}))
def test_every_point_names_a_function_that_exists(path: str) -> None:
    module, _, names = path.partition(":")
    assert callable(reduce(getattr, names.split("."), importlib.import_module(module)))
