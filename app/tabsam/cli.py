"""``tabsam``: segment a picture from the shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tabsam import exporting
from tabsam.errors import TabsamError
from tabsam.image import open_image


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when it worked, 1 when it could not, 2 when it was called wrongly."""
    options = _parser().parse_args(arguments)
    try:
        return _segment(options)
    except TabsamError as error:
        print(f"tabsam: {error}", file=sys.stderr)
    except OSError as error:
        print(f"tabsam: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
    return 1


def _segment(options: argparse.Namespace) -> int:
    # Here, not above: `tabsam --help` needs no onnxruntime.
    from tabsam import sync

    image = open_image(options.picture.read_bytes())
    points = [*(options.point or []), *(options.background or [])]
    labels = [1] * len(options.point or []) + [0] * len(options.background or [])
    with sync.load(options.model) as segmenter:
        segmenter.set_image(image)
        candidates = segmenter.predict(points, labels, box=options.box)
    for rank, candidate in enumerate(candidates, start=1):
        taken = " <-" if rank == options.candidate else ""
        print(f"{rank}  IoU prediction {candidate.iou_prediction:.3f}  stability {candidate.stability_score:.3f}{taken}")
    if not 1 <= options.candidate <= len(candidates):
        print(f"tabsam: there is no candidate {options.candidate}", file=sys.stderr)
        return 1
    exported = exporting.export(options.format, candidates[options.candidate - 1], image, options.picture.name)
    output = options.output or options.picture.with_name(exported.name)
    output.write_bytes(exported.data)
    print(output)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tabsam", description="Segment an object in a picture.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    segment = commands.add_parser("segment", help="write an object's mask, cut-out or outline")
    segment.add_argument("picture", type=Path)
    segment.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="holds encoder.onnx and decoder.onnx")
    segment.add_argument("--point", type=Numbers(2), action="append", metavar="X,Y", help="on the object; may be repeated")
    segment.add_argument("--background", type=Numbers(2), action="append", metavar="X,Y", help="off the object; may be repeated")
    segment.add_argument("--box", type=Numbers(4), metavar="X0,Y0,X1,Y1", help="around the object")
    segment.add_argument("--candidate", type=int, default=1, help="1 is the one with the best IoU prediction")
    segment.add_argument("--format", choices=exporting.KINDS, default="mask-png")
    segment.add_argument("--output", type=Path, help="default: beside the picture")
    return parser


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


if __name__ == "__main__":
    sys.exit(main())
