"""`shop pii`: personal data for authorised users, and new keys."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from shop_assets.cli.services import environment_names_services
from shop_assets.errors import ShopError
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings import Settings, variable


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    commands = typer.Typer(help="Decrypt a phone or e-mail, or rotate the keys.", no_args_is_help=True)
    commands.command("decrypt")(decrypt)
    commands.command("rotate")(rotate)
    app.add_typer(commands, name="pii")


def decrypt(text: Annotated[str, typer.Argument(help="A ciphertext from ClickHouse: enc:v1:…")]) -> None:
    """Print the phone or e-mail behind a ciphertext."""
    from shop_assets.personal_data.cipher import DecryptionError, PersonalDataCipher
    from shop_assets.personal_data.encryption import decrypt_any

    cipher = PersonalDataCipher(parse_key_ring(Settings.load().pii_keys.get_secret_value()))
    try:
        typer.echo(decrypt_any(cipher, text).text)
    except DecryptionError as error:
        raise ShopError(f"Cannot decrypt: {error}") from error


def rotate() -> None:
    """Put a new key in front of the key ring; the old keys still decrypt.

    The embedded stack, which is started, saves the new ring. For services of your own it is only printed.
    """
    from shop_assets.personal_data.key_ring import rotated

    if environment_names_services():
        ring = rotated(Settings.load().pii_keys.get_secret_value(), datetime.now(UTC))
        typer.echo(
            f"Replace the stored value of {variable('pii_keys')} with this, then restart what reads it:", err=True
        )
        typer.echo(ring)
        return

    from shop_assets.embedded.credentials import Credentials
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.stack import Stack

    home = Home.from_environment()
    home.create()
    credentials = Credentials.load(home.credentials)
    ring = rotated(credentials.pii_keys, datetime.now(UTC))
    credentials.with_pii_keys(ring).save(home.credentials)
    Stack(home, Console(stderr=True)).up()  # writes the new ring to stack.env
    typer.echo(
        f"Key {ring.partition(':')[0]} encrypts from now on; the next `shop run` sends all documents again.",
        err=True,
    )
    typer.echo("In shells that evaluated `shop env`, evaluate it again before you start `dagster` there.", err=True)
