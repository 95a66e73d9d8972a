"""A data set on its way in: found among files, matched to pictures, with one class list; what is unclear is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category
from tabsam.errors import FormatError, TabsamError
from tabsam.formats.datasets import layout
from tabsam.formats.datasets.archived import read_projects
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture, outcome_of, with_one_class_list
from tabsam.formats.datasets.listing import Budget, Listing, Problem
from tabsam.formats.datasets.matching import Matcher, PictureFile, Question, Reference
from tabsam.formats.datasets.places import within, without_split
from tabsam.formats.datasets.projects import PICTURES
from tabsam.formats.datasets.readers import entries
from tabsam.formats.datasets.sorting import sorted_out
from tabsam.formats.datasets.sources import Entry, Sources
from tabsam.formats.merging import merge
from tabsam.formats.shared.imported import Imported, OtherSizeError, about_boxes, other_size, quoted
from tabsam.formats.shared.picture_names import key_of
from tabsam.formats.shared.turning import turned
from tabsam.formats.shared.writing import size_text
from tabsam.formats.tools.table import TOOLS
from tabsam.model.image import size_of
from tabsam.pictures.orientation import orientation_in


@dataclass(frozen=True)
class Incoming:
    """What a listing gave.

    Attributes
    ----------
    dataset : Dataset
        The given pictures that something belongs to, and all pictures that the listing brings, with the objects of each. A path
        that a given picture has is that picture; others are new.
    formats : tuple of str
        Which formats there are data sets of.
    questions : tuple of Question
        What has to be asked before the rest can be taken: read again, with the answers.
    problems : tuple of Problem
        Files and pictures of which nothing, or not all, was taken, and why.
    left_out : dict
        Sentences about what of a picture's annotations was left out or changed, by its path.
    passed_over : int
        How many files are neither pictures nor annotations.
    """

    dataset: Dataset
    formats: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passed_over: int = 0

    @property
    def about_others(self) -> list[str]:
        """A sentence about files that are nothing of a data set, where there are some."""
        if not self.passed_over:
            return []
        return ["One other file was left out." if self.passed_over == 1 else f"{self.passed_over:,} other files were left out."]


def steps(
    listing: Listing,
    pictures: Iterable[PictureFile] = (),
    *,
    categories: tuple[Category, ...] = (),
    answers: Mapping[str, str | None] | None = None,
    format: str | None = None,
    budget: Budget | None = None,
) -> Generator[str, None, Incoming]:
    """Read a data set step by step, so that others may have their turn, or it is given up; give it at the end.

    Each step is one file of annotations, or one picture that there are none of; its path is given.

    Parameters
    ----------
    listing : Listing
        A folder's or an archive's files.
    pictures : iterable of PictureFile
        Those that there are already.
    categories : tuple of Category
        The classes that there are already; those of the data set are matched to them by name.
    answers : dict, optional
        To questions: the path of the picture that a reference means, or None for none.
    format : str, optional
        Which of several data sets is meant, where the files hold some of different formats.

    Raises
    ------
    FormatError
        ``no-dataset`` when there is neither a picture nor a file of annotations.
    """
    budget = budget or Budget()
    sources = Sources(sorted_out(listing, budget), budget)
    formats = tuple(sorted(name for name, files in sources.files.annotations.items() if files))
    problems = sources.files.problems
    if not formats and not sources.files.pictures and not problems:
        hint = "Choose a folder or a zip with pictures, or with COCO, YOLO, VOC or LabelMe files, masks or projects."
        raise FormatError("no-dataset", "There is no data set in these files.", hint)
    chosen = format or (formats[0] if len(formats) == 1 else None)
    if chosen is None and formats:
        several = Question("several", "", "", formats)
        return Incoming(Dataset((), categories), formats, (several,), tuple(problems))
    sources.problems = problems
    reading = _Reading(sources, Matcher(answers or {}), chosen or "")
    reading.offer(pictures, listing)
    yield from reading.go_through()
    return reading.incoming(categories, formats)


def read(
    listing: Listing,
    pictures: Iterable[PictureFile] = (),
    *,
    categories: tuple[Category, ...] = (),
    answers: Mapping[str, str | None] | None = None,
    format: str | None = None,
    budget: Budget | None = None,
) -> Incoming:
    """Read a data set in one go; what it takes, gives and raises is said at :func:`steps`."""
    going = steps(listing, pictures, categories=categories, answers=answers, format=format, budget=budget)
    return outcome_of(going)


class _Reading:
    """One reading of one data set."""

    def __init__(self, sources: Sources, matcher: Matcher, format: str) -> None:
        self._sources = sources
        self._matcher = matcher
        self._format = format
        self._projects: list[DatasetPicture] = []
        self._brought: dict[str, PictureFile] = {}
        self._found: dict[str, DatasetPicture] = {}
        self._left_out: dict[str, tuple[str, ...]] = {}
        self._questions: dict[Question, None] = {}
        self._sizes: dict[str, Size | None] = {}
        self._bytes: dict[str, int] = {}

    def offer(self, given: Iterable[PictureFile], listing: Listing) -> None:
        """Offer the pictures that there are, and those that the listing brings."""
        own = {one.path: one for one in given}
        by_key = {key_of(path): path for path in own}
        also: dict[str, set[str]] = {path: set() for path in own}
        for picture, raw in self._pictures_in(listing):
            # As the data set has it, or as it lies there: a folder of pictures may have been there before its annotations.
            known = own.get(picture.path) or own.get(by_key.get(key_of(picture.path), "")) or own.get(raw)
            if known is None:
                self._brought.setdefault(picture.path, picture)
            elif known.open is None:
                own[known.path] = replace(known, open=picture.open)
            also.setdefault(known.path if known else picture.path, set()).add(raw)
        for one in (*own.values(), *self._brought.values()):
            self._matcher.add(one, also[one.path])

    def _pictures_in(self, listing: Listing) -> Iterator[tuple[PictureFile, str]]:
        if self._format == "tabsam":
            self._projects = read_projects(self._sources, {file.path: file for file in listing.files})
            for one in self._projects:
                if one.open is not None:
                    yield PictureFile(one.path, one.open, one.image_size), one.path
        files = self._sources.files.pictures
        for file, path in zip(files, _relative_paths([file.path for file in files], self._format), strict=True):
            self._bytes[path] = file.size
            yield PictureFile(path, file.open), file.path

    def go_through(self) -> Iterator[str]:
        """Read every picture's annotations, one after the other, and give the paths of what has been read."""
        for entry in self._entries():
            match = self._matcher.match(entry.reference)
            if isinstance(match, Question):
                self._questions[match] = None
            elif match is not None:
                self._questions |= dict.fromkeys(self._matcher.doubts(entry.reference, match))
                self._take(entry, match)
            yield entry.reference.file
        for picture in self._brought.values():
            size = self._size_of(picture)
            if size is not None and picture.path not in self._found:
                self._keep(picture, Annotations(PurePosixPath(picture.path).name, size), "")
                yield picture.path

    def _entries(self) -> Iterator[Entry]:
        if self._format == "tabsam":
            for one in self._projects:
                yield Entry(Reference(one.path, (one.path,)), partial(_as_imported, one.annotations), one.split)
        elif self._format:
            yield from entries(self._sources, self._format)

    def _take(self, entry: Entry, picture: PictureFile) -> None:
        size = self._size_of(picture)
        if size is None:
            return
        name = PurePosixPath(picture.path).name
        try:
            try:
                read = entry.read(size, name)
            except OtherSizeError as error:
                if error.theirs != size[::-1]:
                    raise
                read = turned(entry.read(error.theirs, name), _orientation_in_file(picture))
        except OtherSizeError as error:
            file = quoted(entry.reference.file)
            message = f"In {file} this picture has {size_text(error.theirs)} pixels; it has {size_text(error.ours)}."
            hint = "Look whether it is another picture of that name, or was made smaller or larger since."
            self._sources.problems.append(Problem(picture.path, error.code, message, hint))
        except TabsamError as error:
            self._sources.problems.append(Problem.of(entry.reference.file, error))
        else:
            self._keep(picture, read.annotations, entry.split)
            said = (*read.left_out, *about_boxes(read.annotations))
            if said:
                self._left_out[picture.path] = (*self._left_out.get(picture.path, ()), *said)

    def _keep(self, picture: PictureFile, annotations: Annotations, split: str) -> None:
        before = self._found.get(picture.path)
        if before is not None:
            annotations = merge(before.annotations, annotations)
            split = before.split or split
        size = self._bytes.get(picture.path)
        self._found[picture.path] = DatasetPicture(picture.path, annotations, picture.open, split, size)

    def _size_of(self, picture: PictureFile) -> Size | None:
        """Give a picture's size, of which it is put down once if it cannot be had."""
        if picture.image_size is not None:
            return picture.image_size
        if picture.path not in self._sizes:
            self._sizes[picture.path] = None
            try:
                self._sizes[picture.path] = _size_in_file(picture)
            except TabsamError as error:
                self._sources.problems.append(Problem.of(picture.path, error))
        return self._sizes[picture.path]

    def incoming(self, categories: tuple[Category, ...], formats: tuple[str, ...]) -> Incoming:
        """Give all that was found, with one class list."""
        return Incoming(
            with_one_class_list(self._found.values(), categories),
            formats,
            tuple(self._questions),
            tuple(self._sources.problems),
            self._left_out,
            self._sources.files.passed_over,
        )


