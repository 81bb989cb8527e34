"""`shop pii`: personal data for authorised users; `keys.py` and `erasures.py` have the other commands of the group."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from shop_assets.cli.personal_data import erasures, keys
from shop_assets.cli.terminal.options import AsJson, typed_id
from shop_assets.cli.terminal.output import say, working
from shop_assets.errors import InputError, ShopError
from shop_assets.language.counts import counted
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from shop_assets.personal_data.cipher import PersonalDataCipher
    from shop_assets.warehouse.decryption_audit import Decryption


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    commands = typer.Typer(help="Decrypt a phone or e-mail, erase a customer, rotate the keys.", no_args_is_help=True)
    commands.command("decrypt")(decrypt)
    commands.command("decryptions")(decryptions)
    keys.register(commands)
    erasures.register(commands)
    app.add_typer(commands, name="pii")


Ciphertexts = Annotated[
    list[str] | None, typer.Argument(metavar="[VALUE]…", help="Ciphertexts from ClickHouse: enc:v1:…")
]


def decrypt(
    values: Ciphertexts = None,
    customer: Annotated[
        str, typer.Option(metavar="ID", help="Decrypt the phone and e-mail of this customer; - reads the id.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why; it is recorded with your account and what is decrypted.")] = "",
    many: Annotated[bool, typer.Option("--many", help="Decrypt more than one ciphertext.")] = False,
) -> None:
    """Print the phones and e-mails behind ciphertexts, for authorised users.

    Who decrypts what, when and why is recorded in ClickHouse's table audit.decryptions before anything is printed.
    """
    if bool(values) == bool(customer):
        raise typer.BadParameter("give either ciphertexts or --customer ID")
    customer = typed_id(customer)
    if not reason.strip():
        raise typer.BadParameter("a decryption needs a reason", param_hint="--reason")
    if len(values or ()) > 1 and not many:
        raise typer.BadParameter(f"these are {counted(len(values or ()), 'value')}: --many decrypts all of them")
    with working("recording the decryption"):
        from shop_assets.personal_data.cipher import PersonalDataCipher
        from shop_assets.warehouse.decryption_audit import Decryption, personal_values, record_decryptions
        from shop_assets.warehouse.resource import clickhouse_resource

        settings = Settings.load()
        cipher = PersonalDataCipher(parse_key_ring(settings.pii_keys.get_secret_value()))
        found = [Decryption(text, _field_of(cipher, text)) for text in values or ()]
        with clickhouse_resource(settings).client() as client:
            wanted = found or personal_values(client, customer)
            if not wanted:
                raise InputError("MART has no phone and no e-mail of such a customer.")
            shown = [_decrypted(cipher, one) for one in wanted]
            record_decryptions(client, wanted, reason, settings.clickhouse_cluster)
    if len(shown) > 1:
        say(f"{counted(len(shown), 'value is', 'values are')} decrypted and recorded.", error=True)
    for one, text in zip(wanted, shown, strict=True):
        typer.echo(f"{one.field}: {text}" if customer else text)


def decryptions(as_json: AsJson = False) -> None:
    """List what was decrypted: when, by whom, of which record and field, and why. No value is shown."""
    with working("reading the audit"):
        from shop_assets.warehouse.decryption_audit import recorded_decryptions
        from shop_assets.warehouse.resource import clickhouse_resource

        with clickhouse_resource(Settings.load()).client() as client:
            rows = recorded_decryptions(client)
    if as_json:
        shown = [row | {"decrypted_at": f"{row['decrypted_at']:%Y-%m-%dT%H:%M:%SZ}"} for row in rows]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for row in rows:
        record = f"{row['kind']} {row['id']}: " if row["id"] else ""
        say(f"{row['decrypted_at']:%Y-%m-%d %H:%M:%S} UTC  {row['decrypted_by']}@{row['host']}  {record}{row['field']}")
        say(f"  {row['reason']}")
    if not rows:
        say("Nothing was decrypted.")


def _field_of(cipher: "PersonalDataCipher", text: str) -> str:
    from shop_assets.personal_data.cipher import DecryptionError
    from shop_assets.personal_data.decryption import decrypt_any

    try:
        return decrypt_any(cipher, text).field
    except DecryptionError as error:
        raise InputError(f"Cannot decrypt: {error}") from error


def _decrypted(cipher: "PersonalDataCipher", one: "Decryption") -> str:
    from shop_assets.personal_data.cipher import DecryptionError

    try:
        return cipher.decrypt(one.field, one.ciphertext)
    except DecryptionError as error:
        raise ShopError(f"Cannot decrypt the {one.field} of {one.record_id or 'this value'}: {error}") from error
