"""Runners on one machine: this process, or several. Each gives what came of pictures in the order in which they were done."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for

from tabsam.batch.work import Outcome, Task, reason
from tabsam.batch.worker import Worker

Begin = Callable[[], Worker]
"""Makes a worker; it can be pickled."""

Runner = Callable[[Iterable[Task], Begin], Iterator[Outcome]]

_AHEAD = 2
"""So many tasks a process are handed out before they are begun: none waits for the next."""

_ENDED = "The process that worked on this picture ended.", "It may need more memory than there is; try fewer processes."

_worker: Worker | None = None
"""In a process of a pool: its own."""


def here(tasks: Iterable[Task], begin: Begin) -> Iterator[Outcome]:
    """Work in this process."""
    worker = begin()
    try:
        yield from map(worker, tasks)
    finally:
        worker.close()


def in_processes(count: int) -> Runner:
    """Make a runner that works in so many processes."""

    def run(tasks: Iterable[Task], begin: Begin) -> Iterator[Outcome]:
        waiting = iter(tasks)
        while True:
            lost: list[Task] = []
            yield from _in_pool(waiting, begin, count, lost)
            if not lost:
                return
            for task in lost:  # one of them may be what ended a process: each alone
                again: list[Task] = []
                yield from _in_pool(iter([task]), begin, 1, again)
                if again:
                    yield Outcome(task.place, "failed", error=reason("process-ended", *_ENDED))

    return run


def _in_pool(tasks: Iterator[Task], begin: Begin, count: int, lost: list[Task]) -> Iterator[Outcome]:
    """Work in a pool until it is done or one of its processes ends; then the tasks that it had are in `lost`."""
    # Not by fork: a process that has threads, as onnxruntime's, cannot be copied.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(begin,))
    going: dict[Future[Outcome], Task] = {}
    try:
        while True:
            for task in islice(tasks, max(0, count * _AHEAD - len(going))):
                going[pool.submit(_work, task)] = task
            if not going:
                return
            for done in wait(going, return_when=FIRST_COMPLETED).done:
                outcome = done.result()
                del going[done]
                yield outcome
    except BrokenProcessPool:
        lost += going.values()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(begin: Begin) -> None:
    global _worker
    _worker = begin()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that began this one has ended, however it did: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(task: Task) -> Outcome:
    assert _worker is not None
    return _worker(task)
