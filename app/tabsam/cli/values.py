"""What stands on the command line for a point, a box and others, read in one way for all commands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

import typer

from tabsam.model.candidate import Edges as EdgesOfModel
from tabsam.model.tidying import MOST


class Point(NamedTuple):
    """In image pixels."""

    x: float
    y: float


class Box(NamedTuple):
    """Its corners, in image pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


def _numbers(text: str, form: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != form.count(",") + 1 or not all(map(math.isfinite, numbers)):
        raise typer.BadParameter(f"'{text}' is not {form}: numbers with commas between them, and no spaces.")
    return numbers


def read_point(text: str) -> Point:
    """Read ``X,Y``."""
    return Point(*_numbers(text, "X,Y"))


def read_box(text: str) -> Box:
    """Read ``X0,Y0,X1,Y1``."""
    return Box(*_numbers(text, "X0,Y0,X1,Y1"))


def one_of(*names: str) -> Callable[[str], str]:
    """Make a reader of a word that has to be one of some."""

    def read(text: str) -> str:
        if text not in names:
            raise typer.BadParameter(f"'{text}' is none of: {', '.join(names)}.")
        return text

    return read


Points = Annotated[
    list[Point] | None, typer.Option("--point", parser=read_point, metavar="X,Y", help="On the object; may be repeated.")
]
Background = Annotated[
    list[Point] | None, typer.Option("--background", parser=read_point, metavar="X,Y", help="Off the object; may be repeated.")
]
Around = Annotated[Box | None, typer.Option("--box", parser=read_box, metavar="X0,Y0,X1,Y1", help="Around the object.")]
Model = Annotated[
    str, typer.Option(metavar="ID|FOLDER", help="A model of the catalogue, or a folder with encoder.onnx and decoder.onnx.")
]
Edges = Annotated[
    EdgesOfModel | None,
    typer.Option(
        parser=one_of("decoded", "follow"),
        metavar="decoded|follow",
        help="As the model has them, or the picture; else as suits the model.",
    ),
]
Tidy = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=MOST,
        metavar="SHARE",
        help="Specks and pinholes below this share of the mask go (0 to 0.2; usual: 0.002); else as suits the model.",
    ),
]
SingleMask = Annotated[
    bool, typer.Option("--single-mask", help="The single-mask token's, which is better for several clicks or a box.")
]
Threads = Annotated[int | None, typer.Option(min=0, metavar="N", help="Of one run of the model; else as the settings have it.")]
Provider = Annotated[
    str | None, typer.Option(metavar="NAME", help="What runs the model: cpu, cuda, coreml, directml, openvino; else as above.")
]
DEFAULT_MODEL = "nano"
