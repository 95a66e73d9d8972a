"""Pictures handed out to processes, each of which has loaded the models; what goes wrong with one is told and stops no other."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass

from tabsam.errors import TabsamError
from tabsam.evaluation.asking import ask_about
from tabsam.evaluation.outcome import Failure
from tabsam.evaluation.questions import Asked, Questions, Task
from tabsam.library.loading import load
from tabsam.library.segmenter import SyncSegmenter
from tabsam.library.settings import Settings

_AHEAD = 2
"""Pictures that wait for each process, so that none is idle and not all are in memory."""


@dataclass(frozen=True)
class Crew:
    """What every process needs to know.

    Attributes
    ----------
    models : mapping of str
        What each model is called, and what :func:`tabsam.library.load` is given for it.
    questions : Questions
    settings : Settings
        With as many threads as fall to one process.
    """

    models: Mapping[str, str]
    questions: Questions
    settings: Settings

    def load(self, opened: ExitStack) -> dict[str, SyncSegmenter]:
        """Load the models, for as long as ``opened`` is."""
        return {name: opened.enter_context(load(model, settings=self.settings)) for name, model in self.models.items()}


def threads_for(settings: Settings, processes: int) -> Settings:
    """Give each process its part of the processor, where nobody has said how many threads it may have."""
    if settings.threads or processes == 1:
        return settings
    return settings.with_(threads=max(1, (os.cpu_count() or 1) // processes))


def outcomes(tasks: Iterable[Task], crew: Crew, processes: int) -> Iterator[Asked | Failure]:
    """Give what comes of each picture, in the order in which they are done.

    Raises
    ------
    TabsamError
        When a model cannot be loaded.
    """
    with ExitStack() as opened:
        # Here in any case: what is wrong with a model is said once, before a process is started.
        segmenters = crew.load(opened)
        if processes == 1:
            for task in tasks:
                yield _outcome(task, segmenters, crew.questions)
            return
    yield from _in_processes(iter(tasks), crew, processes)


def _in_processes(tasks: Iterator[Task], crew: Crew, processes: int) -> Iterator[Asked | Failure]:
    """Hand pictures out. Of those that are at work when a process dies, each is tried once more, in a process of its own."""
    suspects: deque[Task] = deque()
    more = True
    while more:
        with _pool(crew, processes) as pool:
            running: dict[Future[Asked | Failure], Task] = {}
            while True:
                while more and len(running) < processes * _AHEAD:
                    task = next(tasks, None)
                    if task is None:
                        more = False
                    else:
                        running[pool.submit(_at_work, task)] = task
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                broken = [running[one] for one in done if isinstance(one.exception(), BrokenProcessPool)]
                yield from (one.result() for one in done if running[one] not in broken)
                if broken:
                    suspects.extend(broken)
                    suspects.extend(task for one, task in running.items() if one not in done)
                    break
                for one in done:
                    del running[one]
    for task in suspects:
        yield _alone(task, crew)


def _alone(task: Task, crew: Crew) -> Asked | Failure:
    with _pool(crew, 1) as pool:
        try:
            return pool.submit(_at_work, task).result()
        except BrokenProcessPool:
            message = "The process that worked on it was ended, most likely for want of memory."
            return Failure(task.path, "worker-died", message, "Try fewer processes, a smaller model or a smaller scale.")


def _pool(crew: Crew, processes: int) -> ProcessPoolExecutor:
    # Spawned: onnxruntime's threads do not live through a fork.
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(crew,))


_loaded: tuple[dict[str, SyncSegmenter], Questions] | None = None
"""Of this process, as long as it lives."""


def _begin(crew: Crew) -> None:
    global _loaded
    _loaded = crew.load(ExitStack()), crew.questions


def _at_work(task: Task) -> Asked | Failure:
    assert _loaded is not None
    return _outcome(task, *_loaded)


def _outcome(task: Task, segmenters: Mapping[str, SyncSegmenter], questions: Questions) -> Asked | Failure:
    try:
        return ask_about(task, segmenters, questions)
    except TabsamError as error:
        return Failure(task.path, error.code, error.message, error.hint)
    except Exception as error:  # noqa: BLE001  # a picture that nobody foresaw must not cost the others
        return Failure(task.path, "unexpected", f"{type(error).__name__}: {error}", "Please report it.")
