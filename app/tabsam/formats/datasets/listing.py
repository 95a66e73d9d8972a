"""The files that a data set is looked for in: a folder's, or a zip archive's, listed before any of them is read."""

from __future__ import annotations

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from tabsam.errors import FormatError, TabsamError
from tabsam.formats.datasets.dataset import Opener
from tabsam.formats.shared.imported import quoted

_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_BOMB_BYTES = 10_000_000
"""What unpacks to less does no harm, whatever it was packed to."""


@dataclass(frozen=True)
class Budget:
    """What is looked at, at most, before it is refused.

    Attributes
    ----------
    most_files : int
        In a folder or an archive.
    most_annotation_bytes : int
        Of one file of annotations.
    most_zip_bytes : int
        Of all that an archive says it unpacks to.
    most_zip_ratio : float
        Of these to the bytes that it has them in, of each file.
    """

    most_files: int = 200_000
    most_annotation_bytes: int = 512_000_000
    most_zip_bytes: int = 200_000_000_000
    most_zip_ratio: float = 300.0


@dataclass(frozen=True)
class ListedFile:
    """A file that there is.

    Attributes
    ----------
    path : str
        From where the listing begins, with forward slashes.
    size : int
        In bytes.
    open : callable
    """

    path: str
    size: int
    open: Opener


@dataclass(frozen=True)
class OnDisk:
    """Opens a file that lies on a disk, where other processes find it, too."""

    path: Path

    def __call__(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True)
class Problem:
    """What could not be taken, as data: the file or the picture, and why (see :class:`tabsam.errors.TabsamError`)."""

    path: str
    code: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, path: str, error: TabsamError) -> Problem:
        return cls(path, error.code, error.message, error.hint)


@dataclass(frozen=True)
class Listing:
    """The files that there are, and what of them cannot be taken; to be made by :func:`listed`."""

    files: tuple[ListedFile, ...]
    problems: tuple[Problem, ...] = ()


def listed(files: Iterable[ListedFile], budget: Budget | None = None) -> Listing:
    """List files, in the order of their paths; what a system put there for itself does not count.

    Files whose paths lead out of the data set, and those of which two have one path, are not taken.

    Raises
    ------
    FormatError
        ``too-many-files``.
    """
    budget = budget or Budget()
    found = []
    for file in files:
        if not _is_junk(file.path):
            found.append(file)
        if len(found) > budget.most_files:
            hint = "Choose the data set's own folder, or a part of it."
            raise FormatError("too-many-files", f"There are more than {budget.most_files:,} files.", hint)
    times = Counter(file.path for file in found)
    problems = [Problem(path, "doubled-file", f"{quoted(path)} is there {n} times.") for path, n in times.items() if n > 1]
    sound = []
    for file in sorted(found, key=lambda one: one.path):
        if not _is_safe(file.path):
            problems.append(Problem(file.path, "unsafe-path", f"The path {quoted(file.path)} leads out of the data set."))
        elif times[file.path] == 1:
            sound.append(file)
    return Listing(tuple(sound), tuple(problems))


def folder_listing(folder: Path, budget: Budget | None = None) -> Listing:
    """List a folder with its sub-folders; links to other folders are not followed.

    Raises
    ------
    FormatError
        ``too-many-files``.
    """

    def files() -> Iterable[ListedFile]:
        for parent, _, names in os.walk(folder):
            for name in names:
                path = Path(parent, name)
                if path.is_file():
                    yield ListedFile(path.relative_to(folder).as_posix(), path.stat().st_size, OnDisk(path))

    return listed(files(), budget)


def file_listing(path: Path) -> Listing:
    """List one file; raises OSError where there is none."""
    return listed([ListedFile(path.name, path.stat().st_size, OnDisk(path))])


