"""`make faults`, `make large-requests` and `make soak`: kills on a stack of their own, and what came of them.

All that is written goes to a folder of its own, by default a new one under the system's folder for temporary files.
"""

import os
import random
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shop_assets.embedded.home import Home
from shop_assets.embedded.stack import Stack
from shop_assets.orchestration.dagster_home import create_dagster_home
from shop_assets.settings import Settings, variable
from shop_assets_tests.faults.campaign import Campaign
from shop_assets_tests.faults.forked import survivors
from shop_assets_tests.faults.large_shop import LargeShop, rotate_and_erase
from shop_assets_tests.faults.memory import MemoryRecord
from shop_assets_tests.faults.points import POINTS, Point
from shop_assets_tests.faults.services import Services
from shop_assets_tests.faults.tally import Tally
from shop_assets_tests.isolation import forget_settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Seed = Annotated[int | None, typer.Option(help="Of all choices; the one that was printed makes them again.")]
Folder = Annotated[Path | None, typer.Option(help="For the stack, the log and the table; a new one by default.")]


@app.command()
def kills(
    kills: Annotated[int, typer.Option(min=1, help="At least so many.")] = 200,
    point: Annotated[str, typer.Option(help="Only points whose name holds this.")] = "",
    seed: Seed = None,
    folder: Folder = None,
) -> None:
    """SIGKILLs at every point, each followed by the next run and a comparison with a run that nobody disturbed."""
    points = [found for found in POINTS if point in found.title]
    if not points:
        raise typer.BadParameter(f"no point's name holds {point!r}")
    with _campaign(points, seed, folder) as campaign:
        while campaign.tally.total.kills < kills and campaign.play():
            print(campaign.tally.so_far(), flush=True)
        if campaign.tally.total.kills < kills:
            campaign.tally.complaints.append(f"only {campaign.tally.total.kills} of {kills} kills happened")


@app.command()
def soak(
    minutes: Annotated[float, typer.Option(min=1)] = 30,
    seed: Seed = None,
    folder: Folder = None,
) -> None:
    """Small runs without a pause, killed at any moment, and a look at the memory of everything that goes on."""
    # The services are left alone: a restarted one has freed what it leaked.
    with _campaign([found for found in POINTS if found.function is None], seed, folder) as campaign:
        record = MemoryRecord(campaign.forks.services)
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end and campaign.play(record.sample):
            print(campaign.tally.so_far(), flush=True)
        campaign.tally.complaints += record.growth()
        print(record.table())


@app.command()
def requests(
    customers: Annotated[int, typer.Option(min=100)] = 100_000,
    erasures: Annotated[int, typer.Option(min=1, help="So many customers are erased.")] = 2,
    kills: Annotated[int, typer.Option(min=0, help="So many of each command, at the most.")] = 4,
    seed: Seed = None,
    folder: Folder = None,
) -> None:
    """A key rotation and erasures of a large shop, killed in between, and what is the same before and after."""
    seed, folder, stack = _prepare(seed, folder)
    shop = LargeShop(stack.home, customers, random.Random(seed), kills)
    try:
        stack.up()
        rotate_and_erase(shop, erasures)
    except BaseException as error:
        shop.complaints.append(f"ended early: {type(error).__name__}: {error}")
        raise
    finally:
        print(f"seed {seed}, {shop.kills} kills", *shop.complaints, sep="\n")
        stack.down(delete_data=not shop.complaints)
    if shop.complaints:
        raise typer.Exit(1)


@contextmanager
def _campaign(points: Sequence[Point], seed: int | None, folder: Path | None) -> Iterator[Campaign]:
    """A campaign on a stack of its own; its seed is printed before, its table after.

    Exits with 1 if something was not recovered; the stack's data then stay in the folder, for inspection.
    """
    seed, folder, stack = _prepare(seed, folder)
    tally = Tally()
    begun = time.monotonic()
    try:
        stack.up()
        create_dagster_home(stack.home.dagster)
        campaign = Campaign(Settings.load(), folder, seed, points=points, services=Services(stack), tally=tally)
        print(f"{len(campaign.reference)} phases and requests run without kills", flush=True)
        yield campaign
        tally.complaints += [f"still running: {process}" for process in survivors()]
    except BaseException as error:  # Ctrl-C too: an unfinished campaign is not a success
        tally.complaints.append(f"ended early: {type(error).__name__}: {error}")
        raise
    finally:
        minutes = (time.monotonic() - begun) / 60
        summary = f"seed {seed}, {minutes:.0f} minutes\n\n{tally.table()}\n"
        (folder / "table.md").write_text("\n\n".join([summary, *tally.complaints]), encoding="utf-8")
        print(summary, *tally.complaints, sep="\n")
        stack.down(delete_data=tally.is_clean)
    if not tally.is_clean:
        raise typer.Exit(1)


def _prepare(seed: int | None, folder: Path | None) -> tuple[int, Path, Stack]:
    """The seed, the folder and a stack in it that is not started yet; this process's settings are that stack's."""
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    folder = (folder or Path(tempfile.mkdtemp(prefix="shop-faults-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {seed}; everything that is written is in {folder}", flush=True)
    stack = Stack(Home(folder / "stack"), Console(stderr=True))
    forget_settings()
    os.environ |= {variable("home"): str(stack.home.root), "DAGSTER_HOME": str(stack.home.dagster)}
    return seed, folder, stack


if __name__ == "__main__":
    app()
