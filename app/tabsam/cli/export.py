"""``tabsam export``: a checkpoint, as files for the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import one_of
from tabsam.errors import TabsamError


def export(
    checkpoint: Annotated[Path, typer.Argument(help="Meta's .pt or .pth file, or a folder of Hugging Face's.")],
    output: Annotated[Path, typer.Option(metavar="FOLDER", help="A new or empty one.")],
    model: Annotated[
        str | None, typer.Option(help="Whose checkpoint it is, as sam1-vit-b or sam2.1-hiera-tiny; recognised if left out.")
    ] = None,
    precision: Annotated[
        str, typer.Option(parser=one_of("fp32", "fp16", "int8"), metavar="fp32|fp16|int8", help="Of the weights in the files.")
    ] = "fp32",
    ort: Annotated[bool, typer.Option("--ort", help="Write onnxruntime's own format, .ort.")] = False,
    part_bytes: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Cut larger files into parts of so many bytes.")
    ] = None,
    id: Annotated[str | None, typer.Option(help="For the catalogue's entry, as are:")] = None,
    name: Annotated[str | None, typer.Option()] = None,
    licence: Annotated[str | None, typer.Option()] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Convert a checkpoint of SAM 1 or SAM 2 to files for the browser."""
    with Output(quiet=quiet, as_json=json) as out:
        try:
            from tabsam_export.conversion import Wishes, convert
            from tabsam_export.precision import Precision
        except ModuleNotFoundError as error:
            raise TabsamError(
                "extra-missing",
                f"Converting models needs packages that are not installed ({error.name}).",
                'Install them: pip install "tabsam[export]"',
                details=str(error),
            ) from error
        wishes = Wishes(model, cast(Precision, precision), ort=ort, part_bytes=part_bytes, id=id, name=name, licence=licence)
        convert(checkpoint, output, wishes, out.line)
        out.document["output"] = str(output)
