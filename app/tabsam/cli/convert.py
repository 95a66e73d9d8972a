"""``tabsam convert``: a whole data set, from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabsam.cli.output import Json, Output, Quiet


def convert(
    source: Annotated[
        Path, typer.Argument(help="A folder, a zip or a .tabsam: COCO, YOLO, VOC, LabelMe, CVAT, Label Studio ...")
    ],
    to: Annotated[str, typer.Option(metavar="FORMAT", help="tabsam, coco, yolo, voc, labelme, cvat, label-studio ...")],
    output: Annotated[Path, typer.Option(help="A new .zip or .tabsam file; else a folder.")],
    pictures: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where they are, if not with the annotations.")] = None,
    of: Annotated[str | None, typer.Option(metavar="FORMAT", help="Which to read, where there are several.")] = None,
    without_pictures: Annotated[bool, typer.Option("--without-pictures", help="Write the annotations alone.")] = False,
    val_share: Annotated[float, typer.Option(metavar="N", help="Of pictures for validation.")] = 0.2,
    seed: Annotated[int, typer.Option(metavar="N", help="Which pictures these are.")] = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write a data set of many pictures in another format."""
    # Here: the formats are many, and the help does not wait for them.
    from tabsam.formats.datasets.converting import convert as converted
    from tabsam.formats.datasets.outgoing import Options

    wishes = Options(pictures=not without_pictures, val_share=val_share, seed=seed)
    with Output(quiet=quiet, as_json=json) as out:
        out.notes(converted(source, to, output, wishes, pictures=pictures, of=of))
        out.document["output"] = str(output)
        out.line(output)
