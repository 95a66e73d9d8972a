"""What the page asks of objects and classes: to accept and change them, to paint and edit outlines, to bring them in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tabsam.arrays import Float32Array, Size
from tabsam.document import editing, painting
from tabsam.document.annotations import Annotations, Instance
from tabsam.document.document import Document
from tabsam.document.overlaps import RULES
from tabsam.document.overlaps import resolve_overlaps as settled
from tabsam.document.selection import Selection
from tabsam.document.work import Work
from tabsam.errors import CancelledError, PromptError, RequestError, StateError
from tabsam.formats.candidate import fine_outline
from tabsam.geometry import morphology
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.set_operations import iou
from tabsam.model.image import open_as_it_is
from tabsam.model.refining import refine_by
from tabsam.model.segmenter import Candidate
from tabsam.page.answers import plain_outline
from tabsam.page.requests import OnProgress, Params, Plain, data, flag, integer, number, numbers, one_of, optional_integer, text

if TYPE_CHECKING:
    from tabsam.geometry.affine import Affine
    from tabsam.page.app import App, Method

_TOLERANCE = 0.25
"""In image pixels: how far an accepted outline may lie from the mask's edge, to have corners that one can edit."""

_SHAPINGS: Mapping[str, Callable[[Outline, float, Size], Outline]] = {
    "smooth": morphology.smooth,
    "open": morphology.open_,
    "close": morphology.close,
    "grow": morphology.grow,
    "fill-holes": lambda line, amount, size: morphology.fill_holes(line, amount),
    "remove-islands": lambda line, amount, size: morphology.remove_islands(line, amount),
    "simplify": lambda line, amount, size: morphology.simplified(line, amount, size).outline,
    "uncross": lambda line, amount, size: editing.without_crossings(line, size),
}


