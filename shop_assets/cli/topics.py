"""`shop topics recreate`: new topics in the place of those that can no longer be used."""

import json
from typing import Annotated

import typer

from shop_assets.cli.leases import command_lease
from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import AsJson, complete_kinds, keep_name_of_only_command, require_kind
from shop_assets.cli.terminal.output import say, working
from shop_assets.settings import Settings, environment_names_services


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    commands = typer.Typer(help="Maintain Kafka's topics.", no_args_is_help=True)
    commands.command("recreate")(recreate)
    keep_name_of_only_command(commands)
    app.add_typer(commands, name="topics")


def recreate(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KIND]…",
            autocompletion=complete_kinds,
            help="Kinds whose topics are recreated; all by default.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Delete topics and create them again, empty; the next run sends all documents of their kinds.

    Waits while another run holds the ingestion lease. Other readers of the topics must begin again too.
    """
    from shop_assets.documents.kinds import KIND_BY_NAME

    chosen = [require_kind(name) for name in dict.fromkeys(kinds or KIND_BY_NAME)]
    with working("creating the topics again"):
        from shop_assets.document_store.resource import mongo_resource
        from shop_assets.topics.resource import kafka_resource

        settings = running_services()
        kafka = kafka_resource(settings)
        administration = kafka_resource(_with_rights(settings)).administration()
        names = [kafka.topic_name(kind) for kind in chosen]
        with (
            mongo_resource(settings).connect() as database,
            command_lease(database, "shop topics recreate") as lease,
        ):
            lease.check()
            administration.delete(names)
            kafka.ensure_topics()
    if as_json:
        typer.echo(json.dumps({"topics": names}, indent=2))
        return
    say(
        f"{', '.join(names)}: created again. Run `shop run`: it sends their documents again."
        " RAW then has their messages twice, until `shop raw compact`."
    )


def _with_rights(settings: Settings) -> Settings:
    """The pipeline's user of the embedded stack may not delete topics, and its administrator may."""
    if environment_names_services():
        return settings
    from shop_assets.embedded.credentials import Credentials
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.services.kafka_users import as_administrator

    return as_administrator(settings, Credentials.load(Home.from_environment().credentials))
