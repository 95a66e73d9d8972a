"""Changes to the objects: made of answers, refined, reshaped, named, put in order and taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tabsam.document.annotations import Instance
from tabsam.document.changes import Changes
from tabsam.document.selection import Selection
from tabsam.document.work import Work
from tabsam.errors import StateError
from tabsam.geometry.outline import Outline
from tabsam.model.candidate import Edges


@dataclass
class ObjectChanges(Changes):
    """The objects, from the bottom to the top, and which of them is selected."""

    _last_instance: int = 0

    def accept(
        self,
        line: Outline,
        score: float | None,
        settle: Callable[[Outline, Work], tuple[Outline, Work]],
        *,
        edges: Edges | None = None,
        chosen: int | None = None,
    ) -> Instance:
        """Make the answer an object, or the new shape of the one that is being refined, and begin the next.

        Parameters
        ----------
        settle : callable
            Resolves overlaps: gets the new outline and the work without it, and gives both back, changed or not.
        edges : {"decoded", "follow"} or None
            How the outline was made of the answer.
        chosen : int or None
            Which candidate of the answer it was; None for the one that is shown first.
        """
        id = self.work.refines
        before = replace(self.work, selection=Selection(), refines=None)
        others = replace(before, instances=tuple(one for one in before.instances if one.id != id))
        line, settled = settle(line, others)
        prompts = replace(self.selection, chosen=chosen, painted=None)  # what was painted is the outline now
        if id is None:
            made = Instance(self._new_id(), line, self.category, score=score, prompts=prompts, edges=edges)
            instances = (*settled.instances, made)
        else:
            made = replace(self.instance(id), outline=line, score=score, prompts=prompts, edges=edges)
            changed = {one.id: one for one in (*settled.instances, made)}
            instances = tuple(changed[one.id] for one in before.instances if one.id in changed)
        self._step(replace(settled, instances=instances))
        self.active = made.id
        return made

    def refine_as_asked(self, id: int) -> None:
        """Have the answer to the prompts at hand go to an object; raises StateError, ``object-locked``."""
        self._step(replace(self.work, refines=self.work.unlocked_instance(id).id))
        self.active = id

    def reopen(self, id: int) -> None:
        """Go on asking the model about an object.

        Raises
        ------
        StateError
            ``no-prompts`` for one that did not come from the model; ``object-locked``.
        """
        one = self.work.unlocked_instance(id)
        if one.prompts.is_empty:
            raise StateError("no-prompts", "This object did not come from prompts.", "Edit its outline, or make it anew.")
        self._step(replace(self.work, selection=one.prompts, refines=id))
        self.active = id

    def select(self, id: int | None) -> None:
        """Select an object, or none."""
        self.active = None if id is None else self.instance(id).id

    def instance(self, id: int) -> Instance:
        """Give an object; raises StateError, ``no-such-object``."""
        return self.work.instance(id)

    def change(self, id: int, **changes: Any) -> None:
        """Change an object's ``category``, ``name``, ``visible`` or ``locked``."""
        if "category" in changes and changes["category"] is not None:
            self.classes.category(changes["category"])
        if changes.keys() - {"visible", "locked"}:
            self.work.unlocked_instance(id)
        self._step(self.work.with_instance(replace(self.instance(id), **changes)))

    def reshape(self, id: int, line: Outline, gesture: int | None = None) -> None:
        """Give an object another outline; changes of one gesture are one step. Without anything left the object goes."""
        one = self.work.unlocked_instance(id)
        if len(line.vertices):
            merge = None if gesture is None else ("shape", id, gesture)
            self._step(self.work.with_instance(replace(one, outline=line)), merge)
        else:
            self.remove(id)

    def add(self, instances: Sequence[Instance]) -> list[int]:
        """Add objects on top, in one step; give the ids they got."""
        added = [replace(one, id=self._new_id()) for one in instances]
        if added:
            self._step(replace(self.work, instances=(*self.work.instances, *added)))
            self.active = added[-1].id
        return [one.id for one in added]

    def duplicate(self, id: int) -> int:
        """Put a copy of an object right above it; give the copy's id."""
        one = self.instance(id)
        copy = replace(one, id=self._new_id(), locked=False)
        place = self.work.instances.index(one) + 1
        self._step(replace(self.work, instances=(*self.work.instances[:place], copy, *self.work.instances[place:])))
        self.active = copy.id
        return copy.id

    def move(self, id: int, place: int) -> None:
        """Put an object at a place in the stack, 0 at the bottom."""
        one = self.instance(id)
        others = [other for other in self.work.instances if other.id != id]
        others.insert(max(0, min(place, len(others))), one)
        self._step(replace(self.work, instances=tuple(others)))

    def remove(self, id: int) -> None:
        """Take an object away."""
        gone = self.work.unlocked_instance(id)
        refines = None if self.work.refines == id else self.work.refines
        self._step(replace(self.work, instances=tuple(one for one in self.work.instances if one is not gone), refines=refines))

    def _new_id(self) -> int:
        taken = max((one.id for one in self.work.instances), default=0)
        self._last_instance = max(self._last_instance, taken) + 1
        return self._last_instance
