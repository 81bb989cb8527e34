"""`shop pii keys`, `rotate`, `retire` and `import`: the key ring, and what is stored under its keys."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.cli.leases import command_lease
from shop_assets.cli.terminal import interruption
from shop_assets.cli.terminal.options import AsJson
from shop_assets.cli.terminal.output import say, working
from shop_assets.errors import InputError, ShopError
from shop_assets.language.counts import counted
from shop_assets.settings import Settings, environment_names_services, variable

if TYPE_CHECKING:
    from shop_assets.coordination.lease import Lease
    from shop_assets.key_rotation.key_usage import KeyUse
    from shop_assets.services import Services

ChangeRing = Callable[[str], str]


def register(commands: typer.Typer) -> None:
    """Add the commands to the group `pii`."""
    commands.command("keys")(keys)
    commands.command("rotate")(rotate)
    commands.command("retire")(retire)
    commands.command("import")(import_ring)


def keys(as_json: AsJson = False) -> None:
    """List the keys: what each is for, its fingerprint and age, and how many values use it, by place. No key is shown.

    A value counts once for every RAW message, MART version and reject that contains it. Messages in Kafka are not
    counted: they keep their keys until they expire.
    """
    with working("counting the values of each key"):
        from shop_assets.key_rotation.key_usage import key_uses
        from shop_assets.services import connect

        with connect(Settings.load()) as services:
            uses = key_uses(services)
    if as_json:
        rows = [vars(use) | {"ciphertexts": dict(use.ciphertexts)} for use in uses]
        typer.echo(json.dumps(rows, indent=2, default=str))
    else:
        _print_uses(uses)
    if any(use.state.startswith("missing") and use.ciphertexts for use in uses):
        raise ShopError(
            "Values are stored under a key that SHOP_PII_KEYS does not have: shop pii import adds an old ring."
        )


def rotate(
    resume: Annotated[
        bool, typer.Option("--resume", help="Make no new key: only move what is stored under older keys to the first.")
    ] = False,
) -> None:
    """Put a new key in front of the key ring, and move everything that is stored to it; old keys still decrypt.

    On the embedded stack, which the command starts, the new ring is saved. For services of your own it is only printed:
    store it, restart what reads it, and run the command with --resume.
    """
    from shop_assets.personal_data.key_ring import rotated

    if environment_names_services() and not resume:
        _print_ring(rotated(Settings.load().pii_keys.get_secret_value(), datetime.now(UTC)))
        say("Then move what is stored: shop pii rotate --resume", error=True)
        return
    if not environment_names_services():
        _make_usable()
    with working("moving what is stored to the first key"):
        from shop_assets.key_rotation.rotating import move_stored_data, require_all_known

        with _writer("shop pii rotate") as (services, lease):
            if not resume:
                ring = _change_embedded(lambda ring: rotated(ring, datetime.now(UTC)))
                say(f"Key {ring.partition(':')[0]} encrypts from now on.", error=True)
                say("In shells that evaluated `shop env`, evaluate it again before you start `dagster`.", error=True)
            # With the ring that is stored now: another rotation may have come before the lease.
            interruption.doing("shop pii rotate", resumed_by="shop pii rotate --resume")
            result = move_stored_data(_with_ring(services), lease, Settings.load().clickhouse_cluster)
    values = counted(result.moved.total(), "encrypted value")
    say(f"{counted(result.messages, 'message')} moved to key {result.key_id}, with {values} in them.")
    if result.unreadable:
        looks = (
            "text looks like the ciphertext of an older key but cannot be decrypted; unchanged",
            "texts look like ciphertexts of older keys but cannot be decrypted; unchanged",
        )
        say(f"{counted(result.unreadable, *looks)}.", error=True)
    require_all_known(result)


def retire(
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="Id of the key, as `shop pii keys` shows it.")],
    even_if_audited: Annotated[
        bool,
        typer.Option("--even-if-audited", help="Even if the audit of decryptions has ids that only this key decrypts."),
    ] = False,
) -> None:
    """Remove a key from the ring, if nothing stored in any service needs it."""
    from shop_assets.personal_data.key_ring import without

    settings = Settings.load()
    ring = _ring_of(lambda ring: without(ring, key_id), settings.pii_keys.get_secret_value())
    with working("looking for what needs the key"):
        from shop_assets.key_rotation.key_usage import mark_retired, require_unused

        with _writer("shop pii retire") as (services, lease):
            require_unused(services, key_id)
            if not even_if_audited:
                _require_no_audited_ids(services, key_id)
            mark_retired(services, lease, key_id)
            if not environment_names_services():
                _change_embedded(lambda ring: without(ring, key_id))
    if environment_names_services():
        _print_ring(ring)
    else:
        say(f"Key {key_id} is removed.", error=True)


def _require_no_audited_ids(services: "Services", key_id: str) -> None:
    from shop_assets.warehouse.decryption_audit import records_under_key

    if count := records_under_key(services.client, key_id):
        raise ShopError(
            f"The audit of decryptions, which nobody may change, has {counted(count, 'entry', 'entries')} with ids "
            f"that only the key {key_id} decrypts. Keep a copy of the ring (`shop pii import` makes them readable "
            "again), then run this with --even-if-audited."
        )


def import_ring(
    file: Annotated[
        typer.FileText, typer.Argument(metavar="FILE", help="An older key ring; - reads it from standard input.")
    ],
) -> None:
    """Add the keys of an older ring after the present ones: what they encrypted can be decrypted again."""
    from shop_assets.personal_data.key_ring import with_imported

    try:
        older = file.read()
    except UnicodeDecodeError:
        raise typer.BadParameter("the ring is no UTF-8 text", param_hint="FILE") from None
    if environment_names_services():
        ring = _ring_of(lambda ring: with_imported(ring, older), Settings.load().pii_keys.get_secret_value())
        with working("comparing the keys"):
            _require_keys_of_data(ring)
        _print_ring(ring)
        return
    _make_usable()
    with working("adding the keys"), _writer("shop pii import"):
        _require_keys_of_data(_ring_of(lambda ring: with_imported(ring, older), _embedded_ring()))
        ring = _change_embedded(lambda ring: with_imported(ring, older))
    say(f"The ring has {counted(ring.count(',') + 1, 'key')}.", error=True)


def _require_keys_of_data(ring: str) -> None:
    """Refuse a ring with another key than the one that encrypted what is stored; nothing is saved before."""
    from shop_assets.document_store.resource import mongo_resource
    from shop_assets.personal_data.key_ring import fingerprint, parse_key_ring
    from shop_assets.topics.known_keys import require_same_keys

    with mongo_resource(Settings.load()).connect() as database:
        require_same_keys(database, {key_id: fingerprint(key) for key_id, key in parse_key_ring(ring).items()})


def _embedded_ring() -> str:
    from shop_assets.embedded.credentials import Credentials
    from shop_assets.embedded.home import Home

    return Credentials.load(Home.from_environment().credentials).pii_keys


@contextmanager
def _writer(command: str) -> "Iterator[tuple[Services, Lease]]":
    """All services, under the lease: two rotations, or a rotation and a run, wait for each other."""
    from shop_assets.services import connect

    with connect(Settings.load()) as services, command_lease(services.database, command) as lease:
        yield services, lease


def _with_ring(services: "Services") -> "Services":
    """The same services with the ring that was just saved."""
    from dataclasses import replace

    from shop_assets.personal_data.resource import personal_data_resource

    return replace(services, pii=personal_data_resource(Settings.load()))


def _make_usable() -> None:
    """Start the embedded stack; a first key of an older release, which is too short to encrypt, gets a new one before.

    Nothing runs then: no process takes such a ring.
    """
    from shop_assets.embedded.credentials import Credentials
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.stack import Stack
    from shop_assets.personal_data.key_ring import parse_key_ring, rotated

    home = Home.from_environment()
    home.create()
    credentials = Credentials.load(home.credentials)
    try:
        parse_key_ring(credentials.pii_keys)
    except ValueError:
        credentials.with_pii_keys(_ring_of(lambda ring: rotated(ring, datetime.now(UTC)), credentials.pii_keys)).save(
            home.credentials
        )
    Stack(home, Console(stderr=True)).up()


def _change_embedded(change: ChangeRing) -> str:
    """Change the ring of the embedded stack, and write it to `stack.env`; returns the new ring."""
    from shop_assets.embedded.credentials import Credentials
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.stack import Stack

    home = Home.from_environment()
    credentials = Credentials.load(home.credentials)
    ring = _ring_of(change, credentials.pii_keys)
    credentials.with_pii_keys(ring).save(home.credentials)
    Stack(home, Console(stderr=True, quiet=True)).up()
    return ring


def _ring_of(change: ChangeRing, ring: str) -> str:
    try:
        return change(ring)
    except ValueError as error:
        raise InputError(f"The key ring stays as it is: {error}.") from error


def _print_uses(uses: "Sequence[KeyUse]") -> None:
    table = Table("key", "state", "fingerprint", "first used")
    table.add_column("values", justify="right")
    for use in uses:
        since = "" if (first := use.first_used_at) is None else f"{first:%Y-%m-%d}, {counted(_days(first), 'day')}"
        table.add_row(use.key_id, use.state, use.fingerprint, since, f"{sum(use.ciphertexts.values()):,}")
    Console().print(table)
    if not any(use.ciphertexts for use in uses):
        return
    say("Encrypted values, each counted in every message, version of a document and reject that has it:")
    for use in uses:
        places = ", ".join(f"{place} {count:,}" for place, count in sorted(use.ciphertexts.items()))
        if places:
            say(f"  {use.key_id}: {places}")


def _print_ring(ring: str) -> None:
    say(f"Replace the stored value of {variable('pii_keys')} with this, then restart what reads it:", error=True)
    typer.echo(ring, file=sys.stdout)


def _days(since: datetime) -> int:
    return (datetime.now(UTC) - since).days
