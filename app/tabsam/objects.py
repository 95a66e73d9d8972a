"""What the page asks of objects and classes: to accept and change them, to paint and edit outlines, to bring them in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tabsam import editing, morphology, painting
from tabsam.annotations import Annotations, Instance
from tabsam.answers import plain_outline
from tabsam.arrays import Float32Array, Size
from tabsam.combining import iou
from tabsam.contours import Outline, area
from tabsam.document import Document, Work
from tabsam.errors import RequestError, StateError
from tabsam.exporting import fine_outline
from tabsam.image import open_as_it_is
from tabsam.overlaps import RULES, settled
from tabsam.refining import refine_by
from tabsam.requests import OnProgress, Params, Plain, data, flag, integer, number, numbers, one_of, optional_integer, text
from tabsam.segmenter import Candidate
from tabsam.selection import Selection

if TYPE_CHECKING:
    from tabsam.formats.world import Affine
    from tabsam.worker import App, Method

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
        self._affine: Affine | None = None

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
            "refine": self._refine,
            "addClass": changes(lambda doc, p: doc.add_category(text(p, "name"))),
            "changeClass": changes(lambda doc, p: doc.change_category(integer(p, "id"), **_class_changes(p))),
            "removeClass": changes(lambda doc, p: doc.remove_category(integer(p, "id"))),
            "useClass": changes(lambda doc, p: doc.use_category(optional_integer(p, "id"))),
            "formats": self._formats,
            "exportObjects": self._export,
            "saveProject": self._save_project,
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
            base = (await self._app.candidate({})).outline(threshold=document.selection.threshold)
        if base is None and erase:
            raise StateError("nothing-to-erase", "There is nothing to erase yet.", "Select an object, or click one, first.")
        mask = painting.erase(base, stroke, size) if base is not None and erase else painting.paint(base, stroke, size)
        return await self._app.changes(lambda doc, _: doc.set_mask(mask))(params, on_progress)

    async def _load_mask(self, params: Params, on_progress: OnProgress) -> Plain:
        """Take a mask picture as a prompt."""
        mask = painting.outline_from_mask_image(open_as_it_is(data(params, "bytes")), self._app.document.image_size)
        return await self._app.changes(lambda doc, _: doc.set_mask(mask))(params, on_progress)

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
        if refined.mask is not None and document.selection == asked:
            document.refine(rounds[id(refined.mask)])
        await self._app.settle()
        return {"view": self._app.changed(), "rounds": refined.rounds, "reason": refined.reason}

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
        written = write(text(params, "format"), Source(annotations, self._app.picture.image, self._affine))
        return {"bytes": written.data, "type": written.type, "name": written.name, "notes": list(written.notes)}

    async def _save_project(self, params: Params, on_progress: OnProgress) -> Plain:
        """Write everything, with the picture or without it, so that it can be gone on with elsewhere."""
        from tabsam.formats.project import write_project
        from tabsam.formats.writing import stem_of

        document, picture = self._app.document, self._app.picture
        source = picture.source if flag(params, "picture") else None
        written = write_project(document.annotations, picture=source, sha256=picture.digest)
        return {"bytes": written, "type": "application/zip", "name": f"{stem_of(document.name)}.tabsam", "notes": []}

    async def _import(self, params: Params, on_progress: OnProgress) -> Plain:
        """Read annotations, classes, a project or a world file for the open picture, in one step.

        Returns
        -------
        dict
            ``view``; ``added``, how many objects; ``said``, sentences about what was left out or done.
        """
        document, picture = self._app.document, self._app.picture
        said, annotations = self._read(text(params, "name"), data(params, "bytes"), document, picture.digest)
        new = annotations.instances[len(document.work.instances) :]
        if one_of(params, "as", ("objects", "prompts")) == "prompts" and new:
            asked = await self._asked(new, on_progress)
            annotations = replace(annotations, instances=(*document.work.instances, *asked))
        document.merge(annotations)
        return {"view": self._app.changed(), "added": len(new), "said": said}

    def _read(self, name: str, content: bytes, document: Document, digest: str) -> tuple[list[str], Annotations]:
        """Give sentences, and the document's annotations with those of the file."""
        from tabsam.formats.detecting import detect
        from tabsam.formats.project import read_project
        from tabsam.formats.reading import merge
        from tabsam.formats.registry import read
        from tabsam.formats.world import read_world_file

        existing, kind = document.annotations, detect(name, content)
        if kind == "world-file":
            self._affine = read_world_file(content)
            return ["GeoJSON is now read and written in world coordinates."], existing
        if kind == "project":
            project = read_project(content)
            if project.sha256 and project.sha256 != digest:
                project.check_picture(b"")
            return [], merge(existing, project.annotations)
        classes = [category.name for category in existing.categories]
        imported = read(content, name, document.image_size, document.name, classes=classes, affine=self._affine)
        return list(imported.left_out), merge(existing, imported.annotations)

    async def _asked(self, instances: tuple[Instance, ...], on_progress: OnProgress) -> list[Instance]:
        """Ask the model for each object by its box, and take its answer in the place of the outline."""
        asked = []
        for place, one in enumerate(instances, 1):
            on_progress({"stage": "import", "message": "Asking for the objects", "loaded": place, "total": len(instances)})
            (x0, y0), (x1, y1) = one.outline.vertices.min(axis=0), one.outline.vertices.max(axis=0)
            selection = Selection(box=(float(x0), float(y0), float(x1), float(y1)))
            best = (await self._app.answer_to(selection)).candidates[0]
            line = fine_outline(best, _TOLERANCE)
            found = len(line.vertices) > 0
            asked.append(replace(one, outline=line, score=best.iou_prediction, prompts=selection) if found else one)
        return asked


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
