"""``tabsam embed``: what an encoder makes of pictures, as files, to be asked about elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from tabsam.cli.failures import ExitCode, described
from tabsam.cli.models_in_use import loaded
from tabsam.cli.output import Json, Output, Quiet
from tabsam.cli.values import DEFAULT_MODEL, Model, Provider, Threads, one_of
from tabsam.errors import TabsamError
from tabsam.formats.embedding import FORMATS, Format, Precision
from tabsam.formats.embedding.precision import PRECISIONS

if TYPE_CHECKING:
    from tabsam.library.segmenter import SyncSegmenter

_NAMED = 10
"""So many pictures that failed are named at the end; --json has all."""


def embed(
    pictures: Annotated[list[str], typer.Argument(help="Pictures, folders and patterns.")],
    output: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the files go, in folders as the pictures; else beside them."),
    ] = None,
    model: Model = DEFAULT_MODEL,
    format: Annotated[
        str, typer.Option(parser=one_of(*FORMATS), metavar="|".join(FORMATS), help="See docs/embeddings.md.")
    ] = FORMATS[0],
    precision: Annotated[
        str, typer.Option(parser=one_of(*PRECISIONS), metavar="|".join(PRECISIONS), help="Of the numbers in the files.")
    ] = PRECISIONS[0],
    threads: Threads = None,
    provider: Provider = None,
    quiet: Quiet = False,
    json: Json = False,
) -> ExitCode:
    """Encode pictures once, to be segmented elsewhere. The same call goes on; one bad picture does not stop it."""
    from tabsam.batch.collecting import pictures_of

    with Output(quiet=quiet, as_json=json) as out:
        targets = _targets([(Path(one.file), one.place) for one in pictures_of(pictures)], output, cast(Format, format))
        failed: list[dict[str, Any]] = []
        done = before = 0
        with loaded(model, out, threads=threads, provider=provider) as segmenter, out.progress("Encoding") as advance:
            for number, (picture, target) in enumerate(targets):
                advance(number, len(targets))
                try:
                    made = _embed(segmenter, picture, target, cast(Format, format), cast(Precision, precision))
                except (TabsamError, OSError) as error:
                    failed.append({"picture": str(picture), "error": described(error)})
                    continue
                done, before = done + made, before + (not made)
        return _say(out, done, before, failed, output)


def _targets(pictures: Sequence[tuple[Path, str]], output: Path | None, format: Format) -> list[tuple[Path, Path]]:
    """Give each picture its file: by its name without the ending, or with it where two in a folder are called so."""
    from tabsam.library.embeddings import file_name

    stems = [(Path(place).parent, picture.stem) for picture, place in pictures]
    alike = Counter(stems)
    targets = []
    for (picture, place), stem in zip(pictures, stems, strict=True):
        folder = picture.parent if output is None else output / Path(place).parent
        named = picture.stem if alike[stem] == 1 else picture.name
        targets.append((picture, folder / file_name(named, format)))
    return targets


def _embed(segmenter: SyncSegmenter, picture: Path, target: Path, format: Format, precision: Precision) -> bool:
    """Encode a picture; tell whether it was not there already, of the same picture, by the same model and as precise."""
    from tabsam.library.embeddings import picture_digest, save_embedding
    from tabsam.library.images import read_file

    data = read_file(picture)  # once: it may be another a moment later
    digest = picture_digest(data)
    if _is_there(target, digest, segmenter.decoder_digest, precision):
        return False
    segmenter.set_image(data, name=picture.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_embedding(segmenter.embedding(), target, format=format, precision=precision)
    return True


def _is_there(target: Path, picture: str, decoder: str, precision: Precision) -> bool:
    from tabsam.library.embeddings import open_embedding

    try:
        one = open_embedding(target)
    except TabsamError:
        return False  # it is written anew
    return (one.picture, one.decoder) == (picture, decoder) and all(array.dtype == precision for array in one.tensors.values())


def _say(out: Output, done: int, before: int, failed: Sequence[dict[str, Any]], output: Path | None) -> ExitCode:
    out.document |= {"done": done, "before": before, "failed": failed, "output": None if output is None else str(output)}
    for one in failed[:_NAMED]:
        out.note(f"{one['picture']}: {one['error']['message']}")
    if len(failed) > _NAMED:
        out.note(f"... and {len(failed) - _NAMED} others, which --json names.")
    there = f", {before} were there" if before else ""
    out.line(f"{done} {'picture' if done == 1 else 'pictures'} encoded{there}, {len(failed)} failed")
    if output is not None:
        out.line(output)
    if not failed:
        return ExitCode.DONE
    return ExitCode.PARTLY if done or before else ExitCode.FAILED
