"""The trust store holds the machine's certificates, in a form that Java reads."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console

from shop_assets.cache import cache_folder
from shop_assets.embedded.downloads.stack_java import find_java
from shop_assets.embedded.downloads.truststore import trust_store_options

# Java's own tool would do, but a runtime without a compiler may lack it: a class of the JDK, from a source file.
LIST = """
public class List {
    public static void main(String[] a) throws Exception {
        var store = java.security.KeyStore.getInstance("PKCS12");
        store.load(new java.io.FileInputStream(a[0]), "changeit".toCharArray());
        for (var alias : java.util.Collections.list(store.aliases()))
            System.out.println(((java.security.cert.X509Certificate) store.getCertificate(alias))
                .getSubjectX500Principal() + " trusted=" + store.isCertificateEntry(alias));
    }
}
"""


def authority(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def store_of(options: tuple[str, ...]) -> Path:
    return Path(options[0].removeprefix("-Djavax.net.ssl.trustStore="))


def test_the_certificates_that_ssl_cert_file_names_are_trusted_and_unreadable_ones_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority("Company A") + broken + authority("Company B"))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    store = store_of(trust_store_options(tmp_path))
    source = tmp_path / "List.java"
    source.write_text(LIST)
    java = find_java(cache_folder(), Console(stderr=True))
    try:
        output = subprocess.run(
            [java.executable, source, store], capture_output=True, text=True, timeout=60, check=True
        ).stdout
    except subprocess.CalledProcessError as error:
        if "jdk.compiler" in error.stderr:
            pytest.skip("this Java has no compiler to run the listing with")
        raise
    assert sorted(output.splitlines()) == ["CN=Company A trusted=true", "CN=Company B trusted=true"]


def test_another_bundle_gives_another_store_and_the_same_one_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bundle = tmp_path / "bundle.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    bundle.write_bytes(authority("A"))
    first = trust_store_options(tmp_path)
    assert trust_store_options(tmp_path) == first
    bundle.write_bytes(authority("B"))
    assert trust_store_options(tmp_path) != first
