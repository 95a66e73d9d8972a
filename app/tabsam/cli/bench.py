"""``tabsam bench``: how fast a model is on this machine."""

from __future__ import annotations

import json as jsons
from pathlib import Path
from typing import Annotated

import typer

from tabsam.cli.models_in_use import digest_of_files, downloaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import DEFAULT_MODEL, Model, Provider, Threads
from tabsam.json_text import parsed


def bench(
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
    from tabsam.library import benchmark
    from tabsam.library.images import as_image

    with Output(quiet=quiet, as_json=json) as out:
        other = None if compare is None else benchmark.checked(parsed(compare.read_bytes()))
        image = None if picture is None else as_image(picture)
        digest = digest_of_files(downloaded(model, out, threads=threads, provider=provider))
        with out.progress("Measuring") as progress:
            run = benchmark.measure(model, image, rounds=rounds, progress=progress, threads=threads, provider=provider)
        run["model_sha256"] = digest
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
