"""SeaweedFS as docker-compose.yml starts it, on this machine: who may write, and who may only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import ObjectStoreError
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.weed_server import make_security, weed_server

SERVICES = compose_file.services()


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    with weed_server(tmp_path) as server:
        yield server.endpoint


def reports(service: str, endpoint: str, settings: Settings) -> Bucket:
    """The bucket of reports, with the keys that a service has."""
    environment = SERVICES[service]["environment"]
    keys = {
        "s3_endpoint": endpoint,
        "s3_access_key": environment["SHOP_S3_ACCESS_KEY"],
        "s3_secret_key": type(settings.s3_secret_key)(environment["SHOP_S3_SECRET_KEY"]),
    }
    return object_store_resource(settings.model_copy(update=keys)).reports()


def test_the_pipeline_writes_and_a_notebook_only_reads(endpoint: str, stack_settings: Settings) -> None:
    patient = Retrying(
        retry=retry_if_exception_type(ObjectStoreError), wait=wait_fixed(0.5), stop=stop_after_delay(60), reraise=True
    )
    pipelines = patient(reports, "dagster-code", endpoint, stack_settings)
    patient(pipelines.put, "a.csv", b"1", "text/csv")
    notebooks = reports("jupyter", endpoint, stack_settings)
    assert [found.key for found in notebooks.list("")] == ["a.csv"]
    assert notebooks.get("a.csv") == b"1"
    for change in (lambda: notebooks.put("b.csv", b"2", "text/csv"), lambda: notebooks.delete(["a.csv"])):
        with pytest.raises(ObjectStoreError):
            change()
    pipelines.delete(["a.csv"])
    assert list(notebooks.list("")) == []


def test_a_second_setup_keeps_the_certificate_and_a_broken_one_is_finished(tmp_path: Path) -> None:
    security = make_security(tmp_path)
    made = {file.name: file.read_text() for file in security.iterdir()}
    assert made.keys() == {"certificate.pem", "key.pem", "security.toml"}
    assert {file.stat().st_mode & 0o777 for file in security.iterdir()} == {0o600}
    make_security(tmp_path)
    assert {file.name: file.read_text() for file in security.iterdir()} == made
    (security / "certificate.pem").unlink()
    make_security(tmp_path)
    assert not set(made.values()) & {file.read_text() for file in security.iterdir()}
