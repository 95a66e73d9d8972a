"""``tabsam segment``: one object of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tabsam.cli.annotated import written
from tabsam.cli.models_in_use import loaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import (
    DEFAULT_MODEL,
    Around,
    Background,
    Box,
    Edges,
    Model,
    Point,
    Points,
    Provider,
    SingleMask,
    Threads,
    Tidy,
    one_of,
)
from tabsam.document.annotations import Instance
from tabsam.document.selection import Point as Click
from tabsam.document.selection import Selection
from tabsam.errors import PromptError
from tabsam.formats.candidate import KINDS, export
from tabsam.formats.registry import FORMATS
from tabsam.model.image import open_image

if TYPE_CHECKING:
    from tabsam.model.candidate import Candidate
    from tabsam.model.choosing import Prediction


def segment(
    picture: Annotated[Path, typer.Argument(help="The picture's file.")],
    point: Points = None,
    background: Background = None,
    box: Around = None,
    mask: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A mask of the picture's size to begin with: what is bright, or opaque.")
    ] = None,
    model: Model = DEFAULT_MODEL,
    format: Annotated[
        str,
        typer.Option(
            parser=one_of(*KINDS, *FORMATS),
            metavar="FORMAT",
            help=f"{', '.join(KINDS)}; or annotations: coco, yolo, geojson ...",
        ),
    ] = "mask-png",
    category: Annotated[str, typer.Option("--class", metavar="NAME", help="The object's class, in annotations.")] = "",
    output: Annotated[Path | None, typer.Option(help="The file to write; else beside the picture.")] = None,
    candidate: Annotated[int | None, typer.Option(min=1, help="1 (the default) has the best IoU prediction.")] = None,
    single_mask: SingleMask = False,
    all_candidates: Annotated[
        bool, typer.Option("--all-candidates", help="List those, too, that are nearly the same as a better one.")
    ] = False,
    edges: Edges = None,
    tidy: Tidy = None,
    threads: Threads = None,
    provider: Provider = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write an object's mask, cut-out or outline."""
    if single_mask and candidate is not None:
        raise typer.BadParameter("--single-mask is not allowed with --candidate.")
    points = [*(point or []), *(background or [])]
    labels = [1] * len(point or []) + [0] * len(background or [])
    with Output(quiet=quiet, as_json=json) as out:
        data = picture.read_bytes()
        image = open_image(data)
        with loaded(model, out, threads=threads, provider=provider) as segmenter:
            segmenter.set_image(image)
            prediction = segmenter.ask(points or None, labels or None, box, mask)
            chosen = prediction.single if single_mask else _candidate(prediction, candidate or 1)
            _list(out, prediction, chosen, every=all_candidates)
            finished = segmenter.finished(chosen, edges, tidy)
        if format in KINDS:
            exported = export(format, finished, image, picture.name)
        else:
            thing = _object(finished, points, labels, box, category)
            exported = written(format, [thing], image, picture.name, data, category)
        out.notes(exported.notes)
        target = output or picture.with_name(exported.name)
        target.write_bytes(exported.data)
        out.document["output"] = str(target)
        out.line(target)


def _object(shown: Candidate, points: Sequence[Point], labels: Sequence[int], box: Box | None, category: str) -> Instance:
    from tabsam.batch.answering import answered_object

    clicks = tuple(Click(id, *place, label) for id, (place, label) in enumerate(zip(points, labels, strict=True), 1))
    return answered_object(1, shown, Selection(points=clicks, box=box, chosen=shown.rank), 1 if category else None)


def _candidate(prediction: Prediction, number: int) -> Candidate:
    for one in prediction.multimask:
        if one.rank == number - 1:
            return one
    hint = f"It gives {len(prediction.multimask)}."
    raise PromptError("no-such-candidate", f"Of this model's answer there is no candidate {number}.", hint)


def _list(out: Output, prediction: Prediction, chosen: Candidate, *, every: bool) -> None:
    """Write the candidates under numbers that do not depend on which are left out, and say what is to be known of them."""
    listed = prediction.multimask if every else prediction.readings
    if all(one.rank != chosen.rank for one in listed):
        listed = (*listed, chosen)
    out.document["candidates"] = [_described(one, taken=one.rank == chosen.rank) for one in listed]
    for one in listed:
        kind = "  single mask" if one.is_single_mask else ""
        kind += "" if one.same_as is None else f"  nearly the same as {one.same_as + 1}"
        taken = " <-" if one.rank == chosen.rank else ""
        out.line(f"{one.rank + 1}  IoU prediction {one.iou_prediction:.3f}  stability {one.stability_score:.3f}{kind}{taken}")
    different, offered = len(prediction.readings), len(prediction.multimask)
    if different < offered:
        out.line(f"{different} of {offered} masks differ")
    out.notes(chosen.notes)


def _described(one: Candidate, *, taken: bool) -> dict[str, Any]:
    return {
        "candidate": one.rank + 1,
        "iou_prediction": round(one.iou_prediction, 6),
        "stability_score": round(one.stability_score, 6),
        "single_mask": one.is_single_mask,
        "same_as": None if one.same_as is None else one.same_as + 1,
        "taken": taken,
    }