def _relative_paths(paths: list[str], format: str) -> list[str]:
    """Give where each picture lies in the data set, without the format's own folders; two that would be one keep theirs."""
    own = {"voc": layout.VOC_PICTURES, "tabsam": PICTURES} | {one.name: one.pictures for one in TOOLS.values() if one.pictures}
    folder = own.get(format, layout.IMAGES).rstrip("/").rpartition("/")[2]
    relative = []
    for path in paths:
        parted = within(path, folder, last=format == "yolo")
        inner = parted[1] if parted else path
        relative.append(without_split(inner)[0] if parted and format == "yolo" else inner)
    times = Counter(map(key_of, relative))
    return [path if times[key_of(inner)] > 1 else inner for path, inner in zip(paths, relative, strict=True)]


def _as_imported(annotations: Annotations, size: Size, name: str) -> Imported:
    if annotations.image_size != size:
        other_size(annotations.image_size, size)
    return Imported(replace(annotations, picture=name))


def _orientation_in_file(picture: PictureFile) -> int:
    """Read which way a picture lies; 1 where that cannot be had, which is no reason to leave its objects out."""
    try:
        if picture.open is None:
            return 1
        with picture.open() as stream:
            return orientation_in(stream)
    except Exception:  # noqa: BLE001  # as listing.beginning has it
        return 1


def _size_in_file(picture: PictureFile) -> Size:
    try:
        if picture.open is None:
            raise FormatError("picture-unreadable", f"The size of {quoted(picture.path)} is not known.", "Open it first.")
        with picture.open() as stream:
            return size_of(stream)
    except TabsamError:
        raise
    except Exception as error:  # as listing.beginning has it
        message = f"The picture {quoted(picture.path)} cannot be read."
        raise FormatError("picture-unreadable", message, "Look whether it is still there.", details=repr(error)) from error
