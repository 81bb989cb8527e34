"""SeaweedFS as docker-compose.yml starts it, on this machine: who may write, and who may only read."""

import re
import shlex
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import ObjectStoreError
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets_tests.full_stack import compose_file

SERVICES = compose_file.services()
WEED = Path(sysconfig.get_path("scripts")) / "weed"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """The gateway's URL; the other ports, which a container has for itself, are free ones too."""
    config = tmp_path / "identities.json"
    config.write_text(SERVICES["s3"]["environment"]["IDENTITIES"])
    started = re.search(r"exec weed (.*)", SERVICES["s3"]["command"][0].replace("\\\n", ""))
    assert started
    arguments = shlex.split(started[1].replace("/data", str(tmp_path)).replace("/tmp/identities.json", str(config)))
    ports = {name: free_port() for name in ("s3", "master", "volume", "filer")}
    grpc = {f"{name}.port.grpc": free_port() for name in ports}
    own = [f"-{name}={port}" for name, port in ({f"{name}.port": port for name, port in ports.items()} | grpc).items()]
    process = subprocess.Popen(
        [WEED, *arguments, *own, "-s3.ip.bind=127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield f"http://127.0.0.1:{ports['s3']}"
    process.kill()  # a good end takes half a minute, and nobody wants the data
    process.wait()
    for port in (*ports.values(), *grpc.values()):
        for socket_file in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
            socket_file.unlink()


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
