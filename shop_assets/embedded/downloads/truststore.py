"""A Java trust store from the certificates that this machine trusts, for a Java with its own list."""

import hashlib
import os
import re
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

# Where systems keep their bundle, when neither SSL_CERT_FILE nor OpenSSL's default names one.
BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
PASSWORD: Final = "changeit"  # noqa: S105  # Java's customary one: the store holds public certificates only
PEM_BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trust_store_options(cache: Path) -> tuple[str, ...]:
    """Options for Java to trust what this machine trusts; none if no bundle of certificates is found."""
    bundle = _bundle()
    if bundle is None:
        return ()
    contents = bundle.read_bytes()
    store = cache / "java" / f"trust-{hashlib.sha256(contents).hexdigest()[:12]}.p12"
    if not store.exists():
        _write(contents, store)
    return (
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
    )


def _bundle() -> Path | None:
    candidates = (os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *BUNDLES)
    return next((Path(name) for name in candidates if name and Path(name).is_file()), None)


def _write(bundle: bytes, store: Path) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

    certificates = [
        PKCS12Certificate(certificate, f"machine-{number}".encode())
        for number, certificate in enumerate(_certificates(bundle))
    ]
    store.parent.mkdir(parents=True, exist_ok=True)
    partial = store.with_name(f"{store.name}.{os.getpid()}")
    partial.write_bytes(serialize_java_truststore(certificates, BestAvailableEncryption(PASSWORD.encode())))
    partial.replace(store)


def _certificates(bundle: bytes) -> Iterator["Certificate"]:
    """The readable certificates of the bundle: systems ship some old ones that violate RFC 5280."""
    from cryptography.utils import CryptographyDeprecationWarning
    from cryptography.x509 import load_pem_x509_certificate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for block in PEM_BLOCK.findall(bundle):
            try:
                yield load_pem_x509_certificate(block)
            except ValueError:
                continue
