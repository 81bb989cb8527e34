"""What closes SeaweedFS' own ports: mutual TLS, and keys that sign requests between its servers.

Only the S3 gateway is for clients. The ports behind it (master, volume server, filer, admin; HTTP and gRPC) would serve
everyone on this machine: names, contents, writes. With `security.toml`, each asks for a client certificate, and the
only one that is accepted is the process's own. Nothing else needs the certificate or the keys, so they are made at each
start, last longer than any process, and leave nothing to renew.
"""

import datetime as dt
import ipaddress
import json
import secrets
from typing import Final

from shop_assets.embedded.home import Home, write_private
from shop_assets.loopback import LOOPBACK

# Below SHOP_HOME, where `weed` is started: a path of any alphabet is left out of its configuration.
FOLDER: Final = "config/s3"
CERTIFICATE: Final = f"{FOLDER}/certificate.pem"
KEY: Final = f"{FOLDER}/key.pem"
VALID_DAYS: Final = 3650
# Every part of the process that listens or connects, also parts that `weed mini` does not start today: one that is not
# named here would be open.
GRPC_PARTS: Final = ("master", "volume", "filer", "s3", "admin", "worker", "client", "mq", "msg_broker", "msg_agent")
HTTPS_PARTS: Final = ("master", "volume", "filer", "admin", "client")
# The Unix sockets of the filer and the volume server have no TLS: the keys close them too, besides the sockets' mode.
SIGNING_KEYS: Final = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")


def write_security(home: Home) -> None:
    """Write a new certificate with its key, and `security.toml`, each mode 0600.

    Args:
        home: The folder of the stack; `weed` must not be running.
    """
    (home.root / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate, key = _self_signed()
    write_private(home.root / CERTIFICATE, certificate)
    write_private(home.root / KEY, key)
    write_private(home.root / FOLDER / "security.toml", _configuration())


def _configuration() -> str:
    pair = {"cert": CERTIFICATE, "key": KEY}
    tables: dict[str, dict[str, str | bool]] = {"grpc": {"ca": CERTIFICATE}}
    tables |= {f"grpc.{part}": {**pair} for part in GRPC_PARTS}
    tables |= {f"https.{part}": {**pair, "ca": CERTIFICATE} for part in HTTPS_PARTS}
    tables["https.client"]["enabled"] = True
    tables |= {name: {"key": secrets.token_urlsafe(32)} for name in SIGNING_KEYS}
    # A JSON string or boolean is one of TOML too.
    lines = (
        f"[{table}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
        for table, values in tables.items()
    )
    return "\n".join(lines)


def _self_signed() -> tuple[str, str]:
    """A certificate that is its own authority, for both ends of a connection, and its key, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "s3")])
    now = dt.datetime.now(dt.UTC)
    both_ends = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))  # the clock may be set back
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.ExtendedKeyUsage(both_ends), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM).decode(), private.decode()
