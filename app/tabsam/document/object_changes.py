"""Changes to the objects: made of answers, refined, reshaped, named, put in order and taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tabsam.document.annotations import Instance
from tabsam.document.changes import Changes
from tabsam.document.selection import NO_PROMPTS
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
        tidy: float = 0.0,
        chosen: int | None = None,
    ) -> Instance:
        """Make the answer an object, or the new shape of the one that is being refined, and begin the next.

        Parameters
        ----------
        settle : callable
            Resolves overlaps: gets the new outline and the work without it, and gives both back, changed or not.
        edges : {"decoded", "follow"} or None
            How the outline was made of the answer.
        tidy : float
            Parts and holes below this share of it were left out.
        chosen : int or None
            Which candidate of the answer it was; None for the one that is shown first.
        """
        id = self.work.refines
        before = replace(self.work, selection=NO_PROMPTS, refines=None)
        others = replace(before, instances=tuple(one for one in before.instances if one.id != id))
        line, settled = settle(line, others)
        prompts = replace(self.selection, chosen=chosen, painted=None)  # what was painted is the outline now
        if id is None:
            made = Instance(self._new_id(), line, self.category, score=score, prompts=prompts, edges=edges, tidy=tidy)
            instances = (*settled.instances, made)
        else:
            made = replace(self.instance(id), outline=line, score=score, prompts=prompts, edges=edges, tidy=tidy)
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

    def select(self, *ids: int) -> None:
        """Select objects, the one first that stands for them where only one can; none without any."""
        self.selected = tuple(self.instance(id).id for id in dict.fromkeys(ids))

    def instance(self, id: int) -> Instance:
        """Give an object; raises StateError, ``no-such-object``."""
        return self.work.instance(id)

    def change(self, *ids: int, **changes: Any) -> None:
        """Change the ``category``, ``name``, ``visible`` or ``locked`` of objects, in one step.

        Raises
        ------
        StateError
            ``no-such-object``; ``object-locked`` when one of them is, unless only ``visible`` or ``locked`` change.
        """
        if "category" in changes and changes["category"] is not None:
            self.classes.category(changes["category"])
        find = self.work.unlocked_instance if changes.keys() - {"visible", "locked"} else self.instance
        work = self.work
        for id in ids:
            work = work.with_instance(replace(find(id), **changes))
        self._step(work)

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

    def settle(self, added: Sequence[Instance], changed: Sequence[tuple[Instance, Instance]] = ()) -> tuple[int, int]:
        """Add objects on top, and give others the shape that they have been asked for anew, in one step; what is selected stays.

        Parameters
        ----------
        added : sequence of Instance
        changed : sequence of (Instance, Instance)
            How each was when it was asked about, and how it is to be. One that somebody has taken away, locked or reshaped
            meanwhile stays as it is; a class or a name that it was given meanwhile stays, too.

        Returns
        -------
        int, int
            How many were added, and how many changed.
        """
        work, count = self.work, 0
        there = {one.id: one for one in work.instances}
        for before, after in changed:
            now = there.get(before.id)
            if now is None or now.locked or now.outline is not before.outline:
                continue
            count += 1
            work = work.with_instance(
                replace(now, outline=after.outline, score=after.score, prompts=after.prompts, edges=after.edges, tidy=after.tidy)
            )
        new = tuple(replace(one, id=self._new_id()) for one in added)
        self._step(replace(work, instances=(*work.instances, *new)))
        return len(new), count

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

    def remove(self, *ids: int) -> None:
        """Take objects away, in one step; raises StateError, ``object-locked``, when one of them is."""
        self._step(self.work.without([self.work.unlocked_instance(id).id for id in ids]))

    def merge_objects(self, id: int, *others: int) -> None:
        """Make one object of several, in one step: the first gets the area of all, and the others go.

        Raises
        ------
        StateError
            ``no-such-object``; ``object-locked`` when one of them is.
        """
        from tabsam.geometry.set_operations import union  # here: the start waits for every import

        line = self.work.unlocked_instance(id).outline
        for other in others:
            line = union(line, self.work.unlocked_instance(other).outline, self.image_size)
        work = self.work.without([other for other in others if other != id])
        self._step(work.with_instance(replace(self.instance(id), outline=line)))

    def subtract_objects(self, id: int, *others: int) -> None:
        """Take the area of other objects away from one, in one step; they stay as they are, locked or not.

        Raises
        ------
        StateError
            ``no-such-object``; ``object-locked``; ``nothing-left`` when they cover all of it.
        """
        from tabsam.geometry.set_operations import subtract  # here: the start waits for every import

        one = self.work.unlocked_instance(id)
        line = one.outline
        for other in others:
            if other != id:
                line = subtract(line, self.instance(other).outline, self.image_size)
        if not len(line.vertices):
            raise StateError("nothing-left", "The others cover all of this object.", "Delete it instead, or select fewer.")
        self._step(self.work.with_instance(replace(one, outline=line)))

    def _new_id(self) -> int:
        taken = max((one.id for one in self.work.instances), default=0)
        self._last_instance = max(self._last_instance, taken) + 1
        return self._last_instance
