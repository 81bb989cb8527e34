import contextlib
import zlib
from pathlib import Path

import pytest
from botocore.loaders import JSONFileLoader
from dagster import AssetExecutionContext, DagsterInstance, asset, materialize
from pydantic import SecretStr

from shop_assets.object_store.resource import ObjectStoreResource, object_store_resource
from shop_assets.settings import Settings


def test_the_three_buckets_are_made_when_they_are_first_used(settings: Settings):
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        buckets = [store.landing(), store.features(), store.reports()]
        names = {entry["Name"] for entry in buckets[0].client.list_buckets()["Buckets"]}
    assert [bucket.name for bucket in buckets] == [
        settings.s3_landing_bucket,
        settings.s3_features_bucket,
        settings.s3_reports_bucket,
    ]
    assert {bucket.name for bucket in buckets} <= names


def test_a_later_client_does_not_read_the_description_of_s3_again(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    first = object_store_resource(settings).s3.get_client()
    monkeypatch.setattr(JSONFileLoader, "load_file", lambda *_: pytest.fail("it is read again"))
    rotated = settings.model_copy(update={"s3_secret_key": SecretStr("another")})
    later = object_store_resource(rotated).s3.get_client()
    assert later is not first
    assert later.meta.endpoint_url == settings.s3_endpoint


def test_the_assets_of_a_process_share_a_client(settings: Settings):
    assert object_store_resource(settings).s3.get_client() is object_store_resource(settings).s3.get_client()


def test_the_secret_key_is_neither_printed_nor_stored_by_dagster(settings: Settings, tmp_path: Path):
    secret = settings.s3_secret_key.get_secret_value()

    @asset
    def uses_the_store(context: AssetExecutionContext, object_store: ObjectStoreResource) -> None:
        context.log.info("%r %s", object_store, object_store)
        object_store.landing().put("a", b"", "text/plain")

    resource = object_store_resource(settings)
    assert secret not in repr(resource) + str(resource)
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert materialize([uses_the_store], instance=instance, resources={"object_store": resource}).success
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"uses_the_store" in _inflated(path) for path in files)
    assert not [path for path in files if secret.encode() in _inflated(path)]


def _inflated(path: Path) -> bytes:
    """The file and, after it, what is compressed in it: Dagster stores snapshots of jobs deflated."""
    content = path.read_bytes()
    found = [content]
    start = content.find(b"\x78\x9c")
    while start >= 0:
        inflater = zlib.decompressobj()
        with contextlib.suppress(zlib.error):
            found.append(inflater.decompress(content[start:]))
        start = content.find(b"\x78\x9c", start + 1)
    return b"".join(found)
