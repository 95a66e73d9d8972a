"""Pictures whose objects are known, found: in folders of pictures and masks that go by the same names, or in a data set."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tabsam.document.annotations import Annotations
from tabsam.errors import EvaluationError
from tabsam.evaluation.known import Truth
from tabsam.formats.datasets.converting import listing_of, read_source, said_of
from tabsam.formats.datasets.dataset import Opener
from tabsam.formats.datasets.layout import MASK_NAME
from tabsam.formats.datasets.listing import Budget, ListedFile, Listing
from tabsam.formats.datasets.matching import Matcher, PictureFile, Reference
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.datasets.sorting import is_picture, sorted_out
from tabsam.formats.shared.imported import counted_sentence

_LAYOUTS = (("JPEGImages", "Annotations"), ("images", "masks"))
"""Folders of pictures and of their masks within one: DAVIS', and what most people make."""

_MASK_ENDS = ("_mask", "-mask", ".mask", "_gt", "_seg", "_segmentation", "_matte")
"""What people add to a picture's name for its mask's."""

_MOST_NAMED = 5


@dataclass(frozen=True)
class KnownPicture:
    """A picture, and what is known of it, both still to be read.

    Attributes
    ----------
    path : str
        Where it lies in its folder, or in the data set.
    open : callable
        Opens the picture's file.
    known_by : Annotations, or callable
        The callable opens the file of its mask or label map.
    """

    path: str
    open: Opener
    known_by: Annotations | Opener

    def picture(self) -> bytes:
        """Read the picture's file."""
        with self.open() as stream:
            return stream.read()

    def truth(self) -> Truth:
        """Read what it is known by."""
        if isinstance(self.known_by, Annotations):
            return self.known_by
        with self.known_by() as stream:
            return stream.read()


@dataclass(frozen=True)
class Material:
    """What there is to evaluate on.

    Attributes
    ----------
    pictures : tuple of KnownPicture
        In the order of their paths.
    said : tuple of str
        Sentences on what was left out.
    """

    pictures: tuple[KnownPicture, ...]
    said: tuple[str, ...] = ()

    def some(self, count: int | None) -> Material:
        """Give at most so many of the pictures, evenly from all of them."""
        if count is None or count >= len(self.pictures):
            return self
        step = len(self.pictures) / max(1, count)
        chosen = tuple(self.pictures[int(place * step)] for place in range(count))
        said = f"{len(chosen):,} of {len(self.pictures):,} pictures are asked about, evenly from all."
        return Material(chosen, (*self.said, said))


def find_material(source: Path, truth: Path | None, opened: ExitStack, *, of: str | None = None) -> Material:
    """Find pictures whose objects are known.

    Parameters
    ----------
    source : Path
        With ``truth``, the folder of pictures. Without, a data set (a folder, a zip or a project, in any format that tabsam
        reads), or a folder with pictures and masks in DAVIS' layout (``JPEGImages/``, ``Annotations/``), or in ``images/`` and
        ``masks/``.
    truth : Path, optional
        A folder of masks or label maps that have their pictures' names; or a file, a folder or an archive of annotations.
    opened : ExitStack
        An archive is open as long as it is.
    of : str, optional
        Which format to read, where there are several.

    Raises
    ------
    EvaluationError
        ``no-truth`` when of no picture anything is known.
    FormatError
        What reading a data set raises.
    OSError
    """
    if truth is None:
        for pictures, masks in _LAYOUTS:
            if of is None and _is_layout(source, pictures, masks):
                return _checked(_matched(listing_of(source / pictures, opened), listing_of(source / masks, opened)))
        return _checked(_of_data_set(listing_of(source, opened), None, of))
    listing = listing_of(truth, opened)
    if of is None and not any(sorted_out(listing, Budget()).annotations.values()):
        return _checked(_matched(listing_of(source, opened), listing))
    return _checked(_of_data_set(listing, source, of))


def _is_layout(source: Path, pictures: str, masks: str) -> bool:
    if not (source / pictures).is_dir():
        return False
    files = [file for file in (source / masks).rglob("*") if is_picture(file.name)]
    return bool(files) and not all(MASK_NAME.search(file.name) for file in files)


def _matched(pictures: Listing, masks: Listing) -> Material:
    """Find each mask's picture, by its path without ending, else by its name."""
    matcher = Matcher()
    for file in _pictures(pictures):
        matcher.add(PictureFile(file.path, file.open))
    found: dict[str, KnownPicture] = {}
    lost = []
    for mask in _pictures(masks):
        stem = stem_path(mask.path)
        match = matcher.match(Reference(mask.path, stems=(stem, *_without_ends(stem))))
        if isinstance(match, PictureFile) and match.open is not None and match.path not in found:
            found[match.path] = KnownPicture(match.path, match.open, mask.open)
        else:
            lost.append(mask.path)
    without = [file.path for file in _pictures(pictures) if file.path not in found]
    said = (
        *_named(
            lost,
            "One mask fits no picture that is still without",
            "{n} masks fit no picture that is still without",
        ),
        *_named(without, "One picture has no mask", "{n} pictures have no mask"),
    )
    return Material(tuple(found[path] for path in sorted(found)), said)


def _without_ends(stem: str) -> Iterable[str]:
    return (stem.removesuffix(end) for end in _MASK_ENDS if stem.endswith(end))


def _pictures(listing: Listing) -> list[ListedFile]:
    return [file for file in listing.files if is_picture(file.path)]


def _of_data_set(listing: Listing, pictures: Path | None, of: str | None) -> Material:
    incoming = read_source(listing, pictures, of=of)
    with_objects = [one for one in incoming.dataset.pictures if one.annotations.instances]
    found = [KnownPicture(one.path, one.open, one.annotations) for one in with_objects if one.open is not None]
    missing = [one.path for one in with_objects if one.open is None]
    said = (*said_of(incoming), *_named(missing, "One picture's file is not there", "{n} pictures' files are not there"))
    return Material(tuple(sorted(found, key=lambda one: one.path)), said)


def _named(paths: list[str], one: str, many: str) -> list[str]:
    """Say how many there are, and what the first are called."""
    sentence = counted_sentence(len(paths), one, many)
    if not sentence:
        return []
    names = [PurePosixPath(path).as_posix() for path in paths[:_MOST_NAMED]]
    return [f"{sentence}: {', '.join(names)}{' ...' if len(paths) > _MOST_NAMED else '.'}"]


def _checked(material: Material) -> Material:
    if material.pictures:
        return material
    raise EvaluationError(
        "no-truth",
        "There is no picture whose objects are known.",
        "Give a folder of masks that have their pictures' names, or a data set (docs/measuring.md).",
        details="\n".join(material.said),
    )
