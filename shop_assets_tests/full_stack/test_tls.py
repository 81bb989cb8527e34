"""ClickHouse and S3 behind TLS, with an authority that nobody knows: a matter of settings, and refused without them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import SSLError
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore
from cryptography.x509 import load_pem_x509_certificate

from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.full_stack.certificates import Certificates, make_certificates
from shop_assets_tests.full_stack.tls_proxy import tls_in_front_of

SPARK_OVER_TLS = """
import json, sys
from datetime import UTC, date, datetime
from shop_assets.features.parquet_writing import PublicationName, S3Keys
from shop_assets.features.reading import MartConnection, read_customers
from shop_assets.features.resource import spark_resource
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings

settings = Settings.load()
keys = S3Keys.from_settings(settings)
bucket = object_store_resource(settings).features()
with spark_resource(settings).on_demand() as start:
    rows = read_customers(start(), MartConnection.from_settings(settings), datetime(2030, 1, 1, tzinfo=UTC))
    options = {"fs.s3a.access.key": keys.access_key, "fs.s3a.secret.key": keys.secret_key.get_secret_value()}
    rows.write.options(**options).parquet(f"s3a://{bucket.name}/over_tls")
    print(json.dumps([rows.count(), len(list(bucket.list("over_tls/")))]))
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def behind_tls(settings: Settings, certificates: Certificates) -> Iterator[Settings]:
    """The stack's ClickHouse and S3 by TLS; the authority is not configured yet."""
    s3_port = urlsplit(settings.s3_endpoint or "").port
    assert s3_port
    with (
        tls_in_front_of(settings.clickhouse_port, certificates.server) as clickhouse,
        tls_in_front_of(s3_port, certificates.server) as s3,
    ):
        changed = {
            "clickhouse_port": clickhouse,
            "clickhouse_secure": True,
            "s3_endpoint": f"https://127.0.0.1:{s3}",
        }
        yield settings.model_copy(update=changed)


def test_clickhouse_is_reached_by_tls_when_its_authority_is_named(
    behind_tls: Settings, certificates: Certificates
) -> None:
    settings = behind_tls.model_copy(update={"clickhouse_ca_file": certificates.authority})
    resource = clickhouse_resource(settings)
    with resource.process_config_and_initialize_cm() as warehouse, warehouse.client() as client:
        assert client.command("SELECT 42") == 42


def test_a_clickhouse_of_an_unknown_authority_is_not_believed(behind_tls: Settings) -> None:
    resource = clickhouse_resource(behind_tls)
    with (
        resource.process_config_and_initialize_cm() as warehouse,
        pytest.raises(WarehouseError),
        warehouse.client(),
    ):
        pass


def test_s3_is_reached_by_tls_when_aws_own_variable_names_its_authority(
    behind_tls: Settings, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates.authority))
    with object_store_resource(behind_tls).process_config_and_initialize_cm() as store:
        bucket = store.landing()
        bucket.put("a", b"over TLS", "text/plain")
        assert bucket.get("a") == b"over TLS"


def test_an_s3_of_an_unknown_authority_is_not_believed(behind_tls: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setattr("shop_assets.object_store.resource.MAX_ATTEMPTS", 1)
    with object_store_resource(behind_tls).process_config_and_initialize_cm() as store, pytest.raises(SSLError):
        store.s3.get_client().list_buckets()


@pytest.mark.slow
def test_spark_reads_clickhouse_and_writes_to_s3_by_tls(
    behind_tls: Settings, certificates: Certificates, tmp_path: Path
) -> None:
    with clickhouse_resource(
        behind_tls.model_copy(update={"clickhouse_ca_file": certificates.authority})
    ).client() as client:
        apply_migrations(client)
        expected = client.command("SELECT count() FROM mart.customers")
    store = tmp_path / "store.p12"
    authority = load_pem_x509_certificate(certificates.authority.read_bytes())
    encryption = BestAvailableEncryption(b"changeit")
    store.write_bytes(serialize_java_truststore([PKCS12Certificate(authority, b"ours")], encryption))
    environment = {
        "AWS_CA_BUNDLE": str(certificates.authority),
        "JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=changeit",
        "SHOP_CLICKHOUSE_CA_FILE": str(certificates.authority),
        "SHOP_CLICKHOUSE_PORT": str(behind_tls.clickhouse_port),
        "SHOP_CLICKHOUSE_SECURE": "true",
        "SHOP_S3_ENDPOINT": behind_tls.s3_endpoint or "",
        "SHOP_S3_FEATURES_BUCKET": behind_tls.s3_features_bucket,
    }
    done = subprocess.run(
        [sys.executable, "-c", SPARK_OVER_TLS],
        env=os.environ | environment, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    rows, files = json.loads(done.stdout.splitlines()[-1])
    assert rows == expected
    assert files > 0
