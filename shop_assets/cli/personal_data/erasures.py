"""`shop pii erase` and `shop pii erasures`: a customer is erased from all services, and what was erased is listed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shop_assets.cli.leases import command_lease, notify
from shop_assets.cli.terminal.options import AsJson, typed_id
from shop_assets.cli.terminal.output import say, working
from shop_assets.errors import ShopError
from shop_assets.orchestration.check_texts import unfinished_erasures
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from shop_assets.erasure.certificate import Certificate


def register(commands: typer.Typer) -> None:
    """Add the commands to the group `pii`."""
    commands.command("erase")(erase)
    commands.command("erasures")(erasures)


def erase(
    customer: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Id of the customer; - reads it from standard input. Without it, interrupted erasures are finished.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the certificate: for example the number of the request.")] = "",
    even_if_unknown: Annotated[
        bool,
        typer.Option(
            "--even-if-unknown", help="Even if nothing is stored of the customer: later documents are not loaded."
        ),
    ] = False,
) -> None:
    """Erase a customer's personal data from landing, MongoDB, RAW and MART, and send the deletion to Kafka.

    Purchases stay under a pseudonym. The certificate, in the bucket of reports, says what was erased and when the rest
    expires. To finish an interrupted erasure, run the command again. An id under which nothing is stored is refused.
    """
    from shop_assets.erasure.certificate import require_complete

    customer = None if customer is None else typed_id(customer)
    if customer is not None and not customer.strip():
        raise typer.BadParameter("an id is not blank", param_hint="--customer")
    if (customer is not None) != bool(reason.strip()):
        raise typer.BadParameter("an erasure needs a customer and a reason", param_hint="--customer, --reason")
    if even_if_unknown and customer is None:
        raise typer.BadParameter("it goes with --customer", param_hint="--even-if-unknown")
    with working("erasing"):
        ended = _erase(Settings.load(), customer, reason, even_if_unknown=even_if_unknown)
    if not ended:
        say("No erasure was interrupted.")
    require_complete(ended)


def _erase(settings: Settings, customer: str | None, reason: str, *, even_if_unknown: bool) -> "list[Certificate]":
    """Erase a customer, or finish what was interrupted; each certificate is printed as soon as its erasure ends."""
    from shop_assets.erasure.erasing import erase as erase_customer
    from shop_assets.erasure.erasing import finish_interrupted
    from shop_assets.erasure.known_customers import require_known
    from shop_assets.services import connect

    with connect(settings) as services, command_lease(services.database, "shop pii erase") as lease:
        cluster = settings.clickhouse_cluster
        if customer is not None:
            if not even_if_unknown:
                require_known(services, customer)
            finished = iter([erase_customer(services, lease, customer, reason, cluster)])
        else:
            finished = finish_interrupted(services, lease, cluster)
        ended = []
        for certificate in finished:
            _print(certificate)
            ended.append(certificate)
        return ended


def erasures(as_json: AsJson = False) -> None:
    """List the certificates of erasures, and those that were interrupted."""
    with working("reading the certificates"):
        from shop_assets.document_store.erased_customers import interrupted_numbers
        from shop_assets.document_store.resource import mongo_resource
        from shop_assets.erasure.certificate import saved, summary_row
        from shop_assets.object_store.resource import object_store_resource

        settings = Settings.load()
        rows = [summary_row(certificate) for certificate in saved(object_store_resource(settings).reports())]
        with mongo_resource(settings).connect() as database:
            numbers = interrupted_numbers(database)
    if as_json:
        typer.echo(json.dumps({"erasures": rows, "interrupted": len(numbers)}, ensure_ascii=False, indent=2))
    else:
        _list(rows)
    if numbers:
        raise ShopError(unfinished_erasures(numbers) + ".")


def finish_before_run(settings: Settings) -> None:
    """Finish the erasures that were interrupted, and say so; what cannot be finished is said too, and a run goes on.

    Args:
        settings: Of services that run.
    """
    from pymongo.errors import OperationFailure

    from shop_assets.coordination.lease import ingestion_lease
    from shop_assets.document_store.erased_customers import interrupted_numbers
    from shop_assets.document_store.resource import mongo_resource
    from shop_assets.erasure.erasing import finish_interrupted
    from shop_assets.erasure.errors import reason_of
    from shop_assets.services import connect

    try:
        with mongo_resource(settings).connect() as database:
            if not interrupted_numbers(database):
                return
        with (
            connect(settings) as services,
            ingestion_lease(services.database, "the end of an erasure", "shop run", notify) as lease,
        ):
            numbers = interrupted_numbers(services.database)  # again: it may have run in another terminal
            if numbers:
                notify(f"{unfinished_erasures(numbers, 'this run finishes')} first.")
            for certificate in finish_interrupted(services, lease, settings.clickhouse_cluster):
                notify(f"Erasure {certificate.number} is finished: its certificate is in shop pii erasures.")
    except (ShopError, OperationFailure) as error:
        # The run says what else a service that is down stops, and the check what is left.
        notify(f"An erasure is still not finished: {reason_of(error)}")


def _list(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        say("No customer was erased.")
    for row in rows:
        say(f"{row['number']}  {datetime.fromisoformat(row['ended']):%Y-%m-%d %H:%M:%S} UTC")
        say(f"  reason: {row['reason']}")
        for place, count in row["erased"].items():
            say(f"  {place}: {count:,}")
        say(f"  found afterwards: {row['found afterwards']:,}")


def _print(certificate: "Certificate") -> None:
    say(certificate.to_text())
    if not sum(certificate.erased.values()):
        say("Nothing of such a customer was found. The id is remembered as erased.", error=True)
