"""SeaweedFS as docker-compose.yml starts it, with the files of s3-setup, on this machine."""

import re
import shlex
import shutil
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from shop_assets_tests.full_stack import compose_file

WEED = Path(sysconfig.get_path("scripts")) / "weed"
PARTS = ("s3", "master", "volume", "filer")


@dataclass(frozen=True)
class WeedServer:
    process: subprocess.Popen[bytes]
    endpoint: str


def make_security(folder: Path) -> Path:
    """Does what s3-setup does, in a folder of this machine; a second time too."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing here; the image has it")
    security = folder / "s3-security"
    security.mkdir(exist_ok=True)
    script = compose_file.services()["s3-setup"]["command"][0].replace("/s3-security", str(security))
    subprocess.run(["bash", "-ec", script], check=True, capture_output=True)
    return security


@contextmanager
def weed_server(folder: Path) -> Iterator[WeedServer]:
    """The service `s3`; the ports that a container has for itself are free ones."""
    service = compose_file.services()["s3"]
    config = folder / "identities.json"
    config.write_text(service["environment"]["IDENTITIES"])
    started = re.search(r"exec weed (.*)", service["command"][0].replace("\\\n", ""))
    assert started
    places = {
        "/tmp/identities.json": str(config),
        "/s3-security": str(make_security(folder)),
        "/data": str(folder),
    }
    arguments = started[1]
    for of_compose, here in places.items():
        arguments = arguments.replace(of_compose, here)
    ports = {name: free_port() for name in PARTS}
    grpc = {f"{name}.port.grpc": free_port() for name in ports}
    own = [f"-{name}={port}" for name, port in ({f"{name}.port": port for name, port in ports.items()} | grpc).items()]
    process = subprocess.Popen(
        [WEED, *shlex.split(arguments), *own, "-s3.ip.bind=127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield WeedServer(process, f"http://127.0.0.1:{ports['s3']}")
    finally:
        process.kill()  # a good end takes half a minute, and nobody wants the data
        process.wait()
        for port in (*ports.values(), *grpc.values()):
            for socket_file in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                socket_file.unlink()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
