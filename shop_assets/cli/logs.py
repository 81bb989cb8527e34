"""`shop logs` and `shop open`: the stack's logs, and its pages in a browser."""

import codecs
import contextlib
import os
import socket
import sys
import time
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal
from urllib.parse import urlsplit

import typer

from shop_assets.cli.dashboard import dashboard_file, open_in_browser, write_dashboard
from shop_assets.cli.services import running_services
from shop_assets.cli.terminal import interruption
from shop_assets.cli.terminal.output import working
from shop_assets.cli.ui import ui_address
from shop_assets.errors import InputError, ShopError

LINES_OF_EACH: Final = 10
LINES_OF_ONE: Final = 50
FOLLOW_SECONDS: Final = 0.5
TAIL_BYTES: Final = 2**20
CONNECT_SECONDS: Final = 2.0


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("logs")(logs)
    app.command("open")(open_page)


def _names(incomplete: str) -> list[str]:
    return [name for name in _logs() if name.startswith(incomplete)]


def logs(
    service: Annotated[
        str | None,
        typer.Argument(help="Whose log to print: kafka, mongo, clickhouse, s3, supervisord or ui; default: all.",
                       autocompletion=_names),
    ] = None,
    lines: Annotated[
        int | None, typer.Option("--lines", "-n", min=1, help="Lines from the end: 50 of one log, 10 of each.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing new lines; Ctrl-C ends it.")] = False,
) -> None:  # fmt: skip
    """Print the last lines of the embedded stack's logs, even if the stack is down."""
    files = _logs()
    if not files:
        raise ShopError("There are no logs yet: `shop up` starts a stack.")
    if service is not None and service not in files:
        raise InputError(f"There is no log of {service}: there are {', '.join(files)}.")
    if follow and service is None:
        raise InputError("--follow needs a service: shop logs kafka --follow")
    chosen = files if service is None else {service: files[service]}
    for name, file in chosen.items():
        if service is None:
            typer.echo(f"==> {name}: {file}")
        with file.open("rb") as content:
            for line in _end(content, lines or (LINES_OF_EACH if service is None else LINES_OF_ONE)):
                typer.echo(line)
            if follow:
                _follow(file, content)


def open_page(
    page: Annotated[
        Literal["ui", "dashboard"], typer.Argument(help="ui: Dagster's; dashboard: all panels as one file.")
    ] = "ui",
) -> None:
    """Open the Dagster UI or the dashboard in the browser, and print its address."""
    with working("looking for the services"):
        settings = running_services()
    if page == "dashboard":
        file = dashboard_file(settings)
        write_dashboard(settings, file, None)
        address = file.as_uri()
    else:
        address = ui_address(settings)
        try:
            with working("looking for the UI"):
                socket.create_connection(host_and_port(address), CONNECT_SECONDS).close()
        except OSError:
            advice = "start it with `shop ui`; SHOP_DAGSTER_URL names another address"
            raise ShopError(f"No UI answers at {address}: {advice}.") from None
    open_in_browser(address)


def host_and_port(address: str) -> tuple[str, int]:
    """Where a browser connects for an address: at the port of its scheme if it names none."""
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _logs() -> dict[str, Path]:
    """The logs by service; rotated ones are left out."""
    from shop_assets.embedded.home import Home

    folder = Home.from_environment().logs
    return {file.stem: file for file in sorted(folder.glob("*.log"))} if folder.is_dir() else {}


def _end(content: BinaryIO, count: int) -> list[str]:
    size = content.seek(0, os.SEEK_END)
    content.seek(max(0, size - TAIL_BYTES))
    return content.read().decode(errors="replace").splitlines()[-count:]


def _follow(file: Path, content: BinaryIO) -> None:
    interruption.doing("shop logs", can_go_on=False)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")  # a character may be written in two parts
    while True:
        time.sleep(FOLLOW_SECONDS)
        rotated = _rotated(file, content)  # before the last is read of the old file: nothing is written to it any more
        if content.tell() > os.fstat(content.fileno()).st_size:  # emptied in its place
            content.seek(0)
        sys.stdout.write(decoder.decode(content.read()))
        sys.stdout.flush()
        if rotated is not None:
            content.close()
            content = rotated


def _rotated(file: Path, content: BinaryIO) -> BinaryIO | None:
    """The file that a rotation has put in the place of the open one; None if it has not."""
    with contextlib.suppress(FileNotFoundError):  # between two files of a rotation
        if not os.path.samestat(file.stat(), os.fstat(content.fileno())):
            return file.open("rb")
    return None
