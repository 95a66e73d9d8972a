"""Annotations that were read, added to those of the open picture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tabsam.document.annotations import Annotations, palette_color
from tabsam.formats.shared.imported import other_size


def merge(existing: Annotations, imported: Annotations, *, taken: Collection[int] = ()) -> Annotations:
    """Add imported annotations to those of a picture, on top of its objects.

    Classes are matched by name; a new class keeps its id if that is free, its colour if no other class has it. Objects get new
    ids. Where the picture lies, what a search has found, and what is kept of it, is what was imported last.

    Parameters
    ----------
    taken : collection of int, optional
        Ids that no new class may have, those of classes that were deleted.

    Raises
    ------
    FormatError
        ``other-size`` when they are of a picture of another size.
    """
    if imported.image_size != existing.image_size:
        other_size(imported.image_size, existing.image_size)
    categories = {category.name: category for category in existing.categories}
    ids = {category.id for category in existing.categories} | set(taken)
    highest = max(ids, default=0)
    colors = {category.color for category in existing.categories}
    id_for: dict[int | None, int | None] = {None: None}
    for category in imported.categories:
        if category.name not in categories:
            id = category.id if category.id not in ids else highest + 1
            color = category.color if category.color not in colors else palette_color(len(categories))
            categories[category.name] = replace(category, id=id, color=color)
            ids.add(id)
            highest = max(highest, id)
            colors.add(color)
        id_for[category.id] = categories[category.name].id
    last = max((instance.id for instance in existing.instances), default=0)
    added = tuple(
        replace(instance, id=last + number, category=id_for.get(instance.category))
        for number, instance in enumerate(imported.instances, 1)
    )
    affine = existing.affine if imported.affine is None else imported.affine
    found = imported if imported.finds is not None else existing
    return replace(
        existing,
        categories=tuple(categories.values()),
        instances=existing.instances + added,
        affine=affine,
        finds=found.finds,
        thresholds=found.thresholds,
        kept=imported.kept or existing.kept,
    )
