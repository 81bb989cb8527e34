"""Worker processes, which share the computing of a stage.

Only computing is shared. Who reads from a service and who writes to it, in which order and under which lease, stays
with the run's own process: the results come in the order of the batches.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, TypeVar

from shop_assets.errors import TransientError

Batch = TypeVar("Batch")
Result = TypeVar("Result")

FIRST_BATCHES: Final = 3
"""How many batches the run computes itself. Starting a process costs a second of processor time: for less work than
this, it would last longer than the work."""

AHEAD: Final = 1
"""Batches that wait for a worker, besides one for each of them."""


class WorkerLostError(TransientError):
    """A worker process ended."""


def computed(work: Callable[[Batch], Result], batches: Iterable[Batch], workers: int) -> Iterator[Result]:
    """Compute batches in several processes.

    Batches are taken from the iterable only as results are needed: at most `workers` + `AHEAD` of them, or their
    results, are in memory.

    Args:
        work: Computes one batch. It is pickled once for each process, with what it needs: secrets go through a pipe.
        batches: The batches, which are pickled too.
        workers: How many processes compute; with 1, the run's own one does.

    Yields:
        The results, in the order of the batches.

    Raises:
        WorkerLostError: A worker process was killed, for example because the machine has no memory left.
    """
    coming = iter(batches)
    for done, batch in enumerate(coming, start=1):
        yield work(batch)
        if workers > 1 and done == FIRST_BATCHES:
            yield from _in_processes(work, coming, workers)


def _in_processes(work: Callable[[Batch], Result], batches: Iterator[Batch], workers: int) -> Iterator[Result]:
    first = next(batches, None)
    if first is None:
        return
    # Not forked: the threads of the clients of Kafka and MongoDB do not survive that.
    context = multiprocessing.get_context("spawn")
    processes = ProcessPoolExecutor(workers, context, _begin, (work,))
    try:
        pending: deque[Future[Result]] = deque([processes.submit(_compute, first)])
        for batch in batches:
            pending.append(processes.submit(_compute, batch))
            while len(pending) > workers + AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        message = (
            "A worker process was killed, perhaps because the machine has no memory left. Nothing is lost: run this "
            "step again, with a smaller SHOP_WORKERS if it happens again."
        )
        raise WorkerLostError(message) from error
    finally:
        processes.shutdown(cancel_futures=True)


_WORK: Final[list[Callable[[Any], Any]]] = []
"""In a worker process: what it computes."""


def _begin(work: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the run, and the run its workers
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    _WORK.append(work)


def _end_with_the_run() -> None:
    """A run that is killed cannot end its workers, and these would wait for it for ever."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def _compute(batch: Any) -> Any:
    return _WORK[0](batch)