def zip_listing(stream: BinaryIO, budget: Budget | None = None) -> Listing:
    """List a zip archive, which stays open as long as its files are read.

    What is sound is listed. Links, what is encrypted, and what would unpack to far too much are problems; where nothing else is
    there the first of them is raised. Of an archive that breaks off, the files that are whole are listed.

    Raises
    ------
    FormatError
        ``zip-damaged`` (there is nothing whole in it, or it is none), ``zip-encrypted``, ``zip-link``, ``zip-too-large`` (what it
        says it unpacks to is more than anything real: a zip bomb), ``too-many-files``.
    """
    budget = budget or Budget()
    try:
        archive = zipfile.ZipFile(stream)
    except Exception as error:  # noqa: BLE001  # zipfile raises nearly anything for a damaged directory
        return _salvaged_listing(stream, budget, _damaged(error))
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    total = sum(entry.file_size for entry in entries)
    if total > budget.most_zip_bytes:
        raise _too_large(f"it would unpack to {total // 1_000_000} MB")
    refused = [(entry, refusal) for entry in entries if (refusal := _refusal(entry, budget)) is not None]
    if refused and len(refused) == len(entries):
        raise refused[0][1]
    bad = {id(entry) for entry, _ in refused}
    sound = {
        (one.filename, one.file_size, one.CRC): one for one in entries if id(one) not in bad
    }.values()  # the same twice is one
    found = listed((ListedFile(_zip_path(one), one.file_size, partial(_opened, archive, one)) for one in sound), budget)
    return Listing(found.files, (*found.problems, *(Problem.of(_zip_path(entry), refusal) for entry, refusal in refused)))


def _refusal(entry: zipfile.ZipInfo, budget: Budget) -> FormatError | None:
    """Tell why an entry is not taken; None for a sound one."""
    if entry.flag_bits & 1:
        return FormatError("zip-encrypted", "This archive is encrypted.", "Unpack it first, and choose the folder.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        message = f"{quoted(entry.filename)} is a link to another file."
        return FormatError("zip-link", message, "Put the file itself into the archive.")
    if entry.file_size > max(_BOMB_BYTES, budget.most_zip_ratio * entry.compress_size):
        return _too_large(f"{quoted(entry.filename)} would unpack to {entry.file_size // 1_000_000} MB")
    return None


def _salvaged_listing(stream: BinaryIO, budget: Budget, error: FormatError) -> Listing:
    """List what is whole of an archive that breaks off; raises the error where nothing is."""
    from tabsam.formats.datasets.salvage import salvaged

    files: list[ListedFile] = []
    total = 0
    for one in salvaged(stream, budget.most_zip_ratio):
        total += one.size
        if total > budget.most_zip_bytes or len(files) > budget.most_files:
            break
        files.append(ListedFile(one.path.replace("\\", "/").removeprefix("./"), one.size, partial(one.open, stream)))
    if not files:
        raise error
    found = listed(files, budget)
    message = f"The archive breaks off: only the {len(files):,} files before that place were read."
    return Listing(found.files, (*found.problems, Problem("", error.code, message, error.hint)))


def contents(file: ListedFile, budget: Budget) -> bytes:
    """Read a file of annotations.

    Raises
    ------
    FormatError
        ``annotations-too-large``, ``file-unreadable``.
    """
    most = budget.most_annotation_bytes
    data = beginning(file, most + 1) if file.size <= most else b""
    if file.size > most or len(data) > most:
        message = f"This file of annotations is too large: it has more than {most // 1_000_000} MB."
        raise FormatError("annotations-too-large", message, "Part it into several, or simplify its outlines.")
    return data


def beginning(file: ListedFile, size: int) -> bytes:
    """Read a file's first bytes.

    Raises
    ------
    FormatError
        ``file-unreadable``; ``zip-damaged``.
    """
    try:
        with file.open() as stream:
            return stream.read(size)
    except TabsamError:
        raise
    except Exception as error:  # of a damaged archive: zlib.error, BadZipFile, EOFError and more
        message = "This file cannot be read; it is gone, or the archive that it is in is damaged."
        raise FormatError("file-unreadable", message, "Look whether it is still there.", details=repr(error)) from error


def _opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    try:
        return cast(BinaryIO, archive.open(entry))
    except Exception as error:  # as above
        raise _damaged(error) from error


def _zip_path(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/").removeprefix("./")


def _is_junk(path: str) -> bool:
    parts = path.split("/")
    return parts[-1].startswith("._") or any(part in _JUNK for part in parts)


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return not ("" in parts or ".." in parts or "." in parts or "\x00" in path or ":" in parts[0])


def _damaged(error: Exception) -> FormatError:
    return FormatError(
        "zip-damaged",
        "This archive is damaged: it cannot be read.",
        "It may have been cut off on its way; save or download it again.",
        details=repr(error),
    )


def _too_large(why: str) -> FormatError:
    return FormatError("zip-too-large", f"This archive is not opened: {why}.", "Unpack it elsewhere, if you know what it is.")
