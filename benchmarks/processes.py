"""What each process of a run and of its stack costs: CPU seconds and memory, sampled from outside."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil

SAMPLE_SECONDS: Final = 0.5
RUN: Final = "run"
SPARK: Final = "Spark"
OTHER: Final = "other"
SERVICES: Final = {"mongo_server": "MongoDB", "clickhouse_front": "ClickHouse", "kafka.Kafka": "Kafka", "weed": "S3"}
"""The name of each service by a word of its command line."""

Process = tuple[int, float]
"""A process by its number and its start: numbers are used again."""


@dataclass
class Usage:
    """CPU seconds and the largest memory (MiB) by name; processes of one name are added. `peak_together` is of all."""

    cpu: dict[str, float] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    peak_together: int = 0


class ProcessWatch:
    """Samples a run, its children and the services of its stack until it is left.

    A process that ends between two samples loses what it used since the last one: at most half a second. Memory is what
    each process has for itself: files that several map count in none.
    """

    def __init__(self, run: int, home: Path) -> None:
        """Prepare.

        Args:
            run: The process that runs the pipeline.
            home: The folder of the stack, whose supervisor's children are the services.
        """
        self._run = run
        self._home = home
        self._names: dict[Process, str] = {}
        self._cpu: dict[Process, float] = {}
        self._taken: dict[Process, float] = {}
        self._usage = Usage()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._sample()
        self._taken = dict(self._cpu)  # what the services used before
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def take(self) -> Usage:
        """What was used since the last call, or since the start."""
        self._sample()
        with self._lock:
            used: defaultdict[str, float] = defaultdict(float)
            for process, seconds in self._cpu.items():
                used[self._names[process]] += seconds - self._taken.get(process, 0.0)
            self._taken = dict(self._cpu)
            usage, self._usage = self._usage, Usage()
        usage.cpu = {name: round(seconds, 2) for name, seconds in sorted(used.items()) if seconds >= 0.01}
        return usage

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        memory: defaultdict[str, int] = defaultdict(int)
        with self._lock:
            for process in self._processes():
                try:
                    with process.oneshot():
                        key = (process.pid, process.create_time())
                        if self._names.get(key, RUN) == RUN:  # a child of the run may become Java after its start
                            self._names[key] = _name(process, is_run=self._is_of_run(process))
                        times, held = process.cpu_times(), process.memory_info()
                except psutil.Error:  # it has just ended
                    continue
                self._cpu[key] = times.user + times.system
                memory[self._names[key]] += held.rss - getattr(held, "shared", 0)
            for name, size in memory.items():
                self._usage.peak[name] = max(size >> 20, self._usage.peak.get(name, 0))
            self._usage.peak_together = max(sum(memory.values()) >> 20, self._usage.peak_together)

    def _processes(self) -> Iterator[psutil.Process]:
        yield from _with_children(self._run)
        supervisor = self._home / "supervisord.pid"
        if supervisor.exists():
            yield from _with_children(int(supervisor.read_text()))

    def _is_of_run(self, process: psutil.Process) -> bool:
        return process.pid == self._run or any(parent.pid == self._run for parent in process.parents())


def _with_children(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _name(process: psutil.Process, *, is_run: bool) -> str:
    if is_run:
        return SPARK if process.name() == "java" else RUN
    command = " ".join(process.cmdline())
    return next((name for word, name in SERVICES.items() if word in command), OTHER)
