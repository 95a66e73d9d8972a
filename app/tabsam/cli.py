"""``tabsam``: segment a picture, or all that is in it, from the shell; convert data sets, or a model for the browser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tabsam.errors import TabsamError
from tabsam.formats.candidate import KINDS, export
from tabsam.formats.png import mask_png
from tabsam.model.candidate import Candidate
from tabsam.model.choosing import Prediction
from tabsam.model.dialects.sam2 import EVERYTHING_DEFAULTS as SAM2_DEFAULTS
from tabsam.model.everything.generator import Step
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal
from tabsam.model.image import open_image

if TYPE_CHECKING:
    from tabsam.library.segmenter import SyncSegmenter


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when it worked, 1 when it could not, 2 when it was called wrongly."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except TabsamError as error:
        print(f"tabsam: {error}", file=sys.stderr)
    except OSError as error:
        print(f"tabsam: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
    return 1


def _segment(options: argparse.Namespace) -> int:
    # Here, not above: `tabsam --help` needs no onnxruntime.
    from tabsam.library.loading import load

    image = open_image(options.picture.read_bytes())
    points = [*(options.point or []), *(options.background or [])]
    labels = [1] * len(options.point or []) + [0] * len(options.background or [])
    with load(options.model) as segmenter:
        _say_assumed(segmenter)
        segmenter.set_image(image)
        prediction = segmenter.ask(points, labels, box=options.box)
    chosen = prediction.single if options.single_mask else _candidate(prediction, options.candidate)
    _list(prediction, chosen, every=options.all_candidates)
    if chosen is None:
        print(f"tabsam: there is no candidate {options.candidate}", file=sys.stderr)
        return 1
    exported = export(options.format, segmenter.finished(chosen, options.edges, options.tidy), image, options.picture.name)
    output = options.output or options.picture.with_name(exported.name)
    output.write_bytes(exported.data)
    print(output)
    return 0


def _candidate(prediction: Prediction, number: int) -> Candidate | None:
    return next((one for one in prediction.multimask if one.rank == number - 1), None)


def _list(prediction: Prediction, chosen: Candidate | None, *, every: bool) -> None:
    """Print the candidates under numbers that do not depend on which are left out, and say what is to be known of them."""
    listed = prediction.multimask if every else prediction.readings
    if chosen is not None and all(one.rank != chosen.rank for one in listed):
        listed = (*listed, chosen)
    for one in listed:
        kind = "  single mask" if one.is_single_mask else ""
        kind += "" if one.same_as is None else f"  nearly the same as {one.same_as + 1}"
        taken = " <-" if chosen is not None and one.rank == chosen.rank else ""
        print(f"{one.rank + 1}  IoU prediction {one.iou_prediction:.3f}  stability {one.stability_score:.3f}{kind}{taken}")
    different, offered = len(prediction.readings), len(prediction.multimask)
    if different < offered:
        print(f"{different} of {offered} masks differ")
    for note in prediction.notes if chosen is None else chosen.notes:
        print(f"tabsam: {note}", file=sys.stderr)


def _everything(options: argparse.Namespace) -> int:
    # Here, for the same reason.
    from tabsam.library.loading import load

    image = open_image(options.picture.read_bytes())
    wishes = {name: value for name in _EVERYTHING if (value := getattr(options, name)) is not None}
    EverythingOptions(**wishes)  # what is wrong with them is said before a model is loaded
    output = options.output or options.picture.with_name(f"{options.picture.stem}-masks")
    with load(options.model) as segmenter:
        _say_assumed(segmenter)
        found = segmenter.everything(image, EverythingOptions(**{**segmenter.everything_defaults, **wishes}), progress=_say)
    output.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(found):
        output.joinpath(f"{number}.png").write_bytes(mask_png(one.mask()))
    output.joinpath("metadata.csv").write_text(_table(found), encoding="utf-8")
    print(output)
    return 0


def _say_assumed(segmenter: SyncSegmenter) -> None:
    if segmenter.assumed:
        print(f"tabsam: {segmenter.assumed}", file=sys.stderr)


def _say(step: Step) -> None:
    print(f"{step.done} of {step.of} points", end="\n" if step.final else "\r", file=sys.stderr, flush=True)


def _table(found: Sequence[Proposal]) -> str:
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


def _convert(options: argparse.Namespace) -> int:
    # Here, for the same reason.
    from tabsam.formats.datasets.converting import convert
    from tabsam.formats.datasets.outgoing import Options

    wishes = Options(options.with_pictures, options.val_share, options.seed)
    for sentence in convert(options.source, options.to, options.output, wishes, pictures=options.pictures, of=options.of):
        print(f"tabsam: {sentence}", file=sys.stderr)
    print(options.output)
    return 0


def _export(options: argparse.Namespace) -> int:
    # Here, for the same reason.
    try:
        from tabsam_export.conversion import Wishes, convert
    except ImportError as error:
        raise TabsamError(
            "extra-missing",
            f"Converting models needs packages that are not installed ({error.name}).",
            'Install them: pip install "tabsam[export]"',
            details=str(error),
        ) from error
    wishes = {name: getattr(options, name) for name in ("model", "precision", "ort", "part_bytes", "id", "name", "licence")}
    convert(options.checkpoint, options.output, Wishes(**wishes))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tabsam", description="Segment an object in a picture, or convert a data set or a model."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_segment(commands)
    _add_everything(commands)
    _add_convert(commands)
    _add_export(commands)
    return parser


def _add_segment(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    segment = commands.add_parser("segment", help="write an object's mask, cut-out or outline")
    segment.add_argument("picture", type=Path)
    segment.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="holds encoder.onnx and decoder.onnx")
    segment.add_argument("--point", type=Numbers(2), action="append", metavar="X,Y", help="on the object; may be repeated")
    segment.add_argument("--background", type=Numbers(2), action="append", metavar="X,Y", help="off the object; may be repeated")
    segment.add_argument("--box", type=Numbers(4), metavar="X0,Y0,X1,Y1", help="around the object")
    which = segment.add_mutually_exclusive_group()
    which.add_argument("--candidate", type=int, default=1, help="1 is the one with the best IoU prediction")
    which.add_argument(
        "--single-mask", action="store_true", help="take the single-mask token's, which is better for several clicks or a box"
    )
    segment.add_argument(
        "--all-candidates", action="store_true", help="list those, too, that are nearly the same as a better one"
    )
    segment.add_argument("--format", choices=KINDS, default="mask-png")
    segment.add_argument(
        "--edges", choices=("decoded", "follow"), help="as the model has them, or the picture; else as suits the model"
    )
    segment.add_argument(
        "--tidy",
        type=float,
        metavar="SHARE",
        help="leave out specks and pinholes below this share of the mask (0 to 0.2; 0.002 is usual); else as suits the model",
    )
    segment.add_argument("--output", type=Path, help="default: beside the picture")
    segment.set_defaults(command=_segment)


_EVERYTHING = {
    "points_per_side": "of the grid of clicks",
    "points_per_batch": "clicks from one report of progress to the next",
    "pred_iou_thresh": "keep masks that the model thinks better than this",
    "stability_score_thresh": "keep masks that are so stable when their threshold moves",
    "stability_score_offset": "by so many logits",
    "box_nms_thresh": "of masks whose boxes lie over each other by more than this, keep one",
    "mask_nms_thresh": "of masks that lie over each other by more than this, keep one",
    "crop_n_layers": "look again in crops of the picture: 4 in layer 1, 16 in layer 2",
    "crop_nms_thresh": "the same between crops",
    "crop_overlap_ratio": "of crops, in parts of the picture's shorter side",
    "crop_n_points_downscale_factor": "by which each layer's crops have fewer points a side",
    "min_mask_region_area": "remove islands and fill holes of fewer pixels",
}


def _add_everything(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    everything = commands.add_parser("everything", help="write a mask of each thing that is found, and a table of them")
    everything.add_argument("picture", type=Path)
    everything.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="holds encoder.onnx and decoder.onnx")
    everything.add_argument("--output", type=Path, metavar="FOLDER", help="default: beside the picture")
    for name, text in _EVERYTHING.items():
        default = getattr(EverythingOptions, name)
        of_sam2 = f"; SAM 2: {SAM2_DEFAULTS[name]:.3g}" if name in SAM2_DEFAULTS else ""
        option = f"--{name.replace('_', '-')}"
        # None, so that a model's own defaults hold where nothing is given.
        everything.add_argument(option, type=type(default), metavar="N", help=f"{text} ({default:.3g}{of_sam2})")
    everything.set_defaults(command=_everything)


def _add_convert(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    convert = commands.add_parser("convert", help="write a data set of many pictures in another format")
    convert.add_argument(
        "source", type=Path, help="a folder, a zip or a .tabsam: COCO, YOLO, VOC, LabelMe, CVAT, Label Studio ..."
    )
    convert.add_argument("--to", required=True, metavar="FORMAT", help="tabsam, coco, yolo, voc, labelme, cvat, label-studio ...")
    convert.add_argument("--output", type=Path, required=True, help="a new .zip or .tabsam file; else a folder")
    convert.add_argument("--pictures", type=Path, metavar="FOLDER", help="where they are, if not with the annotations")
    convert.add_argument("--of", metavar="FORMAT", help="which to read, where there are several")
    convert.add_argument("--without-pictures", action="store_false", dest="with_pictures", help="write the annotations alone")
    convert.add_argument("--val-share", type=float, default=0.2, metavar="N", help="of pictures for validation (0.2)")
    convert.add_argument("--seed", type=int, default=0, metavar="N", help="which pictures these are (0)")
    convert.set_defaults(command=_convert)


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser("export", help="convert a checkpoint of SAM 1 or SAM 2 to files for the browser")
    export.add_argument("checkpoint", type=Path, help="Meta's .pt or .pth file, or a folder of Hugging Face's")
    export.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="a new or empty one")
    export.add_argument("--model", help="whose checkpoint it is, as sam1-vit-b or sam2.1-hiera-tiny; recognised if left out")
    export.add_argument("--precision", choices=("fp32", "fp16", "int8"), default="fp32", help="of the weights in the files")
    export.add_argument("--ort", action="store_true", help="write onnxruntime's own format, .ort")
    export.add_argument("--part-bytes", type=whole_number, metavar="N", help="cut larger files into parts of so many bytes")
    export.add_argument("--id", help="for the catalogue's entry, as are:")
    export.add_argument("--name")
    export.add_argument("--licence")
    export.set_defaults(command=_export)


def whole_number(text: str) -> int:
    """Read a number above 0."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


class Numbers:
    """Reads so many numbers, parted by commas."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.__name__ = f"{count} numbers"  # argparse puts it into its message

    def __call__(self, text: str) -> list[float]:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) != self.count:
            raise ValueError(text)
        return numbers
