"""What a story leaves behind when nobody disturbs it: the measure for every telling with kills."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shop_assets_tests.faults.comparison import Difference, differences
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.holdings import HOLDINGS, OFFSETS, Holding, offsets_in_kafka
from shop_assets_tests.faults.stages import STAGES, Scene
from shop_assets_tests.faults.story import Chapter


@dataclass(frozen=True)
class ChapterHeld:
    """What the back ends held after a chapter, by holding, and how long each stage took."""

    holdings: dict[str, Holding] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def held(scene: Scene, stages: Sequence[str]) -> dict[str, Holding]:
    """What these stages made, by holding."""
    return {name: holding for stage in stages for name, holding in HOLDINGS[stage](scene)}


def differences_from(expected: ChapterHeld, scene: Scene, stages: Sequence[str]) -> list[Difference]:
    """Where a scene holds something else than is expected, as far as these stages made it.

    RAW's offsets are held against Kafka: each message that the topics have, once.
    """
    found = held(scene, stages)
    holdings = dict(expected.holdings)
    if OFFSETS in found:
        holdings[OFFSETS] = offsets_in_kafka(scene.settings)
    return differences(holdings, found)


def undisturbed(forks: Forks, scene: Scene, chapters: Sequence[Chapter], stages: Sequence[str]) -> list[ChapterHeld]:
    """Tells the story through these stages. Raises AssertionError when a stage fails."""
    told = []
    for chapter in chapters:
        chapter.happen(scene)
        seconds = {}
        for stage in stages:
            ending = forks.run(STAGES[stage], scene)
            assert ending.succeeded, f"{stage} fails without any kill:\n{forks.end_of_log()}"
            seconds[stage] = ending.seconds
        told.append(ChapterHeld(held(scene, stages), seconds))
    return told
