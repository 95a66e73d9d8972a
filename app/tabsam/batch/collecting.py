"""The pictures of a batch, and what to ask of each: of a folder, of patterns, of a data set, or as a list of prompts says."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from tabsam.batch.prompt_files import Listed, read_prompts
from tabsam.batch.work import Task, Wanted
from tabsam.document.annotations import Category, Instance, palette_color
from tabsam.document.selection import Selection
from tabsam.errors import FormatError
from tabsam.formats.datasets.converting import listing_of, read_source, said_of
from tabsam.formats.datasets.dataset import DatasetPicture
from tabsam.formats.datasets.listing import Budget, OnDisk, Problem, folder_listing
from tabsam.formats.datasets.reading import Incoming
from tabsam.formats.datasets.sorting import is_picture, sorted_out
from tabsam.formats.shared.imported import quoted


@dataclass(frozen=True)
class Collected:
    """What is to be done.

    Attributes
    ----------
    tasks : list of Task
    categories : tuple of Category
        The classes of the objects that are asked for.
    problems : list of Problem
        What could not be taken, by its path.
    notes : list of str
        Sentences about the rest.
    """

    tasks: list[Task]
    categories: tuple[Category, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect(
    sources: Sequence[str], *, prompts: Path | None = None, pictures: Path | None = None, of: str | None = None
) -> Collected:
    """Find the pictures, and what to ask of them.

    Parameters
    ----------
    sources : sequence of str
        One data set (a folder with annotations, a file of annotations, a zip of them), or any number of folders, pictures and
        patterns such as ``photos/**/*.jpg``; of these everything is asked for, or what `prompts` says.
    prompts : Path, optional
        A list of prompts: see :mod:`tabsam.batch.prompt_files`. Its pictures' paths are relative to the one folder among the
        sources, else to the list's own folder.
    pictures : Path, optional
        A folder with the data set's pictures, where they are not with the annotations.
    of : str, optional
        Which of several data sets is meant.

    Raises
    ------
    FormatError
        ``no-pictures``; ``several-datasets``; what reading a list of prompts and a data set raise.
    """
    if prompts is not None:
        root = Path(sources[0]) if len(sources) == 1 and Path(sources[0]).is_dir() else prompts.parent
        return _listed(read_prompts(prompts), root)
    if len(sources) == 1 and (found := _data_set(Path(sources[0]), pictures, of)):
        return found
    return Collected(pictures_of(sources))


def pictures_of(sources: Sequence[str]) -> list[Task]:
    """Find pictures: of folders (without the masks and label maps in them), patterns, or as they are named.

    Raises
    ------
    FormatError
        ``no-pictures``.
    """
    files = [file for source in sources for file in _pictures_in(source)]
    if not files:
        raise FormatError("no-pictures", "There is no picture in what was given.", "Give a folder, pictures or a pattern.")
    return [Task(place, str(file)) for place, file in _places(files)]


def _pictures_in(source: str) -> Iterable[Path]:
    path = Path(source)
    if path.is_dir():
        return [path / file.path for file in sorted_out(folder_listing(path), Budget()).pictures]
    if path.exists():
        return [path]
    return sorted(Path(one) for one in glob.glob(source, recursive=True) if is_picture(one) and Path(one).is_file())


def _places(files: Iterable[Path]) -> Iterable[tuple[str, Path]]:
    """Give each file its place among the others: its path from the folder that all are in."""
    absolute = {Path(os.path.abspath(file)): file for file in files}  # not resolved: a link has the name that was given
    root = Path(os.path.commonpath([one.parent for one in absolute]))
    return [(one.relative_to(root).as_posix(), file) for one, file in sorted(absolute.items())]


def _listed(listed: Mapping[str, Sequence[Listed]], root: Path) -> Collected:
    names = dict.fromkeys(one.category for objects in listed.values() for one in objects if one.category)
    ids = {name: number for number, name in enumerate(names, 1)}
    categories = tuple(Category(id, name, palette_color(id - 1)) for name, id in ids.items())
    tasks = []
    for picture, objects in listed.items():
        wanted = tuple(Wanted(one.selection, ids.get(one.category), one.name) for one in objects)
        tasks.append(Task(_place_of(picture), str(root / picture), wanted))
    return Collected(tasks, categories)


def _place_of(picture: str) -> str:
    path = PurePosixPath(picture.replace("\\", "/"))
    return path.name if path.is_absolute() or ".." in path.parts or path.drive else path.as_posix()


def _data_set(source: Path, pictures: Path | None, of: str | None) -> Collected | None:
    """Read a data set; None where there is none, and the source is pictures alone."""
    if not source.exists() or (source.is_file() and is_picture(source.name)):
        return None
    with ExitStack() as opened:
        listing = listing_of(source, opened)
        if source.is_dir() and not of and not any(sorted_out(listing, Budget()).annotations.values()):
            return None
        return _asked_of(read_source(listing, pictures, of=of))


def _asked_of(incoming: Incoming) -> Collected:
    tasks, problems = [], list(incoming.problems)
    for picture in incoming.dataset.pictures:
        if isinstance(picture.open, OnDisk):
            tasks.append(Task(picture.path, str(picture.open.path), _wanted(picture)))
        else:
            message = f"The file of {quoted(picture.path)} lies in an archive, or is not there."
            problems.append(Problem(picture.path, "picture-not-on-disk", message, "Unpack it, or say where with --pictures."))
    without_problems = replace(incoming, problems=())
    return Collected(tasks, incoming.dataset.categories, problems, said_of(without_problems))


def _wanted(picture: DatasetPicture) -> tuple[Wanted, ...]:
    objects = picture.annotations.instances
    return tuple(Wanted(prompt, one.category, one.name) for one in objects if (prompt := _prompt(one)) is not None)


def _prompt(one: Instance) -> Selection | None:
    """Give what the model was asked for an object; of one that came from no model, the box around it."""
    if one.prompts.points or one.prompts.box:
        points = tuple(replace(point, refines=None) for point in one.prompts.points)
        return Selection(points=points, box=one.prompts.box)
    if not len(one.outline.vertices):
        return None
    (x0, y0), (x1, y1) = one.outline.vertices.min(axis=0).tolist(), one.outline.vertices.max(axis=0).tolist()
    return Selection(box=(x0, y0, x1, y1))
