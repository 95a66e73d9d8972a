"""A runner on a Ray cluster: for more pictures than one machine holds.

Needs the extra ``ray``. The pictures and the output's folder lie where every machine of the cluster finds them by the same paths.
What is done is written by whoever works on a picture, so a worker that is lost takes nothing along but what it was at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tabsam.batch.processes import Begin, Runner
from tabsam.batch.work import Outcome, Task, reason
from tabsam.errors import TabsamError

_ATTEMPTS = 3
"""So often a picture is begun whose worker was lost, before it is left as failed."""


def on_ray(workers: int) -> Runner:
    """Make a runner with so many workers on a cluster: that which RAY_ADDRESS names, else one on this machine.

    Raises
    ------
    TabsamError
        ``extra-missing``.
    """
    try:
        import ray
    except ModuleNotFoundError as error:
        hint = 'Install it: pip install "tabsam[ray]"'
        raise TabsamError("extra-missing", "A batch on Ray needs ray, which is not installed.", hint) from error

    def run(tasks: Iterable[Task], begin: Begin) -> Iterator[Outcome]:
        begun_here = not ray.is_initialized()
        if begun_here:
            ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
        try:
            yield from _on_actors(ray, iter(tasks), begin, workers)
        finally:
            if begun_here:
                ray.shutdown()

    return run


def _on_actors(ray: Any, tasks: Iterator[Task], begin: Begin, workers: int) -> Iterator[Outcome]:
    actors = [_actor(ray, begin) for _ in range(workers)]
    going: dict[Any, tuple[Task, int]] = {}
    attempts: Counter[str] = Counter()
    again: list[Task] = []
    idle = list(range(workers))
    while True:
        for number in idle:
            task = again.pop() if again else next(tasks, None)
            if task is not None:
                going[actors[number].work.remote(task)] = task, number
        idle = []
        if not going:
            return
        (done,), _ = ray.wait(list(going), num_returns=1)
        task, number = going.pop(done)
        idle.append(number)
        try:
            outcome = ray.get(done)
        except ray.exceptions.RayActorError as error:
            actors[number] = _actor(ray, begin)
            attempts[task.place] += 1
            if attempts[task.place] < _ATTEMPTS:
                again.append(task)
                continue
            outcome = Outcome(task.place, "failed", error=_lost(error))
        except ray.exceptions.RayTaskError as error:
            raise error.cause from error  # what a worker raises is about the model, and no picture
        yield outcome


def _actor(ray: Any, begin: Begin) -> Any:
    class Working:
        """A worker in a process of the cluster."""

        def __init__(self) -> None:
            self._worker = begin()

        def work(self, task: Task) -> Outcome:
            return self._worker(task)

    return ray.remote(Working).options(num_cpus=1).remote()


def _lost(error: Exception) -> dict[str, str]:
    message = "The workers that began this picture were lost, one after the other."
    return reason("process-ended", message, "It may need more memory than they have; try it alone.", str(error))
