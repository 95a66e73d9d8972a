"""Changes to what a search for everything has found: kept, taken, rejected, thrown away. Each is one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tabsam.document.annotations import Instance
from tabsam.document.object_changes import ObjectChanges

if TYPE_CHECKING:  # the start waits for every import
    from tabsam.document.finds import Finds
    from tabsam.model.everything.options import Thresholds
    from tabsam.model.everything.pool import Pool


@dataclass
class FindChanges(ObjectChanges):
    """The finds.

    Attributes
    ----------
    thresholds : Thresholds or None
        From where on finds are shown; None before the first search. To see more or fewer of them is no step.
    """

    thresholds: Thresholds | None = None

    @property
    def finds(self) -> Finds | None:
        return self.work.finds

    def keep_finds(self, pool: Pool, thresholds: Thresholds) -> None:
        """Put what a search has found in the place of what one before has."""
        from tabsam.document.finds import Finds

        self.thresholds = thresholds
        self._step(replace(self.work, finds=Finds(pool)))

    def take_finds(self, numbers: Sequence[int], instance_of: Callable[[int], Instance]) -> list[int]:
        """Make objects of finds, but of none twice: a double click means one; give the objects' ids.

        Raises
        ------
        RequestError
            ``no-such-find``.
        """
        finds = self._some_finds()
        after = finds.without(numbers)
        added = [replace(instance_of(number), id=self._new_id()) for number in dict.fromkeys(numbers) if number not in finds.gone]
        if added:
            self._step(replace(self.work, instances=(*self.work.instances, *added), finds=after))
            self.active = added[-1].id
        return [one.id for one in added]

    def reject_finds(self, numbers: Sequence[int]) -> None:
        """Leave finds out; raises RequestError, ``no-such-find``."""
        self._step(replace(self.work, finds=self._some_finds().without(numbers)))

    def drop_finds(self) -> None:
        """Throw away what was found."""
        self._step(replace(self.work, finds=None))

    def _some_finds(self) -> Finds:
        if self.work.finds is None:
            from tabsam.document.finds import no_such_find

            raise no_such_find()
        return self.work.finds
