"""Runs of the whole pipeline, of this checkout or of an older one, with the costs of each stage."""

import json
import os
import re
import shutil
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
STAGE: Final = re.compile(
    r"✓ (?P<asset>\w+) +(?P<rows_in>[\d,]+) in +(?P<rows_out>[\d,]+) out .* rejected .*?(?P<seconds>[\d,.]+) s"
)
"""The line that a run prints when a stage has ended."""


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
    shop(code, home, "down").communicate()
    shutil.rmtree(home)  # not by --delete-data: an older commit asks for no --yes, and a newer one for it


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
    given = ("--json",) if _knows(code, home, "--json") else ()
    begun = time.monotonic()
    process = shop(code, home, "run", *given, *arguments)
    assert process.stdout is not None
    assert process.stderr is not None
    usages, printed = [], []
    with ProcessWatch(process.pid, home) as watch:
        for line in process.stderr if given else process.stdout:
            printed.append(line)
            if STAGE.match(line):
                usages.append(watch.take())
        rest, errors = process.communicate()
    if process.returncode != 0:
        raise RunFailedError("".join([*printed[-20:], errors]))
    seconds = round(time.monotonic() - begun, 1)
    stages = json.loads(rest)["assets"] if given else map(_stage_of, filter(STAGE.match, printed))
    return RunCosts(name, purchases, seconds, list(_stages(list(stages), usages)))


def _knows(code: Path, home: Path, option: str) -> bool:
    """Whether `shop run` of that code has an option: older commits may not."""
    return option in shop(code, home, "run", "--help").communicate()[0]


def _stage_of(line: str) -> dict[str, Any]:
    """What an older commit, which has no `--json`, prints of a stage."""
    found = STAGE.match(line)
    assert found is not None
    return {name: text.replace(",", "") for name, text in found.groupdict().items()}


def _stages(assets: Sequence[dict[str, Any]], usages: Sequence[Usage]) -> Iterator[StageCosts]:
    for asset, usage in zip(assets, usages, strict=True):
        documents = max(int(asset["rows_in"]), int(asset["rows_out"]))
        yield StageCosts(asset["asset"], documents, float(asset["seconds"]), usage, int(asset.get("bytes", 0)))
