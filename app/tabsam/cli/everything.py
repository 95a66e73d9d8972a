"""``tabsam everything``: all that is found in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tabsam.cli.annotated import written
from tabsam.cli.models_in_use import loaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import DEFAULT_MODEL, Model, Provider, Threads, one_of
from tabsam.formats.png import mask_png
from tabsam.formats.registry import FORMATS
from tabsam.model.dialects.sam2 import EVERYTHING_DEFAULTS as SAM2_DEFAULTS
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.image import open_image

if TYPE_CHECKING:
    from tabsam.model.everything.proposals import Proposal


MASKS = "meta"
"""The format of Meta's own script."""


def _option(name: str, what: str) -> Any:
    """Have an option for one of the search's; None, where it is not given, so that a model's own defaults hold."""
    of_sam2 = f"; SAM 2: {SAM2_DEFAULTS[name]:.3g}" if name in SAM2_DEFAULTS else ""
    return typer.Option(metavar="N", help=f"{what} ({getattr(EverythingOptions, name):.3g}{of_sam2}).")


def everything(
    picture: Annotated[Path, typer.Argument(help="The picture's file.")],
    model: Model = DEFAULT_MODEL,
    format: Annotated[
        str,
        typer.Option(
            parser=one_of(MASKS, *FORMATS),
            metavar="FORMAT",
            help=f"{MASKS}: a folder as Meta's own script makes it; or annotations: coco, yolo, svg ...",
        ),
    ] = MASKS,
    output: Annotated[Path | None, typer.Option(help="The folder or the file to write; else beside the picture.")] = None,
    points_per_side: Annotated[int | None, _option("points_per_side", "Of the grid of clicks")] = None,
    points_per_batch: Annotated[int | None, _option("points_per_batch", "Clicks from one report of progress to the next")] = None,
    pred_iou_thresh: Annotated[
        float | None, _option("pred_iou_thresh", "Keep masks that the model thinks better than this")
    ] = None,
    stability_score_thresh: Annotated[
        float | None, _option("stability_score_thresh", "Keep masks that are so stable when their threshold moves")
    ] = None,
    stability_score_offset: Annotated[float | None, _option("stability_score_offset", "By so many logits")] = None,
    box_nms_thresh: Annotated[
        float | None, _option("box_nms_thresh", "Of masks whose boxes lie over each other by more than this, keep one")
    ] = None,
    mask_nms_thresh: Annotated[
        float | None, _option("mask_nms_thresh", "Of masks that lie over each other by more than this, keep one")
    ] = None,
    crop_n_layers: Annotated[
        int | None, _option("crop_n_layers", "Look again in crops of the picture: 4 in layer 1, 16 in layer 2")
    ] = None,
    crop_nms_thresh: Annotated[float | None, _option("crop_nms_thresh", "The same between crops")] = None,
    crop_overlap_ratio: Annotated[
        float | None, _option("crop_overlap_ratio", "Of crops, in parts of the picture's shorter side")
    ] = None,
    crop_n_points_downscale_factor: Annotated[
        int | None, _option("crop_n_points_downscale_factor", "By which each layer's crops have fewer points a side")
    ] = None,
    min_mask_region_area: Annotated[
        int | None, _option("min_mask_region_area", "Remove islands and fill holes of fewer pixels")
    ] = None,
    threads: Threads = None,
    provider: Provider = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Find all that is in a picture, and write a mask of each thing, and a table of them."""
    stated: dict[str, Any] = {
        "points_per_side": points_per_side,
        "points_per_batch": points_per_batch,
        "pred_iou_thresh": pred_iou_thresh,
        "stability_score_thresh": stability_score_thresh,
        "stability_score_offset": stability_score_offset,
        "box_nms_thresh": box_nms_thresh,
        "mask_nms_thresh": mask_nms_thresh,
        "crop_n_layers": crop_n_layers,
        "crop_nms_thresh": crop_nms_thresh,
        "crop_overlap_ratio": crop_overlap_ratio,
        "crop_n_points_downscale_factor": crop_n_points_downscale_factor,
        "min_mask_region_area": min_mask_region_area,
    }
    from tabsam.batch.answering import found_object

    wishes = {name: value for name, value in stated.items() if value is not None}
    with Output(quiet=quiet, as_json=json) as out:
        data = picture.read_bytes()
        image = open_image(data)
        EverythingOptions(**wishes)  # what is wrong with them is said before a model is loaded
        with loaded(model, out, threads=threads, provider=provider) as segmenter, out.progress("Finding") as advance:
            options = EverythingOptions(**{**segmenter.everything_defaults, **wishes})
            found = segmenter.everything(image, options, progress=lambda step: advance(step.done, step.of))
        if format == MASKS:
            target = output or picture.with_name(f"{picture.stem}-masks")
            _write_masks(target, found)
        else:
            objects = [found_object(number, one) for number, one in enumerate(found, 1)]
            exported = written(format, objects, image, picture.name, data)
            target = output or picture.with_name(exported.name)
            target.write_bytes(exported.data)
            out.notes(exported.notes)
        out.document |= {"output": str(target), "found": len(found)}
        out.line(target)


def _write_masks(folder: Path, found: Sequence[Proposal]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(found):
        folder.joinpath(f"{number}.png").write_bytes(mask_png(one.mask()))
    folder.joinpath("metadata.csv").write_text(table(found), encoding="utf-8")


def table(found: Sequence[Proposal]) -> str:
    """Write what Meta's own script does beside its masks (segment_anything/scripts/amg.py)."""
    columns = (
        "id,area,bbox_x0,bbox_y0,bbox_w,bbox_h,point_input_x,point_input_y,predicted_iou,stability_score,"
        "crop_box_x0,crop_box_y0,crop_box_w,crop_box_h"
    )
    rows = (
        (number, one.area, *one.bbox_xywh, *one.point_coords, one.predicted_iou, one.stability_score, *one.crop_box_xywh)
        for number, one in enumerate(found)
    )
    return "\n".join([columns, *(",".join(map(str, row)) for row in rows), ""])
