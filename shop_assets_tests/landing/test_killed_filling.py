"""A generated shop whose filling was killed is complete after the next run, byte for byte."""

from pathlib import Path

import pytest

from shop_assets.documents.kinds import KINDS
from shop_assets.landing.filling.sources import FillRequest, fill
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill
from shop_assets_tests.faults.points import LANDING_MANIFEST, PUT
from shop_assets_tests.landing.conftest import contents

SHOP = FillRequest(seed=7, stores=3, products=10, customers=6, purchases=12, dirty_share=0.3)


def fill_landing(settings: Settings) -> None:
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        for kind in KINDS:
            fill(store.landing(), kind, SHOP)


@pytest.mark.parametrize(
    "kill", [Kill(PUT, call=8), Kill(PUT, "during", call=15, delay=0.002), Kill(LANDING_MANIFEST, call=3)], ids=str
)
def test_the_next_run_finishes_what_a_killed_one_began(
    settings: Settings, bucket: Bucket, tmp_path: Path, kill: Kill
) -> None:
    fill_landing(settings)
    whole = contents(bucket)
    bucket.delete(key for key in whole if "as_of" not in key)  # the day up to which it goes is remembered
    forks = Forks(tmp_path / "runs.log")
    assert forks.run(fill_landing, settings, kill=kill).struck, forks.end_of_log()
    assert contents(bucket).items() < whole.items()
    fill_landing(settings)
    assert contents(bucket) == whole
    bucket.delete(whole)
