"""``evaluate``: models asked about pictures whose objects are known, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tabsam.errors import EvaluationError, TabsamError
from tabsam.evaluation.cases import Case, case_of, worst
from tabsam.evaluation.finds import found_scores, need_pycocotools
from tabsam.evaluation.known import known_of
from tabsam.evaluation.material import KnownPicture, Material, find_material
from tabsam.evaluation.outcome import Evaluation, Failure
from tabsam.evaluation.questions import Asked, Questions, Series, Task
from tabsam.evaluation.summaries import grouped, summaries
from tabsam.evaluation.workers import Crew, outcomes
from tabsam.formats.shared.imported import counted_sentence
from tabsam.library.settings import Settings
from tabsam.model.image import open_image

Progress = Callable[[int, int], None]
"""Is told how many pictures are done, and of how many."""


def evaluate(
    source: Path | str,
    truth: Path | str | None = None,
    *,
    models: Sequence[str] | Mapping[str, str] = ("nano",),
    questions: Questions | None = None,
    of: str | None = None,
    limit: int | None = None,
    processes: int = 1,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure models on pictures whose objects are known.

    Parameters
    ----------
    source, truth, of
        Where the pictures are, and what is known of them: see :func:`tabsam.evaluation.material.find_material`.
    models : sequence, or mapping of names
        Ids, folders: what :func:`tabsam.load` takes. A mapping says what each is called in the report.
    questions : Questions
        What is asked: kinds of prompts, scales, clicks, everything.
    limit : int, optional
        At most so many pictures, evenly from all.
    processes : int, >= 1
        How many work at once, each with the models loaded. With more than one, a script must have its own code under
        ``if __name__ == "__main__":``, since each process imports it.
    settings : Settings
        How models run; where it does not say how many threads, the processes share the processor.
    progress : callable
        Told after each picture.

    Returns
    -------
    Evaluation
        One picture that cannot be read, or on which a model fails, is a failure in it and stops no other.

    Raises
    ------
    EvaluationError
        ``no-truth``; ``questions``; ``extra-missing`` when everything is asked for and pycocotools is not there;
        ``all-failed`` when nothing at all could be measured.
    FormatError
        For a data set that cannot be read.
    ModelError
        For a model that cannot be loaded.
    """
    questions = questions or Questions()
    if processes < 1:
        raise EvaluationError("questions", f"There must be one process or more, not {processes}.")
    if limit is not None and limit < 1:
        raise EvaluationError("questions", f"There must be one picture or more, not {limit}.")
    if questions.everything:
        need_pycocotools()
    named = dict(models) if isinstance(models, Mapping) else _named(models)
    crew = Crew(named, questions, (settings or Settings.read()).shared_by(processes))
    asked: list[Asked] = []
    failures: list[Failure] = []
    with ExitStack() as opened:
        material = find_material(Path(source), None if truth is None else Path(truth), opened, of=of).some(limit)
        for outcome in outcomes(_tasks(material.pictures, failures), crew, processes):
            if isinstance(outcome, Asked):
                asked.append(outcome)
            else:
                failures.append(outcome)
            if progress:
                progress(len(asked) + len(failures), len(material.pictures))
        evaluation = _evaluation(material, asked, failures, crew)
        return replace(evaluation, cases=tuple(_cases(evaluation, material)), made=f"{datetime.now():%d %B %Y}")


def _cases(evaluation: Evaluation, material: Material) -> Iterator[tuple[Series, Case]]:
    """Draw the worst answers, and open each of their pictures once."""
    chosen = worst(evaluation.answers)
    by_picture = grouped(chosen, lambda one: one.picture)
    drawn: dict[int, Case] = {}
    for one in material.pictures:
        if one.path not in by_picture:
            continue
        image = open_image(one.picture())
        known = known_of(one.truth(), (image.height, image.width), one.path)
        objects = {each.number: each for each in known.objects}
        drawn |= {id(answer): case_of(answer, image, objects[answer.number].mask()) for answer in by_picture[one.path]}
    return ((answer.series, drawn[id(answer)]) for answer in chosen)


def _named(models: Sequence[str]) -> dict[str, str]:
    """Name each model by its id, or its folder's name; by all of its path where that is not its own."""
    names = [Path(one).name or one for one in models]
    return {name if names.count(name) == 1 else model: model for name, model in zip(names, models, strict=True)}


def _tasks(pictures: Sequence[KnownPicture], failures: list[Failure]) -> Iterator[Task]:
    """Read one picture after the other, when it is its turn; those that cannot be read are put down."""
    for one in pictures:
        try:
            yield Task(one.path, one.picture(), one.truth())
        except TabsamError as error:
            failures.append(Failure(one.path, error.code, error.message, error.hint))
        except OSError as error:
            failures.append(Failure(one.path, "file-unreadable", f"It cannot be read: {error.strerror or error}."))


def _evaluation(material: Material, asked: Sequence[Asked], failures: Sequence[Failure], crew: Crew) -> Evaluation:
    if not asked:
        first = min(failures, key=lambda one: one.picture)
        raise EvaluationError(
            "all-failed", f"None of {len(failures):,} pictures could be measured. Of the first: {first.message}", first.hint
        )
    asked = sorted(asked, key=lambda one: one.picture)
    answers = tuple(answer for one in asked for answer in one.answers)
    summed = summaries(answers)
    there = {(one.series.model, one.series.prompt) for one in summed}
    said = list(material.said)
    if answers:
        refused = [(model, prompt) for model in crew.models for prompt in crew.questions.prompts if (model, prompt) not in there]
        said += [f"{model} takes no {prompt}; it was not asked by one." for model, prompt in refused]
    left_out = sum(one.left_out for one in asked)
    why = "too small, or known by a box alone"
    sentence = counted_sentence(left_out, f"An object was left out: {why}.", f"{left_out:,} objects were left out: {why}.")
    said += [sentence] if sentence else []
    found = tuple(found_scores(model, asked) for model in crew.models) if crew.questions.everything else ()
    order = {name: place for place, name in enumerate(crew.models)}
    summed.sort(key=lambda one: (crew.questions.prompts.index(one.series.prompt), order[one.series.model], one.series.scale))
    return Evaluation(
        models=dict(crew.models),
        questions=crew.questions,
        pictures=tuple(one.picture for one in asked),
        answers=answers,
        summaries=tuple(summed),
        found=found,
        failures=tuple(sorted(failures, key=lambda one: one.picture)),
        said=tuple(said),
    )
