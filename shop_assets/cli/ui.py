"""`shop ui`: Dagster's webserver and daemon on the running stack."""

import errno
import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from shop_assets.cli.services import ensure_services
from shop_assets.cli.terminal import interruption
from shop_assets.cli.terminal.options import Verbose
from shop_assets.errors import InputError, ShopError
from shop_assets.loopback import is_free, refusal
from shop_assets.settings import Settings, variable

LOG_NAME: Final = "ui.log"
ADDRESS_NAME: Final = "ui_address"
DEFAULT_PORT: Final = 3000
LAST_PORT: Final = 65_535


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("ui")(ui)


def ui(
    port: Annotated[
        int, typer.Option(min=1, max=LAST_PORT, help="Port of the webserver, which listens on 127.0.0.1 only.")
    ] = DEFAULT_PORT,
    verbose: Verbose = False,
) -> None:
    """Run the Dagster UI and its daemon; Ctrl-C stops both. Their log is in SHOP_HOME/logs/ui.log."""
    from shop_assets.cli.ui_servers import UiServers

    _require_port(port)
    settings = ensure_services()
    address = _announce(settings, port)
    servers = UiServers(_environment(settings, address), ui_log(settings), port, echo=verbose)
    console = Console(stderr=True)
    with interruption.when_interrupted(servers.stop), servers:
        with console.status("starting the UI"):
            serves = servers.wait_until_it_serves()
        if serves:
            console.print(
                f"Dagster: http://127.0.0.1:{port}   (Ctrl-C stops it)", highlight=False, soft_wrap=True, markup=False
            )
            interruption.doing("shop ui", can_go_on=False)
            servers.wait()
        raise ShopError(f"The UI's servers ended; their log is {ui_log(settings)}:\n{servers.last_lines()}")


def _require_port(port: int) -> None:
    """Raise InputError, with a port that can be used, if the webserver could not listen on this one."""
    if (error := refusal(port)) is None:
        return
    others = range(port + 1, LAST_PORT + 1)
    match error.errno:
        case errno.EADDRINUSE:
            reason = f"Port {port} is in use"
        case errno.EACCES | errno.EPERM:  # a rule of the system, for the ports below 1024 as a rule
            reason = f"This account may not listen on port {port}"
            others = range(max(port + 1, DEFAULT_PORT), LAST_PORT + 1)
        case _:
            reason = f"No server can listen on port {port} ({error.strerror})"
    other = next((candidate for candidate in others if is_free(candidate)), None)
    raise InputError(reason + (f": shop ui --port {other}" if other else "."))


def ui_log(settings: Settings) -> Path:
    """Where the UI's servers log."""
    return settings.home.expanduser().resolve() / "logs" / LOG_NAME


def ui_address(settings: Settings) -> str:
    """Where the Dagster UI is: SHOP_DAGSTER_URL, else where `shop ui` served it last."""
    if "dagster_url" in settings.model_fields_set:
        return settings.dagster_url
    try:
        return _address_file(settings).read_text().strip() or settings.dagster_url
    except OSError:
        return settings.dagster_url


def _announce(settings: Settings, port: int) -> str:
    """The address for links in messages; the other commands find it in SHOP_HOME."""
    if "dagster_url" in settings.model_fields_set:
        return settings.dagster_url
    address = f"http://127.0.0.1:{port}"
    file = _address_file(settings)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text(f"{address}\n")
    return address


def _address_file(settings: Settings) -> Path:
    return settings.home.expanduser().resolve() / ADDRESS_NAME


def _environment(settings: Settings, address: str) -> dict[str, str]:
    """What the servers read; the code server and the daemon are processes of their own, in folders of their own."""
    from shop_assets.cli.running.runs import ensure_dagster_home

    return os.environ | {
        "SHOP_HOME": str(settings.home.expanduser().resolve()),
        "DAGSTER_HOME": str(ensure_dagster_home(settings)),
        variable("dagster_url"): address,  # the guard reads this one alone
        "PYTHONUNBUFFERED": "1",
    }
