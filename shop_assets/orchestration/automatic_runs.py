"""Runs that schedules and sensors start, and that no user waits for."""

from collections.abc import Mapping
from typing import Final

from shop_assets.orchestration.retries import RETRIES_TAG

STARTED_BY: Final = "shop/started_by"
AUTOMATION: Final = "automation"
AUTOMATIC_TAGS: Final = {RETRIES_TAG: "3", STARTED_BY: AUTOMATION}
"""Their tags: they retry transient failures."""


def is_automatic(tags: Mapping[str, str]) -> bool:
    """Whether a schedule or a sensor started a run.

    Args:
        tags: Of the run.
    """
    return tags.get(STARTED_BY) == AUTOMATION
