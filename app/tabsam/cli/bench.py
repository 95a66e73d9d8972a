"""``tabsam bench``: how fast a model is on this machine."""

from __future__ import annotations

import json as jsons
from pathlib import Path
from typing import Annotated, Any

import typer

from tabsam.cli.models_in_use import digest_of_files, downloaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import DEFAULT_MODEL, Model, Provider, Threads
from tabsam.json_text import parsed


def bench(
    told: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A run that --output has written: told, and nothing measured.")
    ] = None,
    model: Model = DEFAULT_MODEL,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="To encode; else one is drawn.")] = None,
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Runs of encoder and decoder.")] = 20,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what --json writes.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write a table that is fit for an issue.")] = False,
    compare: Annotated[Path | None, typer.Option(metavar="FILE", help="With a run before, that --output has written.")] = None,
    threads: Threads = None,
    provider: Provider = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Measure how long a model takes to encode a picture and to answer a click, and how much memory."""
    from tabsam.evaluation import benchmark

    with Output(quiet=quiet, as_json=json) as out:
        other = None if compare is None else benchmark.checked(parsed(compare.read_bytes()))
        if told is not None:
            run = benchmark.checked(parsed(told.read_bytes()))
        else:
            run = _measured(out, model, picture, rounds=rounds, threads=threads, provider=provider)
        out.document |= run if other is None else run | {"other": other}
        if output is not None:
            output.write_text(jsons.dumps(run, indent=2) + "\n", encoding="utf-8")
        if html is not None:
            html.write_text(benchmark.page(run, other), encoding="utf-8")
        if markdown:
            out.line(benchmark.markdown(run, other))
        else:
            out.line(benchmark.about(run))
            for row in benchmark.rows(run, other):
                out.line("  ".join((row[0].ljust(14), *(cell.rjust(10) for cell in row[1:]))))
            for what in benchmark.differing(run, other) if other else ():
                out.note(f"Not the same in both: {what}.")


def _measured(out: Output, model: str, picture: Path | None, *, rounds: int, **settings: Any) -> dict[str, Any]:
    from tabsam.evaluation import benchmarking
    from tabsam.library.images import as_image

    image = None if picture is None else as_image(picture)
    digest = digest_of_files(downloaded(model, out, **settings))
    with out.progress("Measuring") as progress:
        run = benchmarking.measure(model, image, rounds=rounds, progress=progress, **settings)
    return run | {"model_sha256": digest}
