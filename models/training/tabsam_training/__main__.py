"""``python -m tabsam_training``: make a model like tabsam nano, step by step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tabsam.errors import TabsamError
from tabsam_training import commands
from tabsam_training.data.fetching import HOST
from tabsam_training.data.sources import LIST

_STORY = """\
The steps, in order (models/training/README.md says how long each takes, and what it needs):

  python -m tabsam_training fetch    FETCHED          bring the listed repositories here
  python -m tabsam_training pack     FETCHED DATA     make of them what training reads, and the held-out sets
  python -m tabsam_training train    DATA RUN         train on from models/nano, with one GPU
  python -m tabsam_training export   RUN/checkpoint.pt MODEL
  python -m tabsam_training evaluate MODEL DATA/held-out/gsc DATA/held-out/davis DATA/held-out/ecssd
  python -m tabsam_training everything MODEL KNOWN       choose the thresholds that the catalogue states

Without data or a GPU, to see that all of it works:

  python -m tabsam_training train --tiny --steps 20 - RUN
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it worked, 1 when it could not, 2 when it was called wrongly."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options, _say)
    except TabsamError as error:
        print(f"tabsam_training: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"tabsam_training: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tabsam_training",
        description="Make a model like tabsam nano: its data, its training, its ONNX files, its scores.",
        epilog=_STORY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(required=True, metavar="STEP")
    _add_fetch(steps)
    _add_pack(steps)
    _add_train(steps)
    _add_export(steps)
    _add_evaluate(steps)
    _add_everything(steps)
    return parser


def _add_fetch(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    fetch = steps.add_parser("fetch", help="bring the repositories of the list onto this machine, with git")
    fetch.add_argument("fetched", type=Path, help="the folder for them; what is there already is left alone")
    fetch.add_argument("--sources", type=Path, default=LIST, help="the list (%(default)s)")
    fetch.add_argument("--host", default=HOST, help="where repositories are (%(default)s); a folder of clones will do")
    fetch.set_defaults(command=commands.fetch)


def _add_pack(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pack = steps.add_parser("pack", help="make of fetched repositories what training reads, and the held-out sets")
    pack.add_argument("fetched", type=Path, help="the folder that fetch filled")
    pack.add_argument("data", type=Path, help="the folder to write; lineage.json in it says what came from where")
    pack.add_argument("--sources", type=Path, default=LIST, help="the list (%(default)s)")
    pack.set_defaults(command=commands.pack)


def _add_train(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = steps.add_parser(
        "train",
        help="train on one GPU, or a few steps on a processor",
        description="Train. Stop it when you like (it saves every 500 steps) and go on with --resume. The checkpoint holds "
        "averaged weights, which export takes. With 80 GB of GPU memory the settings are v1's; with less, lower --scenes.",
    )
    train.add_argument("data", type=Path, help="the folder that pack wrote; with --tiny it is not looked at")
    train.add_argument("run", type=Path, help="the folder for the checkpoint")
    train.add_argument("--start", type=Path, metavar="MODEL", help="a folder of ONNX files or a checkpoint (models/nano)")
    train.add_argument("--backbone", type=Path, metavar="PTH", help="start anew, with EfficientNet-Lite2's ImageNet weights")
    train.add_argument("--resume", action="store_true", help="go on where the run in this folder was")
    train.add_argument("--minutes", type=float, default=21.0, help="how long, all sittings together (%(default)s)")
    train.add_argument("--steps", type=int, default=0, help="how many steps, in place of minutes")
    train.add_argument("--small-share", type=float, default=0.28, help="how much of it at 512 pixels (%(default)s)")
    train.add_argument("--scenes", type=int, default=22, help="in a step at 1024 pixels (%(default)s)")
    train.add_argument("--seed", type=int, default=0, help="of the random numbers (%(default)s)")
    train.add_argument("--device", default="", help="cuda or cpu; the GPU if there is one")
    train.add_argument("--tiny", action="store_true", help="a try on a processor: drawn data, very small scenes; give --steps")
    train.set_defaults(command=commands.train)


def _add_export(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = steps.add_parser("export", help="write encoder.onnx and decoder.onnx, held against PyTorch")
    export.add_argument("weights", type=Path, help="a run's checkpoint.pt, or a folder of ONNX files")
    export.add_argument("model", type=Path, help="the folder to write them to")
    export.set_defaults(command=commands.export)


def _add_evaluate(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    evaluate = steps.add_parser(
        "evaluate",
        help="simulate clicks on pictures whose objects are known",
        description="Print the mean IoU after 1, 2, 3, 5 and 8 simulated clicks and from a box, the clicks to IoU 0.85, and the "
        "best of the three masks for one click. A set is a folder with images/ and masks/: for each picture a PNG of the same "
        "name and size, 255 the object, 0 not, 128 not counted. Any model that tabsam takes will do.",
    )
    evaluate.add_argument("model", type=Path, help="a folder with encoder.onnx and decoder.onnx")
    evaluate.add_argument("sets", type=Path, nargs="+", metavar="SET", help="a folder with images/ and masks/")
    evaluate.add_argument("--threads", type=int, default=0, help="for onnxruntime; 0 for one a core")
    evaluate.set_defaults(command=commands.evaluate)


def _add_everything(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    everything = steps.add_parser(
        "everything",
        help="find everything in pictures whose objects are known, at several thresholds",
        description="Print, for every combination of thresholds, which share of the objects is found with an IoU of 0.5 and of "
        "0.75, and how many finds are duplicates, parts of an object, or something else. Each picture is searched once. A set is "
        "a folder with images/ and labels/: for each picture a PNG of the same name and size with a number for each object, 0 "
        "for none, and 65535 where nobody knows.",
    )
    everything.add_argument("model", type=Path, help="a folder with encoder.onnx and decoder.onnx")
    everything.add_argument("sets", type=Path, nargs="+", metavar="SET", help="a folder with images/ and labels/")
    everything.add_argument("--points-per-side", type=int, default=16, help="of the grid of clicks (%(default)s)")
    defaults = {"pred-iou": "0.6,0.7,0.8,0.88", "stability-score": "0.7,0.85,0.95", "box-nms": "0.7", "mask-nms": "0.7,1"}
    for name, default in defaults.items():
        text = "parted by commas (%(default)s)"
        everything.add_argument(f"--{name}-thresh", type=_shares, default=default, metavar="T,...", help=text)
    everything.add_argument("--threads", type=int, default=0, help="for onnxruntime; 0 for one a core")
    everything.set_defaults(command=commands.everything)


def _shares(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
