"""What a stage says of its progress."""

import pytest

from shop_assets.coordination import progress
from shop_assets.coordination.progress import advance, expect, progress_reported


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock: its only element."""
    clock = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    return clock


def test_a_long_stage_says_how_far_and_how_fast_it_is_and_what_is_left(now: list[float]):
    said: list[str] = []
    with progress_reported(said.append):
        advance(500)
        now[0] += 4
        advance(500)
        assert said == []  # each sentence is stored as an event
        now[0] += 2
        expect(9000)
        advance(2000)
        now[0] += 6
        advance(3000)
    assert said == [
        "3,000 documents, 500 a second, 6,000 left, about 12 s",
        "6,000 documents, 500 a second, 3,000 left, about 6 s",
    ]


def test_nothing_is_said_where_nobody_listens(now: list[float]):
    with progress_reported(lambda _: pytest.fail("it listens no more")):
        pass
    now[0] += 60
    advance(1000)
