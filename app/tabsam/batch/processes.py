"""Runners on one machine: this process, or several. Each gives what came of pictures in the order in which they were done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tabsam.batch import pool
from tabsam.batch.work import Outcome, Task, reason
from tabsam.batch.worker import Worker

Begin = Callable[[], Worker]
"""Makes a worker; it can be pickled."""

Runner = Callable[[Iterable[Task], Begin], Iterator[Outcome]]

_ENDED = "The process that worked on this picture ended.", "It may need more memory than there is; try fewer processes."


def here(tasks: Iterable[Task], begin: Begin) -> Iterator[Outcome]:
    """Work in this process."""
    return pool.here(tasks, begin)


def in_processes(count: int) -> Runner:
    """Make a runner that works in so many processes; it raises TabsamError, ``processes-end``, if none of them gets to work."""

    def run(tasks: Iterable[Task], begin: Begin) -> Iterator[Outcome]:
        return pool.handed_out(tasks, begin, count, ended=_ended)

    return run


def _ended(task: Task) -> Outcome:
    return Outcome(task.place, "failed", error=reason("process-ended", *_ENDED))
