"""``tabsam batch``: many pictures, which can be gone on with after whatever stopped it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tabsam.cli.failures import ExitCode
from tabsam.cli.models_in_use import digest_of_files, downloaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import DEFAULT_MODEL, Edges, Model, Provider, SingleMask, Threads, Tidy, one_of

if TYPE_CHECKING:
    from tabsam.batch import Summary
    from tabsam.batch.processes import Runner

_NAMED = 10
"""So many pictures that failed are named at the end; the log has all."""


def batch(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            help="A data set (COCO, YOLO, LabelMe and others) whose boxes are the prompts; or pictures, folders and "
            "patterns, in which everything is found."
        ),
    ] = None,
    output_dir: Annotated[
        Path, typer.Option(metavar="FOLDER", help="A new or empty one, or that of a batch to go on with.", show_default=False)
    ] = ...,  # type: ignore[assignment]  # Typer's way to say that it must be given
    prompts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A list of prompts, .json or .csv; see docs/command-line.md.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where a data set's are, if not with the annotations.")
    ] = None,
    of: Annotated[str | None, typer.Option(metavar="FORMAT", help="Which data set to read, where there are several.")] = None,
    format: Annotated[
        str,
        typer.Option(
            metavar="FORMAT",
            help="coco, yolo, voc, tabsam ...; or one with files for each picture: masks, svg, labelme ...",
        ),
    ] = "coco",
    model: Model = DEFAULT_MODEL,
    edges: Edges = None,
    tidy: Tidy = None,
    single_mask: SingleMask = False,
    points_per_side: Annotated[int | None, typer.Option(min=1, metavar="N", help="Of the grid of clicks that finds.")] = None,
    with_pictures: Annotated[bool, typer.Option("--with-pictures", help="Have the picture files in the data set.")] = False,
    val_share: Annotated[float, typer.Option(metavar="N", help="Of pictures for validation, in formats with splits.")] = 0.2,
    seed: Annotated[int, typer.Option(metavar="N", help="Which pictures these are.")] = 0,
    processes: Annotated[int, typer.Option(min=1, metavar="N", help="How many pictures are worked on at a time.")] = 1,
    runner: Annotated[
        str, typer.Option(parser=one_of("local", "ray"), metavar="local|ray", help="On this machine, or a Ray cluster.")
    ] = "local",
    threads: Threads = None,
    provider: Provider = None,
    quiet: Quiet = False,
    json: Json = False,
) -> ExitCode:
    """Segment many pictures. Stopped or killed, the same call goes on; one bad picture does not stop it."""
    # Here: what it needs is much, and the help does not wait for it.
    from tabsam.batch import Settings, run
    from tabsam.batch.collecting import collect
    from tabsam.formats.datasets.outgoing import Options
    from tabsam.library.settings import Settings as LibrarySettings

    if not source and prompts is None:
        raise typer.BadParameter("There is nothing to work on: give a SOURCE or --prompts.")
    with Output(quiet=quiet, as_json=json) as out:
        collected = collect(source or [], prompts=prompts, pictures=pictures, of=of)
        everything = {} if points_per_side is None else {"points_per_side": points_per_side}
        shared = LibrarySettings.read(threads=threads, provider=provider).shared_by(processes)  # or each would take all cores
        overrides = {"threads": shared.threads or None, "provider": provider}
        digest = digest_of_files(downloaded(model, out, **overrides))
        settings = Settings(model, format, (), edges, tidy, single_mask, everything, overrides)
        options = Options(with_pictures, val_share, seed)
        with out.progress("Segmenting") as progress:
            summary = run(
                collected,
                settings,
                output_dir,
                model_digest=digest,
                options=options,
                runner=_runner(runner, processes),
                progress=progress,
            )
        return _say(out, summary)


def _runner(name: str, processes: int) -> Runner:
    from tabsam.batch.processes import here, in_processes

    if name == "ray":
        from tabsam.batch.ray_runner import on_ray

        return on_ray(processes)
    return here if processes == 1 else in_processes(processes)


def _say(out: Output, summary: Summary) -> ExitCode:
    failed = [{"picture": one.picture, "error": one.error} for one in summary.failed]
    plain: dict[str, Any] = asdict(summary)
    out.document |= plain | {"output": str(summary.output), "seconds": round(summary.seconds, 3), "failed": failed}
    del out.document["notes"]  # they are the document's own
    out.notes(summary.notes)
    for one in summary.failed[:_NAMED]:
        out.note(f"{one.picture}: {' '.join(filter(None, ((one.error or {}).get('message'), (one.error or {}).get('hint'))))}")
    if len(summary.failed) > _NAMED:
        out.note(f"... and {len(summary.failed) - _NAMED} others, which batch.jsonl names.")
    before = f", {summary.before} before" if summary.before else ""
    out.line(f"{summary.done} pictures done{before}, {len(summary.failed)} failed; {summary.objects} objects")
    out.line(summary.output)
    if not summary.failed:
        return ExitCode.DONE
    return ExitCode.PARTLY if summary.done or summary.before else ExitCode.FAILED
