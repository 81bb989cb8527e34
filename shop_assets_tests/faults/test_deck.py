"""How points are dealt out to kills."""

from random import Random

from shop_assets_tests.faults.deck import Deck
from shop_assets_tests.faults.points import POINTS
from shop_assets_tests.faults.story import tell


def deal(seed: int, count: int) -> list[str]:
    deck = Deck(Random(seed))
    dealt = [deck.deal(["raw"], lambda _: True) for _ in range(count)]
    return [point.name for point in dealt if point is not None]


def test_every_point_of_a_stage_comes_up_before_any_comes_again() -> None:
    names = sorted(point.name for point in POINTS if point.stage == "raw")
    dealt = deal(1, 2 * len(names))
    assert sorted(dealt[: len(names)]) == sorted(dealt[len(names) :]) == names


def test_a_point_that_is_not_possible_waits_and_is_the_next_one_when_it_is() -> None:
    deck = Deck(Random(1))
    for _ in range(20):
        point = deck.deal(["topics"], lambda point: not point.needs_snapshot)
        assert point is not None
        assert not point.needs_snapshot
    waiting = [deck.deal(["topics"], lambda point: bool(point.needs_snapshot)) for _ in range(2)]
    assert len({point.name for point in waiting if point is not None}) == 2
    assert deck.deal(["topics"], lambda _: False) is None


def test_the_same_seed_deals_the_same_and_tells_the_same_story() -> None:
    assert deal(1, 30) == deal(1, 30) != deal(2, 30)
    assert tell(1, 4) == tell(1, 4) != tell(2, 4)


def test_points_have_titles_of_their_own() -> None:
    titles = [point.title for point in POINTS]
    assert len(set(titles)) == len(titles)
