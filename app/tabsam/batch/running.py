"""A batch from its beginning to its end, or from where it was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tabsam.batch.collecting import Collected
from tabsam.batch.log import Log, opened
from tabsam.batch.processes import Runner, here
from tabsam.batch.results import EACH, Results
from tabsam.batch.work import Outcome, Settings, Task, reason
from tabsam.batch.worker import Worker, stamp_of
from tabsam.errors import FormatError
from tabsam.formats.datasets.naming import placed
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.registry import DATASET_FORMATS

Progress = Callable[[int, int], None]
"""Is told how many pictures are done, and of how many."""


@dataclass(frozen=True)
class Summary:
    """What came of a batch.

    Attributes
    ----------
    done : int
        Pictures that this run has worked on.
    before : int
        Pictures that a run before has.
    failed : list of Outcome
    objects : int
        Of all pictures that are done.
    seconds : float
    output : Path
        Where it was written.
    notes : list of str
        Sentences about what is not in it.
    """

    done: int
    before: int
    failed: list[Outcome]
    objects: int
    seconds: float
    output: Path
    notes: list[str] = field(default_factory=list)


def run(
    collected: Collected,
    settings: Settings,
    folder: Path,
    *,
    model_digest: str,
    options: Options | None = None,
    runner: Runner = here,
    progress: Progress = lambda done, of: None,
) -> Summary:
    """Work on all pictures that are not done yet, and write what came of them.

    Parameters
    ----------
    folder : Path
        New or empty, or that of a batch before: what is done there, and has not changed since, is not done again.
    model_digest : str
        Of the model's files.
    options : Options, optional
        Of a data set; without, pictures do not come along.

    Raises
    ------
    FormatError
        ``unknown-format``, ``output-not-empty``, ``batch-log``.
    StateError
        ``batch-running``.
    ModelError
        If the model cannot be loaded.
    """
    if settings.format not in DATASET_FORMATS:
        hint = f"Choose one of: {', '.join(DATASET_FORMATS)}."
        raise FormatError("unknown-format", f"There is no format '{settings.format}' for data sets.", hint)
    settings = replace(settings, categories=collected.categories)
    begun = time.monotonic()
    results = Results(folder, settings.format)
    with opened(folder) as log:
        results.prepare()
        tasks = _with_places(collected.tasks)
        left = [task for task in tasks if not _is_done(task, log.outcomes.get(task.place), settings, model_digest, results)]
        for problem in collected.problems:
            error = reason(problem.code, problem.message, problem.hint)
            log.append(Outcome(problem.path, "failed", settings.format, error=error))
        progress(len(tasks) - len(left), len(tasks))
        for number, outcome in enumerate(runner(left, partial(Worker, folder, settings, model_digest)), 1):
            log.append(outcome)
            progress(len(tasks) - len(left) + number, len(tasks))
        notes = [*collected.notes, *_assembled(results, _done(log, tasks), settings, options or Options(pictures=False), log)]
        done = _done(log, tasks)
        failed = _failed(log, [*(task.place for task in tasks), *(one.path for one in collected.problems)])
        results.finish()
    before = sum(task in done for task in tasks) - sum(task in done for task in left)
    objects = sum(one.objects for one in done.values())
    seconds = time.monotonic() - begun
    return Summary(len(done) - before, before, failed, objects, seconds, folder / settings.format, notes)


def _with_places(tasks: Sequence[Task]) -> list[Task]:
    """Give every picture a place that no other has, and that is fit for a file's name, the ending left out."""
    places = placed([task.place for task in tasks], "stems")
    return [replace(task, place=place) for task, place in zip(tasks, places, strict=True)]


def _is_done(task: Task, outcome: Outcome | None, settings: Settings, model_digest: str, results: Results) -> bool:
    if outcome is None or outcome.status != "done" or outcome.format != settings.format:
        return False
    if outcome.stamp != stamp_of(task.file) or outcome.key != settings.key(task, outcome.sha256, model_digest):
        return False
    return results.are_there(outcome.files) if settings.format in EACH else results.has(outcome.key)


def _done(log: Log, tasks: Sequence[Task]) -> dict[Task, Outcome]:
    return {task: log.outcomes[task.place] for task in tasks if log.outcomes[task.place].status == "done"}


def _assembled(results: Results, done: dict[Task, Outcome], settings: Settings, options: Options, log: Log) -> list[str]:
    """Put a data set together; what is lost for it is put down, and the next run does it again."""
    if not any(one.objects for one in done.values()):
        return ["Nothing was found."]
    if settings.format in EACH:
        return []
    notes, lost = results.assemble({task: one.key for task, one in done.items()}, settings, options)
    for task in lost:
        error = reason("objects-damaged", "What was kept of this picture is damaged.", "Run it again.")
        log.append(Outcome(task.place, "failed", settings.format, error=error))
    return notes


def _failed(log: Log, places: Sequence[str]) -> list[Outcome]:
    outcomes = (log.outcomes[place] for place in dict.fromkeys(places))
    return [one for one in outcomes if one.status == "failed"]
