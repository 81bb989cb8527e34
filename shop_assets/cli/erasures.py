"""`shop pii erase` and `shop pii erasures`: a customer is erased from all services, and what was erased is listed."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.errors import ShopError
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from shop_assets.erasure.certificate import Certificate


def register(commands: typer.Typer) -> None:
    """Add the commands to the group `pii`."""
    commands.command("erase")(erase)
    commands.command("erasures")(erasures)


def erase(
    customer: Annotated[
        str, typer.Option(metavar="ID", help="Id of the customer; without it, interrupted erasures are finished.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, for the certificate: for example the number of the request.")] = "",
) -> None:
    """Erase a customer's personal data from landing, MongoDB, RAW and MART, and send the deletion to Kafka.

    Purchases stay under a pseudonym. The certificate, in the bucket of reports, says what was erased, and what expires
    when. An erasure that was interrupted is finished by running the command again.
    """
    from shop_assets.erasure.erasing import erase as erase_customer
    from shop_assets.erasure.erasing import unfinished
    from shop_assets.rejects.services import connect

    if customer and not reason.strip():
        raise typer.BadParameter("an erasure needs a reason", param_hint="--reason")
    settings = Settings.load()
    with connect(settings) as services:
        from shop_assets.coordination.lease import ingestion_lease

        with ingestion_lease(services.database, "shop pii erase", "from the command line", _notify) as lease:
            wanted = [customer] if customer else list(unfinished(services))
            for one in wanted:
                certificate = erase_customer(services, lease, one, reason, settings.clickhouse_cluster)
                _print(certificate)
    if not wanted:
        typer.echo("No erasure was interrupted.")


def erasures() -> None:
    """List the certificates of erasures, and those that were interrupted."""
    from shop_assets.document_store.resource import mongo_resource
    from shop_assets.erasure.certificate import fields, saved
    from shop_assets.erasure.records import interrupted
    from shop_assets.object_store.resource import object_store_resource

    settings = Settings.load()
    rows = [fields(certificate) for certificate in saved(object_store_resource(settings).reports())]
    with mongo_resource(settings).connect() as database:
        open_erasures = len(interrupted(database))
    if rows:
        table = Table(*rows[0])
        for row in rows:
            table.add_row(*(str(value) for value in row.values()))
        Console().print(table)
    else:
        typer.echo("No customer was erased.")
    if open_erasures:
        raise ShopError(f"{open_erasures} erasures were interrupted: shop pii erase finishes them.")


def _print(certificate: "Certificate") -> None:
    typer.echo(certificate.to_text(), nl=False)
    if certificate.by_hand:
        raise ShopError("Some objects of landing have to be erased by hand: the certificate names them.")


def _notify(message: str) -> None:
    typer.echo(message, err=True)
