"""What the page hears of objects and classes: nothing that it has already.

Objects change seldom and clicks come often: a click on a picture with fifty objects sends none of them. An outline is sent once,
under a number, and the page keeps those that the objects it last heard of have.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tabsam.document.annotations import Annotations, Instance
from tabsam.geometry.outline import Outline, area
from tabsam.page.outlines import corner_count, outline_message

if TYPE_CHECKING:
    from tabsam.page.protocol import messages


@dataclass(frozen=True)
class _Facts:
    """What is shown of an outline, measured once."""

    number: int
    area: float
    bbox: tuple[float, float, float, float]
    vertices: int


class ObjectUpdates:
    """Makes updates, and remembers what the page has of them. They must reach the page in the order in which they are made."""

    def __init__(self) -> None:
        self._facts: WeakKeyDictionary[Outline, _Facts] = WeakKeyDictionary()
        self._last_number = 0
        self._sent_outlines: frozenset[int] = frozenset()
        self._last_sent: Hashable = None

    def next(self, annotations: Annotations, elsewhere: Mapping[int | None, int]) -> messages.SentObjects:
        """Give the objects and classes; None when the page has heard of them.

        Parameters
        ----------
        elsewhere : mapping
            How many objects of other pictures have a class, by its id.
        """
        uses = tuple(elsewhere.get(one.id, 0) for one in annotations.categories)
        state = annotations.instances, annotations.categories, uses
        if state == self._last_sent:
            return None
        self._last_sent = state
        facts = [self._facts_of(one.outline) for one in annotations.instances]
        outlines = {
            str(fact.number): outline_message(one.outline)
            for one, fact in zip(annotations.instances, facts, strict=True)
            if fact.number not in self._sent_outlines
        }
        self._sent_outlines = frozenset(fact.number for fact in facts)
        return {
            "list": [_object_message(one, fact) for one, fact in zip(annotations.instances, facts, strict=True)],
            "categories": [
                {"id": one.id, "name": one.name, "color": one.color, "key": one.key, "elsewhere": count}
                for one, count in zip(annotations.categories, uses, strict=True)
            ],
            "outlines": outlines,
        }

    def _facts_of(self, line: Outline) -> _Facts:
        facts = self._facts.get(line)
        if facts is None:
            self._last_number += 1
            low, high = (line.vertices.min(axis=0), line.vertices.max(axis=0)) if len(line.vertices) else ((0, 0), (0, 0))
            bbox = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
            facts = self._facts[line] = _Facts(self._last_number, area(line), bbox, corner_count(line))
        return facts


def _object_message(one: Instance, facts: _Facts) -> messages.SentObject:
    return {
        "id": one.id,
        "category": one.category,
        "name": one.name,
        "visible": one.visible,
        "locked": one.locked,
        "score": one.score,
        "area": facts.area,
        "bbox": facts.bbox,
        "vertices": facts.vertices,
        "asks": not one.prompts.is_empty,
        "outline": facts.number,
    }
