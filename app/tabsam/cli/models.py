"""``tabsam models``: those that there are, and what of them is on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tabsam.cli.failures import ExitCode
from tabsam.cli.output import Json, Output, Quiet

if TYPE_CHECKING:
    from tabsam.library.store import Listed

models = typer.Typer(help="List, fetch, check and remove models.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="As `tabsam models list` shows it.")]


@models.command("list")
def list_models(quiet: Quiet = False, json: Json = False) -> None:
    """List the models that can be used by their ids."""
    from tabsam.library.store import listed

    with Output(quiet=quiet, as_json=json) as out:
        found = listed()
        out.document["models"] = [_described(one) for one in found]
        widths = [max(len(cell) for cell in column) for column in zip(*map(_cells, found), strict=True)]
        for one in found:
            out.line("  ".join(cell.ljust(width) for cell, width in zip(_cells(one), widths, strict=True)).rstrip())


@models.command()
def pull(id: Id, quiet: Quiet = False, json: Json = False) -> None:
    """Fetch a model; what broke off is gone on with, and each file is checked against its digest."""
    from tabsam.library.store import pull as pulled

    with Output(quiet=quiet, as_json=json) as out:
        with out.progress(f"Fetching {id}") as progress:
            files = pulled(id, progress=progress)
        out.document |= {"id": id, "encoder": str(files.encoder), "decoder": str(files.decoder)}
        out.line(files.encoder.parent)


@models.command()
def verify(
    id: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Else all that are here.")] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> ExitCode:
    """Hash the files of models; a damaged one that was fetched is thrown away, so that `pull` brings it again."""
    from tabsam.library.store import listed
    from tabsam.library.store import verify as verified

    with Output(quiet=quiet, as_json=json) as out:
        ids = id or [one.entry.id for one in listed() if one.state in ("built-in", "stored")]
        found = {one: verified(one) for one in ids}
        out.document["models"] = found
        for model, files in found.items():
            for name, soundness in files.items():
                out.line(f"{model}  {name}  {soundness}")
        sound = all(one == "sound" for files in found.values() for one in files.values())
    return ExitCode.DONE if sound else ExitCode.FAILED


@models.command()
def remove(id: Id, quiet: Quiet = False, json: Json = False) -> None:
    """Take a fetched model away; files that another one shares stay."""
    from tabsam.library.store import remove as removed

    with Output(quiet=quiet, as_json=json) as out:
        free = removed(id)
        out.document |= {"id": id, "bytes": free}
        out.line(f"{id} is removed: {free / 1e6:.0f} MB are free.")


def _cells(one: Listed) -> tuple[str, ...]:
    size = one.entry.bytes
    return one.entry.id, one.state, "" if size is None else f"{size / 1e6:.0f} MB", one.entry.licence, one.entry.name


def _described(one: Listed) -> dict[str, Any]:
    entry = one.entry
    words = {name: getattr(entry, name) for name in ("id", "name", "description", "family", "licence", "dtype", "source")}
    return words | {"state": one.state, "bytes": entry.bytes, "stored_bytes": one.stored_bytes}
