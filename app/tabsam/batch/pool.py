"""Tasks handed out to processes: what one was at when it ended is tried once more, each alone, and told if it ends again."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol, TypeVar

from tabsam.errors import TabsamError

Task = TypeVar("Task", contravariant=True)
Outcome = TypeVar("Outcome", covariant=True)
T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 2
"""So many tasks a process are handed out before they are begun: none waits for the next."""


class Working(Protocol[Task, Outcome]):
    """Works on one task after the other."""

    def __call__(self, task: Task, /) -> Outcome:
        """Give what came of a task."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


_worker: Working[Any, Any] | None = None
"""In a process of a pool: its own."""


def here(tasks: Iterable[T], begin: Callable[[], Working[T, R]]) -> Iterator[R]:
    """Work in this process."""
    worker = begin()
    try:
        yield from map(worker, tasks)
    finally:
        worker.close()


def handed_out(tasks: Iterable[T], begin: Callable[[], Working[T, R]], count: int, *, ended: Callable[[T], R]) -> Iterator[R]:
    """Work in so many processes; give what came of tasks in the order in which they were done.

    Parameters
    ----------
    tasks : iterable
        Gone through as processes ask for more. They, and what comes of them, can be pickled.
    begin : callable
        Makes a worker, in each process; it can be pickled.
    ended : callable
        Gives what came of a task that ended the process which was at it.

    Raises
    ------
    TabsamError
        ``processes-end``, if none of them gets to work.
    """
    waiting = iter(tasks)
    works = False
    while True:
        lost: list[T] = []
        for outcome in _in_pool(waiting, begin, count, lost):
            works = True
            yield outcome
        if not lost:
            return
        ends: list[T] = []
        for task in lost:  # one of them may be what ended a process: each alone
            for outcome in _in_pool(iter([task]), begin, 1, ends):
                works = True
                yield outcome
        if ends and not works:
            hint = "Try one process, which says why; a script calls it below 'if __name__ == \"__main__\"'."
            raise TabsamError("processes-end", "The processes end before they have done anything.", hint)
        yield from map(ended, ends)


def _in_pool(tasks: Iterator[T], begin: Callable[[], Working[T, R]], count: int, lost: list[T]) -> Iterator[R]:
    """Work in a pool until it is done or one of its processes ends; then the tasks that it had are in `lost`."""
    # Not by fork: a process that has threads, as onnxruntime's, cannot be copied.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(begin,))
    going: dict[Future[R], T] = {}
    try:
        while True:
            for task in islice(tasks, max(0, count * _AHEAD - len(going))):
                lost.append(task)  # unless it is handed out
                going[pool.submit(_work, task)] = task
                lost.pop()
            if not going:
                return
            for done in wait(going, return_when=FIRST_COMPLETED).done:
                outcome = done.result()
                del going[done]
                yield outcome
    except BrokenProcessPool:
        for one, task in going.items():
            if one.done() and not one.cancelled() and one.exception() is None:
                yield one.result()  # what was done is not done again
            else:
                lost.append(task)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(begin: Callable[[], Working[Any, Any]]) -> None:
    global _worker
    _worker = begin()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that began this one has ended, however it did: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(task: Any) -> Any:
    assert _worker is not None
    return _worker(task)
