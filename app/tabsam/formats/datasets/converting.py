"""A data set from one format into another, on a disk."""

from __future__ import annotations

import zipfile
from contextlib import ExitStack
from pathlib import Path

from tabsam.errors import FormatError
from tabsam.formats.datasets.listing import Listing, file_listing, folder_listing, zip_listing
from tabsam.formats.datasets.matching import PictureFile, Question
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.reading import Incoming, read
from tabsam.formats.datasets.sinks import FolderSink, ZipSink, write
from tabsam.formats.datasets.sorting import is_picture
from tabsam.formats.shared.imported import quoted

_ARCHIVES = (".zip", ".tabsam")


def convert(
    source: Path, to: str, output: Path, options: Options | None = None, *, pictures: Path | None = None, of: str | None = None
) -> list[str]:
    """Read a data set and write it in another format; give sentences about what was not taken, or is not as it was.

    Parameters
    ----------
    source : Path
        A folder, a zip archive or a project.
    to : str
        The format to write.
    output : Path
        A file that is not there yet, where its name ends in ``.zip`` or ``.tabsam``; else a folder.
    pictures : Path, optional
        A folder with the pictures, where they are not with the annotations.
    of : str, optional
        Which format to read, where the source holds several.

    Raises
    ------
    FormatError
        ``file-exists``, ``several-datasets``; and what reading and writing raise.
    """
    with ExitStack() as opened:
        incoming = read(listing_of(source, opened), _pictures_in(pictures), format=of)
        several = next((one for one in incoming.questions if one.kind == "several"), None)
        if several:
            raise FormatError(
                "several-datasets",
                f"There are data sets of several formats: {', '.join(several.choices)}.",
                "Say which is meant.",
            )
        return said_of(incoming) + _written(incoming, to, output, options)


def said_of(incoming: Incoming) -> list[str]:
    """Say in sentences what of a data set was not taken."""
    left_out = [f"{path}: {sentence}" for path, sentences in incoming.left_out.items() for sentence in sentences]
    return [
        *(f"{one.path}: {one.message}" if one.path else one.message for one in incoming.problems),
        *map(_asked, incoming.questions),
        *left_out,
        *incoming.about_others,
    ]


def _asked(question: Question) -> str:
    named = f"{question.file}: there is no picture {quoted(question.reference)}"
    if question.kind == "missing":
        return f"{named}; its annotations were left out."
    return f"{named}, or there are several: {', '.join(question.choices)}; its annotations were left out."


def listing_of(source: Path, opened: ExitStack) -> Listing:
    """List a folder, a zip archive or a file; an archive stays open until the stack is closed."""
    if source.is_dir():
        return folder_listing(source)
    if zipfile.is_zipfile(source) or source.suffix.lower() == ".zip":  # one that breaks off has no end to be known by
        return zip_listing(opened.enter_context(source.open("rb")))
    return file_listing(source)


def _pictures_in(folder: Path | None) -> list[PictureFile]:
    if folder is None:
        return []
    return [PictureFile(file.path, file.open) for file in folder_listing(folder).files if is_picture(file.path)]


def _written(incoming: Incoming, to: str, output: Path, options: Options | None) -> list[str]:
    if output.suffix.lower() not in _ARCHIVES:
        return list(write(incoming.dataset, to, FolderSink(output), options))
    try:
        stream = output.open("xb")
    except FileExistsError as error:
        raise FormatError("file-exists", f"There is a file {quoted(output.name)} already.", "Choose another name.") from error
    try:
        with stream:
            return list(write(incoming.dataset, to, ZipSink(stream), options))
    except BaseException:
        output.unlink()  # half an archive is none
        raise
