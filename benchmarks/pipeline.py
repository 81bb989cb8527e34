"""Runs of the whole pipeline, of this checkout or of an older one, with the costs of each stage."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.processes import ProcessWatch, Usage

ROOT: Final = Path(__file__).resolve().parents[1]
SHOP: Final = "import sys; from shop_assets.cli import main; sys.argv[0] = 'shop'; main()"
MATERIALIZED: Final = "✓"


class RunFailedError(Exception):
    """A run of the pipeline failed; the message is what it printed."""


@dataclass
class StageCosts:
    """What a stage did. `seconds` are its own; `usage` has the checks of the stage before it too."""

    asset: str
    documents: int
    seconds: float
    usage: Usage
    bytes: int = 0
    """Bytes that it read or wrote, where it knows them."""

    @property
    def bytes_rate(self) -> float:
        """Bytes a second."""
        return self.bytes / max(self.seconds, 0.01)

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / max(self.seconds, 0.01)


@dataclass
class RunCosts:
    """What a run did: `first`, `again` (unchanged) or `day` (1 % new purchases)."""

    name: str
    purchases: int
    seconds: float = 0.0
    stages: list[StageCosts] = field(default_factory=list)

    @property
    def peak_together(self) -> int:
        """The largest memory of all processes at one moment, in MiB."""
        return max((stage.usage.peak_together for stage in self.stages), default=0)


@contextmanager
def checkout(commit: str | None) -> Iterator[Path]:
    """A folder with the code of a commit for the length of the block.

    Args:
        commit: The commit; None for the code as it is here.

    Yields:
        The folder.
    """
    if commit is None:
        yield ROOT
        return
    with TemporaryDirectory(prefix="shop-bench-") as folder:
        path = Path(folder) / "code"
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", path, commit], cwd=ROOT, check=True)
        try:
            yield path
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", path], cwd=ROOT, check=True)


def shop(code: Path, home: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start a `shop` command.

    Args:
        code: The folder of the code.
        home: The folder of the stack.
        arguments: Of the command.

    Returns:
        The process, with its standard output and standard error.
    """
    environment = {**os.environ, "SHOP_HOME": str(home), "PYTHONPATH": str(code)}
    return subprocess.Popen(
        [sys.executable, "-c", SHOP, *arguments],
        cwd=code,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stop(code: Path, home: Path) -> None:
    """Stop a stack and delete its data.

    Args:
        code: The folder of its code.
        home: The folder of the stack.
    """
    shop(code, home, "down", "--delete-data").communicate()


def run(code: Path, home: Path, name: str, purchases: int, arguments: Sequence[str]) -> RunCosts:
    """Run the pipeline and watch it.

    Args:
        code: The folder of the code.
        home: The folder of the stack, which runs.
        name: Which run it is.
        purchases: How many purchases there are.
        arguments: Of `shop run`.

    Returns:
        Its costs.

    Raises:
        RunFailedError: It failed.
    """
    begun = time.monotonic()
    process = shop(code, home, "run", "--json", *arguments)
    assert process.stdout is not None
    assert process.stderr is not None
    usages, printed = [], []
    with ProcessWatch(process.pid, home) as watch:
        for line in process.stderr:
            printed.append(line)
            if MATERIALIZED in line and " rejected " in line:
                usages.append(watch.take())
        outcome = json.loads(process.stdout.read() or "{}")
    if process.wait() != 0:
        raise RunFailedError("".join(printed[-20:]))
    seconds = round(time.monotonic() - begun, 1)
    return RunCosts(name, purchases, seconds, list(_stages(outcome["assets"], usages)))


def _stages(assets: Sequence[dict[str, Any]], usages: Sequence[Usage]) -> Iterator[StageCosts]:
    for asset, usage in zip(assets, usages, strict=True):
        documents = max(int(asset["rows_in"]), int(asset["rows_out"]))
        yield StageCosts(asset["asset"], documents, float(asset["seconds"]), usage, int(asset.get("bytes", 0)))
