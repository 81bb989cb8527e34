"""The document store: SecantusDB, which speaks MongoDB's wire protocol, with change streams and validators."""

import secrets
import sys
from typing import Any, Final
from urllib.parse import quote

from shop_assets.embedded.credentials import USER
from shop_assets.embedded.errors import NotReadyError
from shop_assets.embedded.services.service import PROBE_NAME, Service, StackContext, Tools
from shop_assets.loopback import LOOPBACK

NAME: Final = "mongo"
LABEL: Final = "MongoDB (SecantusDB)"
PORTS: Final = ("mongo",)
PROBE_MILLISECONDS: Final = 3_000


def uri(context: StackContext) -> str:
    """The address for clients, with the password.

    Direct, because a set of one member needs no discovery and its own name need not resolve. Writes wait for the
    journal, as with the majority of a real set; that costs a third of the speed of replacing documents.
    """
    password = quote(context.credentials.mongo_password, safe="")
    options = "authSource=admin&directConnection=true&journal=true"
    return f"mongodb://{USER}:{password}@{LOOPBACK}:{context.ports['mongo']}/?{options}"


def service(context: StackContext, _tools: Tools) -> Service:
    """SecantusDB with its own account, its storage protected from a second server."""
    return Service(
        name=NAME,
        command=(
            sys.executable, "-P", "-m", "shop_assets.embedded.services.mongo_server",
            "--port", str(context.ports["mongo"]),
            "--path", str(context.home.data("mongo")),
        ),
        environment={"MONGO_USER": USER, "MONGO_PASSWORD": context.credentials.mongo_password},
        stop_seconds=30,  # its storage writes a checkpoint when it closes
    )  # fmt: skip


def probe(context: StackContext) -> None:
    """Replace a document and find it again. Raises NotReadyError."""
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError

    limits: dict[str, Any] = dict.fromkeys(("serverSelectionTimeoutMS", "socketTimeoutMS"), PROBE_MILLISECONDS)
    token = secrets.token_hex(8)
    try:
        with MongoClient[dict[str, object]](uri(context), **limits) as client:
            collection = client[PROBE_NAME]["probe"]
            collection.replace_one({"_id": PROBE_NAME}, {"token": token}, upsert=True)
            found = collection.find_one({"_id": PROBE_NAME})
    except PyMongoError as error:
        raise NotReadyError(f"MongoDB: {type(error).__name__}") from error
    if found is None or found["token"] != token:
        raise NotReadyError("MongoDB: what was written is not what was read")
