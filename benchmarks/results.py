"""The results as JSON, as a table and as a plot."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import altair as alt
import polars as pl
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.loops import LoopCosts, shares
from benchmarks.pipeline import RunCosts, StageCosts

FIRST: Final = "first"
BASE: Final = "base"


@dataclass
class Results:
    """All measurements of one call; `base` are runs of the older commit."""

    commit: str
    base_commit: str | None = None
    runs: list[RunCosts] = field(default_factory=list)
    base: list[RunCosts] = field(default_factory=list)
    loops: dict[int, list[LoopCosts]] = field(default_factory=dict)
    """By the purchases of the run."""
    verified: dict[int, str] = field(default_factory=dict)
    """What an independent reading of the run's CSV found, by the purchases of the run."""
    message_bytes: float = 0.0
    """Of a purchase's message, on average."""

    def write(self, folder: Path) -> None:
        """Write `results.json` and `plot.svg`.

        Args:
            folder: The folder, which is created.
        """
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(json.dumps(self._document(), indent=2) + "\n", encoding="utf-8")
        rows = list(self._rates())
        if rows:
            _plot(rows).save(str(folder / "plot.svg"))

    def show(self, console: Console) -> None:
        """Print the tables.

        Args:
            console: Where to.
        """
        for run in self.runs:
            older = next((one for one in self.base if (one.name, one.purchases) == (run.name, run.purchases)), None)
            console.print(_run_table(run, older))
        for purchases, loops in self.loops.items():
            stages = {stage.asset: stage.rate for stage in self._first(purchases).stages}
            console.print(_loop_table(purchases, loops, stages))
        for purchases, verified in self.verified.items():
            console.print(f"{purchases:,} purchases, the CSV by an independent reading of docs/features.md: {verified}")

    def _first(self, purchases: int) -> RunCosts:
        return next(run for run in self.runs if (run.name, run.purchases) == (FIRST, purchases))

    def _document(self) -> dict[str, Any]:
        memory = psutil.virtual_memory().total >> 30
        machine = {"cores": os.cpu_count(), "memory GiB": memory, "system": platform.platform()}
        return {"machine": machine, "python": platform.python_version(), **asdict(self)}

    def _rates(self) -> Iterator[dict[str, Any]]:
        for name, runs in (("this commit", self.runs), (BASE, self.base)):
            for run in runs:
                for stage in run.stages if run.name == FIRST else ():
                    yield {"code": name, "asset": stage.asset, "purchases": run.purchases, "rate": stage.rate}


def _run_table(run: RunCosts, older: RunCosts | None) -> Table:
    table = Table(title=f"{run.purchases:,} purchases, {run.name} run: {run.seconds:,.0f} s{_ratio(run, older)}")
    for name in ("asset", "documents", "s", "documents/s", "MB/s", "CPU s", "peak MiB"):
        table.add_column(name, justify="left" if name == "asset" else "right")
    before = {stage.asset: stage for stage in older.stages} if older else {}
    for stage in run.stages:
        table.add_row(*_stage_row(stage, before.get(stage.asset)))
    table.caption = f"all processes together: at most {run.peak_together:,} MiB"
    return table


def _stage_row(stage: StageCosts, older: StageCosts | None) -> Sequence[str]:
    seconds = f"{stage.seconds:,.1f}" + (f" (base {older.seconds:,.1f})" if older else "")
    cpu = ", ".join(f"{name} {used:,.1f}" for name, used in stage.usage.cpu.items() if used >= 0.1)
    peak = ", ".join(f"{name} {size:,}" for name, size in sorted(stage.usage.peak.items()) if size >= 50)
    megabytes = f"{stage.bytes_rate / 1e6:,.2f}" if stage.bytes else ""
    return stage.asset, f"{stage.documents:,}", seconds, f"{stage.rate:,.0f}", megabytes, cpu, peak


def _ratio(run: RunCosts, older: RunCosts | None) -> str:
    return f", base {older.seconds:,.0f} s, {older.seconds / run.seconds:.2f} times faster" if older else ""


def _loop_table(purchases: int, loops: Sequence[LoopCosts], stages: Mapping[str, float]) -> Table:
    table = Table(title=f"{purchases:,} purchases: the bare loops, and the naive ways (*)")
    for name in ("asset", "loop", "documents", "documents/s", "the stage"):
        table.add_column(name, justify="left" if name in ("asset", "loop") else "right")
    found = shares(stages, loops)
    for loop in loops:
        stage = stages.get(loop.asset, 0.0)
        compared = f"{stage / loop.rate:.2f}" if stage else ""
        table.add_row(
            loop.asset, loop.name + " *" * loop.is_naive, f"{loop.documents:,}", f"{loop.rate:,.0f}", compared
        )
    table.caption = "the stage to its slowest loop: " + ", ".join(f"{asset} {share}" for asset, share in found.items())
    return table


def _plot(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    return (
        alt.Chart(pl.DataFrame(rows), title="Documents a second by stage, first run")
        .mark_line(point=True)
        .encode(
            x=alt.X("purchases:Q", scale=alt.Scale(type="log")),
            y=alt.Y("rate:Q", title="documents a second", scale=alt.Scale(type="log")),
            color="asset:N",
            strokeDash="code:N",
        )
        .properties(width=640, height=400)
    )
