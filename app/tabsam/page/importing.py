"""Annotations, classes, projects and world files that are brought to the open picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tabsam.document.annotations import Annotations, Instance
from tabsam.document.selection import Selection
from tabsam.formats.candidate import OBJECT_TOLERANCE, fine_outline
from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.outlines import bounds
from tabsam.page.workspace import Workspace, where_of

if TYPE_CHECKING:
    from tabsam.geometry.affine import Affine
    from tabsam.page.protocol.methods import ImportMethods, OnProgress
    from tabsam.page.protocol.params import ImportFileParams, LookAtMaskParams
    from tabsam.page.protocol.results import Imported, MaskLook, WhichPicture


class Importing:
    """Answers what is asked with a file. Formats are imported when the first file comes."""

    def __init__(self, workspace: Workspace, answering: Answering, changing: Changing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._changing = changing

    def methods(self) -> ImportMethods:
        """Give every method by its name."""
        return {
            "importFile": self._import,
            "lookAtMask": self._look_at_mask,
            "setWorldFile": self._changing.method(lambda doc, p: doc.place(_affine(p["text"]))),
        }

    async def _import(self, params: ImportFileParams, on_progress: OnProgress) -> Imported:
        from tabsam.formats.detecting import detect
        from tabsam.formats.merging import merge
        from tabsam.formats.shared.imported import about_boxes, is_box
        from tabsam.formats.shared.picture_names import WhichPictureError

        document, name, content = self._workspace.document, params["name"], params["bytes"]
        kind = detect(name, content)
        try:
            remarks, read = self._read(kind, params)
        except WhichPictureError as error:
            asks: WhichPicture = {"message": error.message, "choices": list(error.choices)}
            return {"view": self._changing.counted(), "added": 0, "said": [], "asks": asks}
        taken = document.classes.known_ids
        annotations, new = merge(document.annotations, read, taken=taken), read.instances
        asked_for = [one for one in new if params["as"] == "prompts" or (params["as"] == "boxes" and is_box(one))]
        if params["as"] == "objects":
            remarks += about_boxes(read)
        if asked_for:
            if kind == "mask" and len(new) == 1:
                view = await self._changing.make(lambda document: document.set_mask(new[0].outline), on_progress)
                return {"view": view, "added": 0, "said": [], "asks": None}
            answers = dict(zip(asked_for, await self._asked(asked_for, on_progress), strict=True))
            asked = tuple(answers.get(one, one) for one in new)
            taken = document.classes.known_ids  # they may have changed meanwhile, as may the objects
            annotations = merge(document.annotations, replace(read, instances=asked), taken=taken)
        if annotations.affine != document.work.affine:
            remarks.append("GeoJSON is now read and written in map coordinates.")
        document.merge(annotations)
        return {"view": self._changing.counted(), "added": len(new), "said": remarks, "asks": None}

    async def _look_at_mask(self, params: LookAtMaskParams, on_progress: OnProgress) -> MaskLook:
        from tabsam.formats.mask_images import look_at_mask

        kind, kinds = look_at_mask(params["bytes"], self._workspace.document.image_size, self._legend())
        return {"kind": kind, "kinds": list(kinds)}

    def _legend(self) -> dict[tuple[int, int, int], str]:
        """Give the classes by their colours: a mask in them is of these classes."""
        categories = self._workspace.document.annotations.categories
        return {(color[0], color[1], color[2]): one.name for one in categories if (color := bytes.fromhex(one.color[1:]))}

    def _read(self, kind: str, params: ImportFileParams) -> tuple[list[str], Annotations]:
        """Give sentences about what was left out, and the annotations that a file holds."""
        from tabsam.formats.coco_file import COCO
        from tabsam.formats.coco_image import Whereabouts
        from tabsam.formats.importing import read
        from tabsam.formats.project import read_project
        from tabsam.formats.shared.kept import kept_of
        from tabsam.formats.shared.parsing import whole_of
        from tabsam.pictures.orientation import orientation_in

        document, digest, content = self._workspace.document, self._workspace.picture.digest, params["bytes"]
        if kind == "project":
            project = read_project(content, with_picture=False)
            project.check_picture(digest)
            return [], project.annotations
        place = where_of(self._workspace.key).removesuffix(document.name)
        where = Whereabouts(place, whole_of(kept_of(document.work.kept, COCO).get("id")), params.get("pictured", ""))
        imported = read(
            content,
            params["name"],
            document.image_size,
            document.name,
            classes=[category.name for category in document.annotations.categories],
            known=document.annotations.categories,
            affine=document.work.affine,
            where=where,
            orientation=lambda: orientation_in(io.BytesIO(self._workspace.picture.source)),
            legend=self._legend() if kind == "mask" else None,
            kind=params.get("kind"),
        )
        return list(imported.left_out), imported.annotations

    async def _asked(self, instances: Sequence[Instance], on_progress: OnProgress) -> tuple[Instance, ...]:
        """Ask the model for each object by its box, and take its answer in the place of the outline."""
        document, asked = self._workspace.document, []
        for place, one in enumerate(instances, 1):
            on_progress({"stage": "import", "message": "Asking for the objects", "loaded": place, "total": len(instances)})
            selection = Selection(box=one.prompts.box or bounds(one.outline))
            best = self._answering.first_shown(await self._answering.answer_to(selection))
            self._workspace.stay_with(document)
            line = fine_outline(best, OBJECT_TOLERANCE)
            found = len(line.vertices) > 0
            prompts = replace(selection, chosen=best.rank) if self._answering.single_mask else selection
            asked.append(replace(one, outline=line, score=best.iou_prediction, prompts=prompts) if found else one)
        return tuple(asked)


def _affine(text: str) -> Affine | None:
    from tabsam.formats.world import affine_of_text

    return affine_of_text(text) if text.strip() else None
