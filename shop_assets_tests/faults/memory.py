"""Memory over a soak: of each engine, of the runner and of its fork server."""

import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import psutil

MEBIBYTE: Final = 1024 * 1024
WARM_UP: Final = 0.2
"""This share of the samples is left out: caches fill, Java's heap grows to what it may have."""

GROWTH: Final = 1.15
SLACK_MEBIBYTES: Final = 32
"""What the median of the last third may have over that of the first one. Allocators and Java give memory back late, so
that two medians of the same load differ by some per cent; a leak that matters is larger after half an hour."""


@dataclass
class MemoryRecord:
    """Private memory, in MiB, by process, in the order of the samples."""

    services: Callable[[], Mapping[str, int]]
    samples: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def sample(self) -> None:
        """Adds one of every process."""
        for name, pid in {**self.services(), "runner and fork server": os.getpid()}.items():
            self.samples[name].append(_memory(psutil.Process(pid)))

    def growth(self) -> list[str]:
        """A complaint for each process that has grown."""
        return [
            f"{name} grew from {first:.0f} to {last:.0f} MiB"
            for name, (first, last) in self._thirds().items()
            if last > first * GROWTH + SLACK_MEBIBYTES
        ]

    def table(self) -> str:
        """Markdown."""
        rows = [f"| {name} | {first:.0f} | {last:.0f} |" for name, (first, last) in self._thirds().items()]
        return "\n".join(["| process | first third, MiB | last third, MiB |", "|---|---|---|", *rows])

    def _thirds(self) -> dict[str, tuple[float, float]]:
        """The medians of the first and the last third after the warm-up."""
        medians = {}
        for name, values in sorted(self.samples.items()):
            warm = values[int(len(values) * WARM_UP) :]
            third = max(1, len(warm) // 3)
            medians[name] = median(warm[:third]), median(warm[-third:])
        return medians


def _memory(process: psutil.Process) -> float:
    """Of a process with its children, what is theirs alone: a library that other programs map as well would count more
    for each process that goes on when one of them ends.
    """
    return sum(one.memory_full_info().uss for one in (process, *process.children(recursive=True))) / MEBIBYTE
