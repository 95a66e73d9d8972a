"""Objects held against the truth, for a table and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import StateError
from tabsam.evaluation.against import Against, Judged, Pair, against
from tabsam.evaluation.against_report import against_report
from tabsam.formats.detecting import detect
from tabsam.formats.shared.imported import counted_sentence, quoted
from tabsam.formats.shared.picture_names import WhichPictureError
from tabsam.formats.shared.writing import stem_of
from tabsam.page.importing import Importing
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol import results
    from tabsam.page.protocol.methods import ComparingMethods, OnProgress
    from tabsam.page.protocol.params import ImportFileParams, MeasureAgainstParams, SaveAgainstParams


class Comparing:
    """Answers what is asked about objects and the truth, hidden objects included; nothing of the document is changed."""

    def __init__(self, workspace: Workspace, importing: Importing) -> None:
        self._workspace = workspace
        self._importing = importing
        self._last: Against | None = None
        self._last_key = ""

    def methods(self) -> ComparingMethods:
        """Give every method by its name."""
        return {"measureAgainst": self._measure, "saveAgainst": self._save}

    async def _measure(self, params: MeasureAgainstParams, on_progress: OnProgress) -> results.Compared:
        own = self._workspace.document.annotations
        said: list[str] = []
        if "bytes" in params:
            try:
                said, read = self._read(params)
            except WhichPictureError as error:
                asks: results.WhichPicture = {"message": error.message, "choices": list(error.choices)}
                return {"source": "", "pairs": [], "missed": [], "extra": [], "tolerance": 0.0, "said": [], "asks": asks}
            names = {one.id: one.name for one in read.categories}
            found = against(own.instances, read.instances, own, source=params["name"], categories=names)
        else:
            category = own.category(params["category"])
            truth, others = _parted(own.instances, params["category"])
            found = against(others, truth, own, source=f"class {category.name}" if category else "objects without a class")
        self._last, self._last_key = found, self._workspace.key
        boxes = counted_sentence(
            found.left_out,
            "A true object is known by a box alone, and was left out.",
            "{n} true objects are known by a box alone, and were left out.",
        )
        return _message(found, [*said, *filter(None, [boxes])])

    def _read(self, params: MeasureAgainstParams) -> tuple[list[str], Annotations]:
        given = cast("ImportFileParams", {**params, "as": "objects"})
        said, read = self._importing.read(detect(params["name"], given["bytes"]), given)
        if not read.instances:
            raise StateError("no-truth", f"There is no object in {quoted(params['name'])}.", "Choose a file with annotations.")
        return said, read

    async def _save(self, params: SaveAgainstParams, on_progress: OnProgress) -> results.ExportedObjects:
        if self._last is None:
            raise StateError("nothing-measured", "Nothing has been held against the truth yet.", "Choose what is true first.")
        name = f"{stem_of(self._last.picture)}-against-truth.{params['as']}"
        if params["as"] == "csv":
            return {"bytes": self._last.csv(), "type": "text/csv", "name": name, "notes": []}
        is_open = self._workspace.key == self._last_key
        page = against_report(self._last, self._workspace.picture.image if is_open else None)
        return {"bytes": page.encode(), "type": "text/html", "name": name, "notes": []}


def _parted(instances: tuple[Instance, ...], category: int | None) -> tuple[list[Instance], list[Instance]]:
    """Give the objects of a class, and the others."""
    return [one for one in instances if one.category == category], [one for one in instances if one.category != category]


def _message(found: Against, said: list[str]) -> results.Compared:
    return {
        "source": found.source,
        "pairs": [_pair_message(one) for one in found.pairs],
        "missed": [_judged_message(one) for one in found.missed],
        "extra": [_judged_message(one) for one in found.extra],
        "tolerance": found.tolerance,
        "said": said,
        "asks": None,
    }


def _pair_message(one: Pair) -> results.ComparedObject:
    measured = one.comparison
    assert measured.hd95 is not None  # neither is empty
    return {
        "id": one.object.id,
        "object": _judged_message(one.object),
        "truth": _judged_message(one.truth),
        "iou": measured.iou,
        "dice": measured.dice,
        "boundaryF": measured.boundary_f,
        "hd95": measured.hd95,
        "areaError": measured.area_error,
    }


def _judged_message(one: Judged) -> results.JudgedObject:
    return {"name": one.words, "category": one.category, "area": one.area}
