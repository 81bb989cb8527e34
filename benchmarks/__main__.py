"""`make bench`: what each stage costs, beside the bare loop that is its limit, and beside an older commit.

For each size a new stack is filled by a first run, and run again unchanged and with 1 % new purchases. Nothing else
should work on the machine meanwhile. This is no test: it has no limits, and prints what it finds.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from benchmarks.filled_stack import message_bytes
from benchmarks.loops import loops
from benchmarks.pipeline import ROOT, RunCosts, checkout, run, shop, stop
from benchmarks.results import FIRST, Results
from benchmarks.sampled_customers import equal_customers
from shop_assets.documents.kinds import PURCHASES
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import default_shop

SIZES: Final = (10_000, 100_000)
CUSTOMERS_SHARE: Final = 5
"""Purchases for each customer."""

NEW_SHARE: Final = 100
"""One of so many purchases is new in the run of the next day."""


def main() -> None:
    """Measure, print the tables and write the files."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="PURCHASES")
    parser.add_argument("--base", help="an older commit to run beside this one")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench", help="folder of the results")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the stack is stopped then too
    console = Console(width=160)
    results = measure(arguments.sizes or SIZES, arguments.base, console)
    folder = arguments.output / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    results.write(folder)
    results.show(console)
    console.print(f"The results: {folder}")


def measure(sizes: list[int] | tuple[int, ...], base: str | None, console: Console) -> Results:
    """Run every size.

    Args:
        sizes: Numbers of purchases.
        base: An older commit, or None.
        console: For the progress.

    Returns:
        All measurements.
    """
    results = Results(_commit("HEAD"), base and _commit(base))
    for size in sizes:
        if base:
            with checkout(base) as code, _stack(code) as home:
                console.print(f"{size:,} purchases, {base}")
                results.base += _runs(code, home, size, console)
        with _stack(ROOT) as home:
            console.print(f"{size:,} purchases")
            results.runs += _runs(ROOT, home, size, console)
            console.print("  the bare loops")
            results.loops[size] = list(loops(_settings(home)))
            results.message_bytes = message_bytes(_settings(home))
            results.verified[size] = equal_customers(_settings(home))
            console.print(f"  the CSV by an independent reading: {results.verified[size]}")
    return results


@contextmanager
def _stack(code: Path) -> Iterator[Path]:
    """A stack of the code for the length of the block; its data is deleted. Yields its home."""
    with TemporaryDirectory(prefix="shop-bench-") as folder:
        home = Path(folder) / "home"
        _, errors = (started := shop(code, home, "up")).communicate()
        if started.returncode:
            raise SystemExit(errors)
        try:
            yield home
        finally:
            stop(code, home)


def _runs(code: Path, home: Path, purchases: int, console: Console) -> list[RunCosts]:
    shop_size = ("--customers", str(max(1, purchases // CUSTOMERS_SHARE)), "--purchases", str(purchases))
    found = []
    for name in (FIRST, "again", "day"):
        given = ("--source", str(_new_purchases(home, purchases))) if name == "day" else shop_size
        found.append(run(code, home, name, purchases, given))
        console.print(f"  {name}: {found[-1].seconds:,.0f} s")
    return found


def _new_purchases(home: Path, purchases: int) -> Path:
    """A folder with new purchases of the same customers: of a shop like theirs, under other ids."""
    as_of = datetime.now(UTC).date()
    customers = max(1, purchases // CUSTOMERS_SHARE)
    shop = replace(default_shop(as_of), customers=customers, purchases=max(1, purchases // NEW_SHARE))
    folder = home / "new"
    (folder / "purchases").mkdir(parents=True)
    with (folder / "purchases" / "new.jsonl").open("w", encoding="utf-8") as file:
        for _, document in generate(shop, PURCHASES):
            renamed = {**document, "purchase_id": f"new-{document['purchase_id']}"}
            file.write(json.dumps(renamed, ensure_ascii=False) + "\n")
    return folder


def _settings(home: Path):
    from shop_assets.cli.services import ensure_services

    os.environ["SHOP_HOME"] = str(home)
    return ensure_services()


def _commit(name: str) -> str:
    found = subprocess.run(["git", "rev-parse", "--short", name], cwd=ROOT, check=True, capture_output=True, text=True)
    return found.stdout.strip()


if __name__ == "__main__":
    main()
