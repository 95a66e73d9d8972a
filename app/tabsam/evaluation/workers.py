"""Whoever asks models about pictures: in this process or in several, each of which has loaded the models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from tabsam.batch.pool import handed_out, here
from tabsam.errors import TabsamError
from tabsam.evaluation.asking import ask_about
from tabsam.evaluation.outcome import Failure
from tabsam.evaluation.questions import Asked, Questions, Task
from tabsam.library.loading import load
from tabsam.library.segmenter import SyncSegmenter
from tabsam.library.settings import Settings


@dataclass(frozen=True)
class Crew:
    """What every process needs to know.

    Attributes
    ----------
    models : mapping of str
        What each model is called, and what :func:`tabsam.library.loading.load` is given for it.
    questions : Questions
    settings : Settings
        With as many threads as fall to one process.
    """

    models: Mapping[str, str]
    questions: Questions
    settings: Settings


class Asker:
    """Has the models loaded, and asks them about one picture after the other.

    Raises
    ------
    TabsamError
        When a model cannot be loaded.
    """

    def __init__(self, crew: Crew) -> None:
        self._questions = crew.questions
        with ExitStack() as opened:
            models = {name: opened.enter_context(load(model, settings=crew.settings)) for name, model in crew.models.items()}
            self._opened = opened.pop_all()
        self._segmenters: dict[str, SyncSegmenter] = models

    def __call__(self, task: Task) -> Asked | Failure:
        """Ask about a picture; what is wrong with it is what comes of it, and costs no other."""
        try:
            return ask_about(task, self._segmenters, self._questions)
        except TabsamError as error:
            return Failure(task.path, error.code, error.message, error.hint)
        except Exception as error:  # noqa: BLE001  # a picture that nobody foresaw must not cost the others
            return Failure(task.path, "unexpected", f"{type(error).__name__}: {error}", "Please report it.")

    def close(self) -> None:
        """Let go of the models."""
        self._opened.close()


def outcomes(tasks: Iterable[Task], crew: Crew, processes: int) -> Iterator[Asked | Failure]:
    """Give what comes of each picture, in the order in which they are done.

    Raises
    ------
    TabsamError
        When a model cannot be loaded.
    """
    if processes == 1:
        return here(tasks, partial(Asker, crew))
    # Here, one after the other: what is wrong with a model is said at once, and no two processes download it.
    for model in crew.models.values():
        load(model, settings=crew.settings).close()
    return handed_out(tasks, partial(Asker, crew), processes, ended=_ended)


def _ended(task: Task) -> Asked | Failure:
    message = "The process that worked on it ended; it may need more memory than there is."
    return Failure(task.path, "process-ended", message, "Try fewer processes, a smaller model or a smaller scale.")
