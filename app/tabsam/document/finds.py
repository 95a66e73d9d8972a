"""What a search for everything has found in a picture, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tabsam.errors import RequestError

if TYPE_CHECKING:  # the start waits for every import
    from tabsam.model.everything.options import Thresholds
    from tabsam.model.everything.pool import Pool


@dataclass(frozen=True)
class Finds:
    """What one search has found.

    Attributes
    ----------
    pool : Pool
        All of it, also what is below the thresholds.
    gone : frozenset of int
        The numbers of those that were taken or rejected.
    """

    pool: Pool
    gone: frozenset[int] = frozenset()

    def shown(self, thresholds: Thresholds) -> tuple[int, ...]:
        """Give the numbers of those that are offered, the best first."""
        return self.pool.chosen(thresholds, self.gone)

    def without(self, numbers: Iterable[int]) -> Finds:
        """Give them without some; raises RequestError, ``no-such-find``."""
        chosen = frozenset(numbers)
        if any(not 0 <= number < len(self.pool) for number in chosen):
            raise no_such_find()
        return replace(self, gone=self.gone | chosen)


def no_such_find() -> RequestError:
    """Make the error for what is not there."""
    return RequestError("no-such-find", "This is no longer among what was found.", "Search again.")
