"""``tabsam evaluate``: how good models are on pictures whose objects are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tabsam.cli.failures import ExitCode
from tabsam.cli.models_in_use import downloaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import DEFAULT_MODEL, Edges, Provider, Threads, Tidy, one_of
from tabsam.errors import FormatError

if TYPE_CHECKING:
    from tabsam.evaluation.outcome import Evaluation

FILES = ("evaluation.json", "evaluation.csv", "evaluation.html")
_PROMPTS = ("point", "clicks", "box", "mask", "everything")


def evaluate(
    source: Annotated[
        Path,
        typer.Argument(help="A data set (COCO, YOLO, DAVIS and others), or a folder of pictures where TRUTH is given as well."),
    ],
    truth: Annotated[
        Path | None, typer.Argument(help="A folder of masks that have the pictures' names, or annotations in any format.")
    ] = None,
    model: Annotated[
        list[str], typer.Option(metavar="ID|FOLDER", help="A model of the catalogue, or its folder; may be repeated.")
    ] = [DEFAULT_MODEL],  # noqa: B006  # Typer's way; it is not changed
    prompt: Annotated[
        list[str],
        typer.Option(
            parser=one_of(*_PROMPTS),
            metavar="|".join(_PROMPTS),
            help="What is asked; may be repeated.",
        ),
    ] = ["point", "clicks", "box"],  # noqa: B006  # as above
    scale: Annotated[
        list[float], typer.Option(metavar="N", help="Resize pictures by it before a model sees them; may be repeated.")
    ] = [1.0],  # noqa: B006  # as above
    clicks: Annotated[int, typer.Option(min=1, metavar="N", help="The most that are simulated for an object.")] = 20,
    output: Annotated[Path, typer.Option(metavar="FOLDER", help=f"For {', '.join(FILES)}.")] = Path("evaluation"),
    of: Annotated[str | None, typer.Option(metavar="FORMAT", help="Which data set to read, where there are several.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="At most so many pictures, evenly from all.")] = None,
    least_area: Annotated[int, typer.Option(min=1, metavar="PIXELS", help="Leave smaller objects out.")] = 1,
    tolerance: Annotated[
        float | None, typer.Option(min=0, metavar="PIXELS", help="Of boundaries; else 0.008 of the diagonal, as DAVIS has it.")
    ] = None,
    points_per_side: Annotated[int | None, typer.Option(min=1, metavar="N", help="Of everything's grid of clicks.")] = None,
    edges: Edges = None,
    tidy: Tidy = None,
    processes: Annotated[int, typer.Option(min=1, metavar="N", help="How many pictures are worked on at a time.")] = 1,
    threads: Threads = None,
    provider: Provider = None,
    quiet: Quiet = False,
    json: Json = False,
) -> ExitCode:
    """Measure models on pictures whose objects are known; docs/measuring.md says what the numbers are."""
    # Here: what it needs is much, and the help does not wait for it.
    from tabsam.evaluation.evaluating import evaluate as measure
    from tabsam.evaluation.questions import PROMPTS, Questions
    from tabsam.evaluation.report import report
    from tabsam.library.settings import Settings

    with Output(quiet=quiet, as_json=json) as out:
        for name in FILES:
            if (output / name).exists():
                message = f"There is an evaluation in '{output}' already."
                raise FormatError("file-exists", message, "Name another folder with --output.")
        questions = Questions(
            prompts=tuple(one for one in PROMPTS if one in prompt),
            scales=tuple(dict.fromkeys(scale)),
            clicks=clicks,
            tolerance=tolerance,
            least_area=least_area,
            edges=edges,
            tidy=tidy,
            everything="everything" in prompt,
            everything_options={} if points_per_side is None else {"points_per_side": points_per_side},
        )
        for one in dict.fromkeys(model):
            downloaded(one, out, threads=threads, provider=provider)
        with out.progress("Measuring") as progress:
            evaluation = measure(
                source,
                truth,
                models=list(dict.fromkeys(model)),
                questions=questions,
                of=of,
                limit=limit,
                processes=processes,
                settings=Settings.read(threads=threads, provider=provider),
                progress=progress,
            )
        output.mkdir(parents=True, exist_ok=True)
        for name, data in zip(FILES, (evaluation.json().encode(), evaluation.csv(), report(evaluation).encode()), strict=True):
            (output / name).write_bytes(data)
        return _say(out, evaluation, output)


def _say(out: Output, evaluation: Evaluation, output: Path) -> ExitCode:
    out.notes(evaluation.said)
    out.notes(f"{one.picture}: {one.message} {one.hint}".strip() for one in evaluation.failures)
    stored = evaluation.as_dict()
    out.document |= {name: stored[name] for name in ("objects", "summaries", "everything", "failures")}
    out.document |= {"pictures": len(evaluation.pictures), "output": str(output)}
    for one in evaluation.summaries:
        series = one.series
        scale = "" if series.scale == 1 else f" at scale {series.scale:g}"
        clicks = f"  NoC@85 {one.clicked.noc[0.85]:.2f}  NoC@90 {one.clicked.noc[0.9]:.2f}" if one.clicked else ""
        distance = "" if one.hd95 is None else f"  HD95 {one.hd95:.1f} px"
        out.line(f"{series.model}, {series.prompt}{scale}: IoU {one.iou:.3f}  boundary F {one.boundary_f:.3f}{distance}{clicks}")
    for found in evaluation.found:
        ap, ar = (f"{value:.3f}" if value is not None else "none" for value in (found.ap, found.ar[100]))
        out.line(f"{found.model}, everything: mask AP {ap}  AR@100 {ar}")
    out.line(output / FILES[-1])
    return ExitCode.PARTLY if evaluation.failures else ExitCode.DONE