class Objects:
    """Answers for an app; it keeps only what is no part of the document."""

    def __init__(self, app: App) -> None:
        self._app = app

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        changes = self._app.changes
        return {
            "accept": self._accept,
            "reopen": changes(lambda doc, p: doc.reopen(integer(p, "id"))),
            "select": changes(lambda doc, p: doc.select(optional_integer(p, "id"))),
            "changeObject": changes(lambda doc, p: doc.change(integer(p, "id"), **_changes(p))),
            "duplicateObject": changes(lambda doc, p: doc.duplicate(integer(p, "id"))),
            "moveObject": changes(lambda doc, p: doc.move(integer(p, "id"), integer(p, "place"))),
            "removeObject": changes(lambda doc, p: doc.remove(integer(p, "id"))),
            "moveVertex": changes(
                _edits(lambda line, p: editing.move_vertex(line, integer(p, "index"), number(p, "x"), number(p, "y")))
            ),
            "insertVertex": changes(
                _edits(lambda line, p: editing.insert_vertex(line, integer(p, "after"), number(p, "x"), number(p, "y")))
            ),
            "removeVertex": changes(_edits(lambda line, p: editing.remove_vertex(line, integer(p, "index")))),
            "reshape": changes(lambda doc, p: doc.reshape(integer(p, "id"), _shaped(doc, p))),
            "previewShape": self._preview_shape,
            "paint": self._paint,
            "loadMask": self._load_mask,
            "removeMask": changes(lambda doc, p: doc.set_mask(None)),
            "refine": self._refine,
            "addClass": changes(lambda doc, p: doc.add_category(text(p, "name"))),
            "changeClass": changes(lambda doc, p: doc.change_category(integer(p, "id"), **_class_changes(p))),
            "removeClass": changes(lambda doc, p: doc.remove_category(integer(p, "id"))),
            "useClass": changes(lambda doc, p: doc.use_category(optional_integer(p, "id"))),
            "formats": self._formats,
            "exportObjects": self._export,
            "saveProject": self._save_project,
            "setWorldFile": changes(lambda doc, p: doc.place(_affine(p))),
            "importFile": self._import,
        }

    # Objects

    async def _accept(self, params: Params, on_progress: OnProgress) -> Plain:
        """Make what is shown an object, and begin the next."""
        rule = one_of(params, "overlaps", RULES)
        candidate = await self._app.candidate({})
        document = self._app.document
        line = fine_outline(candidate, _TOLERANCE, threshold=document.selection.threshold)
        if not len(line.vertices):
            raise StateError("nothing-selected", "This mask is empty.", "Take another candidate, or move the points.")

        def settle(new: Outline, others: Work) -> tuple[Outline, Work]:
            new, instances = settled(new, others.instances, rule, document.image_size)
            if not len(new.vertices):
                raise StateError(
                    "nothing-left", "Other objects cover all of this one.", "Let them overlap, or hide the others first."
                )
            return new, replace(others, instances=instances)

        document.accept(line, candidate.iou_prediction, settle)
        await self._app.settle()
        return self._app.changed()

    async def _preview_shape(self, params: Params, on_progress: OnProgress) -> Plain:
        """Show what an outline would be: ``{outline, vertices, area, iou}``."""
        document = self._app.document
        before, after = document.instance(integer(params, "id")).outline, _shaped(document, params)
        corners = len(after.vertices) - (len(after.ring_offsets) - 1)
        likeness = iou(before, after, document.image_size)
        return {"outline": plain_outline(after), "vertices": corners, "area": area(after), "iou": likeness}

    # Painting

    async def _paint(self, params: Params, on_progress: OnProgress) -> Plain:
        """Paint on the selected object, or, where the model is being asked, on what it is asked for."""
        document = self._app.document
        flat = numbers(params, "points")
        if not flat or len(flat) % 2:
            raise RequestError("bad-request", "'points' must be x, y, x, y ...")
        stroke = painting.stroke_outline(np.array(flat).reshape(-1, 2), number(params, "radius"))
        erase = flag(params, "erase")
        size = document.image_size
        if document.active is not None and document.selection.is_empty:
            line = document.instance(document.active).outline
            document.reshape(document.active, (painting.erase if erase else painting.paint)(line, stroke, size))
            return self._app.changed()
        base = document.selection.mask
        if base is None and not document.selection.is_empty:
            candidate = await self._app.candidate({})
            self._stay_with(document)
            base = candidate.outline(threshold=document.selection.threshold)
        if base is None and erase:
            raise StateError("nothing-to-erase", "There is nothing to erase yet.", "Select an object, or click one, first.")
        mask = painting.erase(base, stroke, size) if base is not None and erase else painting.paint(base, stroke, size)
        return await self._ask_with(mask, on_progress)

    async def _load_mask(self, params: Params, on_progress: OnProgress) -> Plain:
        """Take a mask picture as a prompt."""
        mask = painting.outline_from_mask_image(open_as_it_is(data(params, "bytes")), self._app.document.image_size)
        if not len(mask.vertices):
            raise PromptError("mask-empty", "This mask is empty: nothing in it is marked.", "Choose another file.")
        return await self._ask_with(mask, on_progress)

    async def _ask_with(self, mask: Outline, on_progress: OnProgress) -> Plain:
        """Ask the model with a mask, and give its answer's view."""
        return await self._app.changes(lambda document, _: document.set_mask(mask))({}, on_progress)

    async def _refine(self, params: Params, on_progress: OnProgress) -> Plain:
        """Feed the answer back until it is good enough; one step, however many rounds it took: ``{view, rounds, reason}``."""
        document = self._app.document
        asked = document.selection
        shown, chosen = await self._app.shown()
        if chosen is None:
            raise StateError("nothing-selected", "There is no mask to refine yet.", "Click an object first.")

        # Which rounds led to which logits. The candidate that the user took goes before the best.
        rounds = {id(shown.candidates[place].logits): (*asked.rounds, place) for place in range(len(shown.candidates))}

        async def ask(logits: Float32Array | None) -> Sequence[Candidate]:
            if logits is None:
                return shown.candidates
            self._stay_with(document)
            taken = rounds[id(logits)]
            candidates = (await self._app.answer_to(replace(asked, rounds=taken, chosen=None))).candidates
            rounds[id(candidates[0].logits)] = (*taken, 0)
            return candidates

        refined = await refine_by(
            ask,
            shown.candidates[chosen].logits if chosen else None,
            rounds=integer(params, "rounds"),
            iou_prediction=number(params, "iouPrediction"),
            stability_score=number(params, "stabilityScore"),
        )
        reason = refined.reason
        if document.selection != asked:
            reason = "The prompts have changed meanwhile."
        elif refined.mask is not None:
            document.refine(rounds[id(refined.mask)])
        await self._app.settle()
        return {"view": self._app.changed(), "rounds": refined.rounds, "reason": reason}

    # In and out

    async def _formats(self, params: Params, on_progress: OnProgress) -> Plain:
        from tabsam.formats.registry import FORMATS

        return [{"name": one.name, "title": one.title, "extension": one.extension} for one in FORMATS.values()]

    async def _export(self, params: Params, on_progress: OnProgress) -> Plain:
        """Write all objects, or only the visible ones, in a format."""
        from tabsam.formats.registry import Source, write

        annotations = self._app.document.annotations
        if not flag(params, "hidden"):
            annotations = replace(annotations, instances=tuple(one for one in annotations.instances if one.visible))
        written = write(text(params, "format"), Source(annotations, self._app.picture.image))
        return {"bytes": written.data, "type": written.type, "name": written.name, "notes": list(written.notes)}

    async def _save_project(self, params: Params, on_progress: OnProgress) -> Plain:
        """Write everything, with the picture or without it, so that it can be gone on with elsewhere."""
        from tabsam.formats.project import write_project
        from tabsam.formats.shared.writing import stem_of

        document, picture = self._app.document, self._app.picture
        source = picture.source if flag(params, "picture") else None
        written = write_project(document.annotations, picture=source, sha256=picture.digest)
        return {"bytes": written, "type": "application/zip", "name": f"{stem_of(document.name)}.tabsam", "notes": []}

    async def _import(self, params: Params, on_progress: OnProgress) -> Plain:
        """Read annotations, classes, a project or a world file for the open picture, in one step.

        As prompts, the model is asked for each object by its box; a mask of one object is taken as a mask, to be gone on from.

        Returns
        -------
        dict
            ``view``; ``added``, how many objects; ``said``, sentences about what was left out or done.
        """
        from tabsam.formats.detecting import detect
        from tabsam.formats.merging import merge

        document, name, content = self._app.document, text(params, "name"), data(params, "bytes")
        kind = detect(name, content)
        said, read = self._read(kind, name, content)
        annotations, new = merge(document.annotations, read), read.instances
        if one_of(params, "as", ("objects", "prompts")) == "prompts" and new:
            if kind == "mask" and len(new) == 1:
                return {"view": await self._ask_with(new[0].outline, on_progress), "added": 0, "said": []}
            asked = await self._asked(new, on_progress)
            annotations = merge(document.annotations, replace(read, instances=asked))  # they may have changed meanwhile
        if annotations.affine != document.work.affine:
            said.append("GeoJSON is now read and written in map coordinates.")
        document.merge(annotations)
        return {"view": self._app.changed(), "added": len(new), "said": said}

    def _read(self, kind: str, name: str, content: bytes) -> tuple[list[str], Annotations]:
        """Give sentences, and the annotations that a file holds."""
        from tabsam.formats.importing import read
        from tabsam.formats.project import read_project

        document, digest = self._app.document, self._app.picture.digest
        if kind == "project":
            project = read_project(content)
            project.check_picture(digest)
            return [], project.annotations
        classes = [category.name for category in document.annotations.categories]
        affine = document.work.affine
        imported = read(content, name, document.image_size, document.name, classes=classes, affine=affine)
        return list(imported.left_out), imported.annotations

    async def _asked(self, instances: Sequence[Instance], on_progress: OnProgress) -> tuple[Instance, ...]:
        """Ask the model for each object by its box, and take its answer in the place of the outline."""
        document, asked = self._app.document, []
        for place, one in enumerate(instances, 1):
            on_progress({"stage": "import", "message": "Asking for the objects", "loaded": place, "total": len(instances)})
            (x0, y0), (x1, y1) = one.outline.vertices.min(axis=0), one.outline.vertices.max(axis=0)
            selection = Selection(box=(float(x0), float(y0), float(x1), float(y1)))
            best = (await self._app.answer_to(selection)).candidates[0]
            self._stay_with(document)
            line = fine_outline(best, _TOLERANCE)
            found = len(line.vertices) > 0
            asked.append(replace(one, outline=line, score=best.iou_prediction, prompts=selection) if found else one)
        return tuple(asked)

    def _stay_with(self, document: Document) -> None:
        """Give up what was asked about a picture when another has been opened meanwhile: the model now answers about that one."""
        if document is not self._app.document:
            raise CancelledError("cancelled", "The picture that this was meant for is no longer open.")


def _edits(edit: Callable[[Outline, Params], Outline]) -> Callable[[Document, Params], None]:
    """Make a change of the document from one of an outline."""

    def change(document: Document, params: Params) -> None:
        id = integer(params, "id")
        document.reshape(id, edit(document.instance(id).outline, params), optional_integer(params, "gesture"))

    return change


def _shaped(document: Document, params: Params) -> Outline:
    operation, amount = one_of(params, "operation", tuple(_SHAPINGS)), number(params, "amount")
    return _SHAPINGS[operation](document.instance(integer(params, "id")).outline, amount, document.image_size)


def _changes(params: Params) -> dict[str, object]:
    changes: dict[str, object] = {}
    if "category" in params:
        changes["category"] = optional_integer(params, "category")
    if "name" in params:
        changes["name"] = text(params, "name")
    return changes | {name: flag(params, name) for name in ("visible", "locked") if name in params}


def _class_changes(params: Params) -> dict[str, str]:
    return {name: text(params, name) for name in ("name", "color") if name in params}


def _affine(params: Params) -> Affine | None:
    from tabsam.formats.world import affine_of_text

    words = text(params, "text")
    return affine_of_text(words) if words.strip() else None
