"""A load that pauses between the check of its lease and its write, while another one loads newer documents."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from shop_assets.coordination import lease
from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.documents.kinds import STORES
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import Settings, variable
from shop_assets_tests.document_store import loading_process
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, put, store


@pytest.fixture
def paused(settings: Settings, database: Documents, bucket: Bucket) -> Iterator[subprocess.Popen[str]]:
    """A process that has read the older version of a store and is about to write it."""
    put(bucket, "stores/a.json", store(1, version="older"))
    own = {variable(field): getattr(settings, field) for field in ("mongo_database", "s3_landing_bucket")}
    process = subprocess.Popen(
        [sys.executable, loading_process.__file__],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | own | {"PYTHONPATH": str(Path(lease.__file__).parents[2])},
    )
    deadline = monotonic() + 60
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        assert process.poll() is None
        assert monotonic() < deadline
        sleep(0.02)
    yield process
    process.kill()
    process.communicate()


def test_an_older_version_that_is_written_too_late_does_not_replace_a_newer_one(
    database: Documents, bucket: Bucket, paused: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", 1.0)
    put(bucket, "stores/a.json", store(1, version="newer"))
    with ingestion_lease(database, "mongo_collections", "the-next-run") as held:
        assert load_landing(database, bucket, [STORES], writer=held)["stores"].inserted == 1

    paused.send_signal(signal.SIGCONT)
    answer, _ = paused.communicate(timeout=60)

    assert "mongo_collections did not renew the lease" in answer
    assert all_stores(database)["store-001"]["version"] == "newer"
    assert load(database, bucket).read == 0
