"""What the user made of a picture: the prompts at hand, the objects and their classes, and every step to them.

It knows nothing of models, and could not tell a browser from a terminal. States are immutable; a step back is a pointer moved.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.document.selection import Box, Point, Selection
from tabsam.errors import FormatError, PromptError, StateError
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import Outline


@dataclass(frozen=True)
class Work:
    """All that a step can change.

    Attributes
    ----------
    selection : Selection
        What the model is being asked.
    refines : int or None
        The object that the answer goes to; None when it makes a new one.
    categories : tuple of Category
    instances : tuple of Instance
        From the bottom to the top.
    affine : Affine or None
        From pixels to a map.
    """

    selection: Selection = field(default_factory=Selection)
    refines: int | None = None
    categories: tuple[Category, ...] = ()
    instances: tuple[Instance, ...] = ()
    affine: Affine | None = None


@dataclass
class Document:
    """What was made of a picture, and the steps that led there.

    Attributes
    ----------
    name : str
        The picture's file name, as the user knows it.
    image_size : (height, width)
    work : Work
    active : int or None
        The object that the user has selected. To select is no step: undoing it would surprise.
    category : int or None
        The class of the next object.
    """

    name: str
    image_size: Size
    work: Work = field(default_factory=Work)
    active: int | None = None
    category: int | None = None
    _past: list[Work] = field(default_factory=list)
    _future: list[Work] = field(default_factory=list)
    _last_step: Hashable = None
    _last_point: int = 0
    _last_instance: int = 0

    @property
    def selection(self) -> Selection:
        return self.work.selection

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    @property
    def annotations(self) -> Annotations:
        """The objects and classes, and where the picture lies, as every format takes them."""
        return Annotations(self.name, self.image_size, self.work.categories, self.work.instances, self.work.affine)

    # Prompts

    def add_point(self, x: float, y: float, label: int, refines: int | None = None) -> None:
        """Add a point on the picture.

        Parameters
        ----------
        refines : int or None
            The candidate of the answer so far that the model is to refine; None to have it begin anew.

        Raises
        ------
        PromptError
            ``prompt-outside`` when the picture does not reach there.
        """
        height, width = self.image_size
        if not (0 <= x <= width and 0 <= y <= height):
            raise PromptError("prompt-outside", "This point lies outside the picture.", "Click on the picture.")
        self._last_point += 1
        self._ask(points=(*self.selection.points, Point(self._last_point, x, y, label, refines)))

    def move_point(self, id: int, x: float, y: float, gesture: int | None = None) -> None:
        """Move a point; moves of one gesture, or of one point in a row when no gesture is given, are one step to undo."""
        self._change_point(replace(self._point(id), x=self._within(x, 1), y=self._within(y, 0)), merge=("move", id, gesture))

    def label_point(self, id: int, label: int) -> None:
        """Say that a point is on the object (1), or off it (0)."""
        self._change_point(replace(self._point(id), label=label))

    def remove_point(self, id: int) -> None:
        """Take a point away."""
        gone = self._point(id)
        self._ask(points=tuple(p for p in self.selection.points if p is not gone))

    def set_box(self, box: Box | None, gesture: int | None = None) -> None:
        """Set the box, with its corners in any order and cut to the picture; None takes it away.

        Boxes of one gesture are one step to undo.

        Raises
        ------
        PromptError
            ``prompt-box`` when nothing of it is on the picture.
        """
        if box is not None:
            (x0, x1), (y0, y1) = sorted((box[0], box[2])), sorted((box[1], box[3]))
            box = (self._within(x0, 1), self._within(y0, 0), self._within(x1, 1), self._within(y1, 0))
            if box[0] == box[2] or box[1] == box[3]:
                raise PromptError("prompt-box", "This box has no area on the picture.", "Drag across the object.")
        self._ask(merge=None if gesture is None else ("box", gesture), box=box)

    def set_mask(self, mask: Outline | None) -> None:
        """Set the painted mask; None, or one without anything in it, takes it away."""
        self._ask(mask=mask if mask is not None and len(mask.vertices) else None)

    def refine(self, rounds: tuple[int, ...]) -> None:
        """Have the model refine its own answer; see :attr:`Selection.rounds`."""
        self._ask(rounds=rounds)

    def choose(self, candidate: int) -> None:
        """Take one of the model's candidates, counted from the best."""
        self._select(replace(self.selection, chosen=candidate))

    def set_threshold(self, threshold: float, gesture: int | None = None) -> None:
        """Say where the mask ends, in logits; changes of one gesture are one step to undo."""
        self._select(replace(self.selection, threshold=threshold), merge=("threshold", gesture))

    def clear(self) -> None:
        """Take every prompt away; the objects stay."""
        self._step(replace(self.work, selection=Selection(), refines=None))

    # Objects

    def accept(self, line: Outline, score: float | None, settle: Callable[[Outline, Work], tuple[Outline, Work]]) -> Instance:
        """Make the answer an object, or the new shape of the one that is being refined, and begin the next.

        Parameters
        ----------
        settle : callable
            Resolves overlaps: gets the new outline and the work without it, and gives both back, changed or not.
        """
        id = self.work.refines
        before = replace(self.work, selection=Selection(), refines=None)
        others = replace(before, instances=tuple(one for one in before.instances if one.id != id))
        line, settled = settle(line, others)
        if id is None:
            made = Instance(self._new_id(), line, self.category, score=score, prompts=self.selection)
            instances = (*settled.instances, made)
        else:
            made = replace(self.instance(id), outline=line, score=score, prompts=self.selection)
            changed = {one.id: one for one in (*settled.instances, made)}
            instances = tuple(changed[one.id] for one in before.instances if one.id in changed)
        self._step(replace(settled, instances=instances))
        self.active = made.id
        return made

    def reopen(self, id: int) -> None:
        """Go on asking the model about an object.

        Raises
        ------
        StateError
            ``no-prompts`` for one that did not come from the model; ``object-locked``.
        """
        one = self._open_instance(id)
        if one.prompts.is_empty:
            raise StateError("no-prompts", "This object did not come from prompts.", "Edit its outline, or make it anew.")
        self._step(replace(self.work, selection=one.prompts, refines=id))
        self.active = id

    def select(self, id: int | None) -> None:
        """Select an object, or none."""
        self.active = None if id is None else self.instance(id).id

    def instance(self, id: int) -> Instance:
        """Give an object.

        Raises
        ------
        StateError
            ``no-such-object``.
        """
        for one in self.work.instances:
            if one.id == id:
                return one
        raise StateError("no-such-object", "This object is no longer there.")

    def change(self, id: int, **changes: Any) -> None:
        """Change an object's ``category``, ``name``, ``visible`` or ``locked``."""
        if "category" in changes and changes["category"] is not None:
            self._category(changes["category"])
        if changes.keys() - {"visible", "locked"}:
            self._open_instance(id)
        self._replace_instance(replace(self.instance(id), **changes))

    def reshape(self, id: int, line: Outline, gesture: int | None = None) -> None:
        """Give an object another outline; changes of one gesture are one step. Without anything left the object goes."""
        one = self._open_instance(id)
        if len(line.vertices):
            self._replace_instance(replace(one, outline=line), merge=None if gesture is None else ("shape", id, gesture))
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
        gone = self._open_instance(id)
        refines = None if self.work.refines == id else self.work.refines
        self._step(replace(self.work, instances=tuple(one for one in self.work.instances if one is not gone), refines=refines))

    def merge(self, annotations: Annotations) -> None:
        """Take over annotations that have been read, in one step."""
        categories, instances, affine = annotations.categories, annotations.instances, annotations.affine
        self._step(replace(self.work, categories=categories, instances=instances, affine=affine))

    def place(self, affine: Affine | None) -> None:
        """Say where the picture lies on a map; None for nowhere."""
        self._step(replace(self.work, affine=affine))

    # Classes

    def add_category(self, name: str) -> int:
        """Add a class, and give it to the next object; give its id.

        Raises
        ------
        FormatError
            ``class-name`` for an empty name, or that of another class.
        """
        name = self._checked_name(name)
        used = {category.color for category in self.work.categories}
        color = next(color for color in map(palette_color, itertools.count()) if color not in used)
        id = max((category.id for category in self.work.categories), default=0) + 1
        self._step(replace(self.work, categories=(*self.work.categories, Category(id, name, color))))
        self.category = id
        return id

    def change_category(self, id: int, *, name: str | None = None, color: str | None = None) -> None:
        """Rename or recolour a class."""
        one = self._category(id)
        changed = replace(one, name=one.name if name is None else self._checked_name(name, id), color=color or one.color)
        self._step(replace(self.work, categories=tuple(changed if c.id == id else c for c in self.work.categories)))

    def remove_category(self, id: int) -> None:
        """Take a class away; its objects stay, without one."""
        gone = self._category(id)
        instances = tuple(replace(one, category=None) if one.category == id else one for one in self.work.instances)
        left = tuple(category for category in self.work.categories if category is not gone)
        self._step(replace(self.work, categories=left, instances=instances))

    def use_category(self, id: int | None) -> None:
        """Choose the class of the next object."""
        self.category = None if id is None else self._category(id).id

    # Steps

    def undo(self) -> None:
        """Go a step back.

        Raises
        ------
        StateError
            ``nothing-to-undo``.
        """
        if not self._past:
            raise StateError("nothing-to-undo", "There is nothing to undo.")
        self._future.append(self.work)
        self._jump(self._past.pop())

    def redo(self) -> None:
        """Go forward again.

        Raises
        ------
        StateError
            ``nothing-to-redo``.
        """
        if not self._future:
            raise StateError("nothing-to-redo", "There is nothing to redo.")
        self._past.append(self.work)
        self._jump(self._future.pop())

    def _jump(self, work: Work) -> None:
        self.work = work
        self._last_step = None
        self._forget_what_is_gone()

    def _step(self, work: Work, merge: Hashable = None) -> None:
        """Make a change that can be undone; one with the same ``merge`` as the step before goes into that step."""
        if work == self.work:
            return
        if merge is None or merge != self._last_step:
            self._past.append(self.work)
        self._future.clear()
        self.work = work
        self._last_step = merge
        self._forget_what_is_gone()

    def _forget_what_is_gone(self) -> None:
        if all(one.id != self.active for one in self.work.instances):
            self.active = None
        if all(one.id != self.category for one in self.work.categories):
            self.category = None

    def _ask(self, merge: Hashable = None, **changes: Any) -> None:
        """Change the prompts: there will be another answer, and what was taken of the one before no longer counts."""
        self._select(replace(self.selection, **({"rounds": (), "chosen": None} | changes)), merge)

    def _select(self, selection: Selection, merge: Hashable = None) -> None:
        self._step(replace(self.work, selection=selection), merge)

    def _change_point(self, changed: Point, merge: Hashable = None) -> None:
        points = tuple(changed if point.id == changed.id else point for point in self.selection.points)
        if points != self.selection.points:
            self._ask(merge, points=points)

    def _replace_instance(self, changed: Instance, merge: Hashable = None) -> None:
        instances = tuple(changed if one.id == changed.id else one for one in self.work.instances)
        self._step(replace(self.work, instances=instances), merge)

    def _open_instance(self, id: int) -> Instance:
        one = self.instance(id)
        if one.locked:
            raise StateError("object-locked", "This object is locked.", "Unlock it first.")
        return one

    def _point(self, id: int) -> Point:
        for point in self.selection.points:
            if point.id == id:
                return point
        raise StateError("no-such-point", "This point is no longer there.")

    def _category(self, id: int) -> Category:
        for category in self.work.categories:
            if category.id == id:
                return category
        raise StateError("no-such-class", "This class is no longer there.")

    def _checked_name(self, name: str, but: int | None = None) -> str:
        name = " ".join(name.split())
        if not name:
            raise FormatError("class-name", "A class needs a name.")
        if any(one.name == name and one.id != but for one in self.work.categories):
            raise FormatError("class-name", f"There is a class '{name}' already.", "Give another name.")
        return name

    def _new_id(self) -> int:
        taken = max((one.id for one in self.work.instances), default=0)
        self._last_instance = max(self._last_instance, taken) + 1
        return self._last_instance

    def _within(self, value: float, axis: int) -> float:
        return min(max(value, 0.0), float(self.image_size[axis]))
