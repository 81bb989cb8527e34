"""Object storage that is restarted: calls wait for it, also those that were under way."""

from threading import Timer

import pytest

from shop_assets.object_store import restarts
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import ObjectStoreError
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets_tests.outages.conftest import port_of, with_port
from shop_assets_tests.outages.proxy import Proxy, closed_port

KEY = "restarts/a.json"
AWAY_SECONDS = 4.0
"""More than botocore's own retries last, which are over within 1.6 s."""


def by_way_of(settings: Settings, port: int) -> Bucket:
    with object_store_resource(with_port(settings, "s3", port)).process_config_and_initialize_cm() as store:
        return Bucket(store.s3.get_client(), settings.s3_landing_bucket)


def test_a_call_that_is_cut_off_succeeds_when_the_store_is_back(shop: Settings) -> None:
    before = Proxy(port_of(shop, "s3"), 1, Proxy.cut)
    after = []

    def come_back() -> None:
        after.append(Proxy(port_of(shop, "s3"), 1_000_000, Proxy.cut, before.port))
        after[0].start()

    before.start()
    restart = Timer(AWAY_SECONDS, come_back)
    restart.start()
    try:
        by_way_of(shop, before.port).put(KEY, b"{}", "application/json")
    finally:
        restart.join()
        before.stop()
        after[0].stop()
    assert before.had_its_accident
    bucket = by_way_of(shop, port_of(shop, "s3"))
    assert bucket.get(KEY) == b"{}"
    bucket.delete([KEY])


def test_a_store_that_stays_away_is_reported(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "RESTART_SECONDS", 1.0)
    with pytest.raises(ObjectStoreError, match="does not respond"):
        by_way_of(shop, closed_port()).find(KEY)
