"""What the page is told: the document and the answer as plain data, with nothing in it that the page has already.

Objects change seldom and clicks come often: a click on a picture with fifty objects sends none of them. An outline is sent once,
under a number, and the page keeps those that the objects it last heard of have.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from tabsam.document.annotations import Annotations, Instance
from tabsam.document.document import Document
from tabsam.geometry.outline import Outline, area
from tabsam.page.answers import plain_outline
from tabsam.page.requests import Plain


@dataclass(frozen=True)
class _Facts:
    """What is shown of an outline, measured once."""

    number: int
    area: float
    bbox: tuple[float, float, float, float]
    vertices: int


class Views:
    """Makes views, and remembers what the page has of them. Views must reach the page in the order in which they are made."""

    def __init__(self) -> None:
        self._facts: WeakKeyDictionary[Outline, _Facts] = WeakKeyDictionary()
        self._last_number = 0
        self._sent: frozenset[int] = frozenset()
        self._told: Hashable = None

    def objects(self, document: Document | None) -> Plain:
        """Give the objects and classes; None when the page has heard of them.

        Returns
        -------
        dict or None
            ``list``, from the bottom to the top; ``categories``; and ``outlines``, by number, of those that the page has not.
        """
        annotations = document.annotations if document is not None else Annotations("", (0, 0))
        news = annotations.instances, annotations.categories
        if news == self._told:
            return None
        self._told = news
        facts = [self._facts_of(one.outline) for one in annotations.instances]
        outlines = {
            str(fact.number): plain_outline(one.outline)
            for one, fact in zip(annotations.instances, facts, strict=True)
            if fact.number not in self._sent
        }
        self._sent = frozenset(fact.number for fact in facts)
        return {
            "list": [_plain_object(one, fact) for one, fact in zip(annotations.instances, facts, strict=True)],
            "categories": [{"id": one.id, "name": one.name, "color": one.color} for one in annotations.categories],
            "outlines": outlines,
        }

    def _facts_of(self, line: Outline) -> _Facts:
        facts = self._facts.get(line)
        if facts is None:
            self._last_number += 1
            low, high = (line.vertices.min(axis=0), line.vertices.max(axis=0)) if len(line.vertices) else ((0, 0), (0, 0))
            bbox = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
            corners = len(line.vertices) - (len(line.ring_offsets) - 1)  # each ring's last vertex repeats its first
            facts = self._facts[line] = _Facts(self._last_number, area(line), bbox, corners)
        return facts


def _plain_object(one: Instance, facts: _Facts) -> Plain:
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
