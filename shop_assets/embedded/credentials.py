"""Users, passwords and keys of a stack: generated once, kept in a file that only its owner can read."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Final, Self

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.home import write_private

USER: Final = "shop"


def _password() -> str:
    return secrets.token_urlsafe(24)


def _access_key() -> str:
    return secrets.token_hex(10).upper()


def _key_ring() -> str:
    # 64 bytes: AES-256 in SIV mode (RFC 5297).
    return f"k1:{base64.b64encode(secrets.token_bytes(64)).decode()}"


def _cluster_id() -> str:
    # 16 random bytes in URL-safe base64 without padding, as Kafka's own tool makes them.
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")


@dataclass(frozen=True)
class Credentials:
    """The credentials of all services. Its repr shows none of them."""

    supervisor_password: str = field(default_factory=_password, repr=False)
    mongo_password: str = field(default_factory=_password, repr=False)
    kafka_administrator_password: str = field(default_factory=_password, repr=False)
    kafka_password: str = field(default_factory=_password, repr=False)
    kafka_reader_password: str = field(default_factory=_password, repr=False)
    clickhouse_password: str = field(default_factory=_password, repr=False)
    clickhouse_reader_password: str = field(default_factory=_password, repr=False)
    s3_access_key: str = field(default_factory=_access_key, repr=False)
    s3_secret_key: str = field(default_factory=_password, repr=False)
    pii_keys: str = field(default_factory=_key_ring, repr=False)
    kafka_cluster_id: str = field(default_factory=_cluster_id)

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read the credentials; missing ones are generated and written to the file.

        Args:
            file: `credentials.json` of a stack.

        Returns:
            The credentials.

        Raises:
            StackError: The file exists and cannot be read: the data could not be opened with new credentials.
        """
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(known, dict):
                raise TypeError  # noqa: TRY301  # reported below like other damage
            credentials = cls(**{name.name: str(known[name.name]) for name in fields(cls) if name.name in known})
        except FileNotFoundError:
            known, credentials = None, cls()
        except (ValueError, TypeError, OSError) as error:
            raise StackError(
                f"{file} cannot be read ({type(error).__name__}). It holds the passwords and the keys of the data: "
                "restore it, or start from scratch with `shop down --delete-data`."
            ) from error
        if known != asdict(credentials):
            credentials.save(file)
        file.chmod(0o600)
        return credentials

    def save(self, file: Path) -> None:
        """Write the credentials, mode 0600.

        Args:
            file: `credentials.json` of a stack.
        """
        write_private(file, json.dumps(asdict(self), indent=2) + "\n")

    def with_pii_keys(self, key_ring: str) -> Self:
        """Replace the key ring.

        Args:
            key_ring: The key ring as `SHOP_PII_KEYS` writes it.

        Returns:
            A copy with this key ring.
        """
        return replace(self, pii_keys=key_ring)
