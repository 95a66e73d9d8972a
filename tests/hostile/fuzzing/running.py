"""One case after the other, each from a seed of its own, with a limit of the processor's time."""

from __future__ import annotations

import asyncio
import random
import signal
import traceback
import types
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabsam.errors import TabsamError
from tests.hostile.fuzzing.asking import ask, requests
from tests.hostile.fuzzing.mutating import mutated
from tests.hostile.fuzzing.readers import READERS, samples

SECONDS = 10.0
"""Of the processor's time for a case."""

_ASKED = 0.15
"""Of the cases, which are sequences of requests; each of them takes as long as many files."""

_MOST_REQUESTS = 25


class TooLongError(BaseException):
    """A case takes longer than it may; nothing that catches errors catches it."""


class Run:
    """Cases from a seed.

    Parameters
    ----------
    failures : Path or None
        The folder for what failed; it is made when there is something.

    Attributes
    ----------
    counts : Counter
        Of cases by what they were given to, and of how these ended.
    failed : list of str
        What failed, a line each.
    """

    def __init__(self, seed: int, failures: Path | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.failed: list[str] = []
        self._seed = seed
        self._failures = failures
        self._number = 0
        self._samples = samples()
        self._others = [sample.data for sample in self._samples]

    def one(self) -> None:
        """Make the next case, and run it."""
        number, self._number = self._number, self._number + 1
        rng = random.Random(f"{self._seed} {number}")
        if rng.random() < _ASKED:
            asked = requests(rng, rng.randrange(1, _MOST_REQUESTS), self._samples)
            self._attempt("requests", number, lambda: asyncio.run(ask(asked)), repr(asked).encode())
            return
        sample = rng.choice(self._samples)
        data = mutated(sample.data, rng, self._others)
        writing = random.Random(number)
        self._attempt(sample.reader, number, lambda: READERS[sample.reader](sample.name, data, writing), data, sample.name)

    def _attempt(self, reader: str, number: int, case: object, data: bytes, name: str = "requests.txt") -> None:
        assert callable(case)
        self.counts[reader] += 1
        try:
            with _limited(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                case()
        except TabsamError:
            self.counts["refused"] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.failed.append(f"{reader} {number} of seed {self._seed}: {error!r:.200} at {where.filename}:{where.lineno}")
            self._keep(f"{self._seed}-{number}-{reader}", name, data, traceback.format_exc())

    def _keep(self, stem: str, name: str, data: bytes, told: str) -> None:
        if self._failures is not None:
            self._failures.mkdir(parents=True, exist_ok=True)
            (self._failures / f"{stem}-{Path(name).name}").write_bytes(data)
            (self._failures / f"{stem}.log").write_text(told, "utf-8", "replace")


@contextmanager
def _limited() -> Iterator[None]:
    def too_long(number: int, frame: types.FrameType | None) -> None:
        raise TooLongError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
