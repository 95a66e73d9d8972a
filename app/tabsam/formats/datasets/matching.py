"""Which picture is meant: by its relative path first, by its name second; what is not clear is asked about, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote

from tabsam.arrays import Size
from tabsam.formats.datasets.dataset import Opener
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.shared.picture_names import key_of


@dataclass(frozen=True)
class PictureFile:
    """A picture that annotations may belong to.

    Attributes
    ----------
    path : str
    open : callable or None
        Gives its file; where it is None the size must be given.
    image_size : (height, width) or None
        Upright, in pixels; None where it has to be looked up in the file.
    """

    path: str
    open: Opener | None = None
    image_size: Size | None = None


@dataclass(frozen=True)
class Reference:
    """How a data set names a picture.

    Attributes
    ----------
    paths : tuple of str
        Where the picture may lie, likeliest first.
    stems : tuple of str
        The same without endings, where the format does not say these.
    file : str
        Which file says so.
    either : tuple of str
        Instead of these: paths of several pictures, of which the file does not say which one it is.
    """

    file: str
    paths: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a person is asked about."""
        return " / ".join(self.either) or (self.paths or self.stems)[0]


@dataclass(frozen=True)
class Question:
    """What has to be asked, since the data set does not say it.

    Attributes
    ----------
    kind : {"missing", "ambiguous", "shared", "several"}
        There is no such picture; there are several, or several that go by that name; the only one has the name, but the data set
        has another of that name, too; the files hold data sets of several formats.
    reference : str
        How the data set names the picture; empty for "several".
    file : str
        Which file names it.
    choices : tuple of str
        The pictures' paths, or the formats.
    """

    kind: Literal["missing", "ambiguous", "shared", "several"]
    reference: str
    file: str
    choices: tuple[str, ...] = ()


@dataclass
class Matcher:
    """Finds pictures by references, of those that were given and those that the data set brings."""

    answers: Mapping[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pictures: dict[str, PictureFile] = {}
        self._by_path: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._by_stem: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._by_name: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._by_name_stem: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._meant: defaultdict[str, dict[str, Reference]] = defaultdict(dict)

    def add(self, picture: PictureFile, also: Iterable[str] = ()) -> None:
        """Add a picture; ``also`` are other paths that it has."""
        path = picture.path
        self._pictures[path] = picture
        for one in (path, *also):
            self._by_path[key_of(one)][path] = one
            self._by_stem[key_of(stem_path(one))][path] = stem_path(one)
            name = PurePosixPath(one).name
            self._by_name[_name_key(name)][path] = one
            self._by_name_stem[_name_key(stem_path(name))][path] = stem_path(one)

    def match(self, reference: Reference) -> PictureFile | Question | None:
        """Find the picture; None where a person has said that there is none."""
        if reference.name in self.answers:
            path = self.answers[reference.name]
            return None if path is None else self._pictures.get(path) or Question("missing", reference.name, reference.file)
        if reference.either:
            each = [self.match(Reference(reference.file, (path,))) for path in reference.either]
            return self._ambiguous(reference, [one.path for one in each if isinstance(one, PictureFile)])
        choices: dict[str, str] = {}
        for index, wanted in ((self._by_path, reference.paths), (self._by_stem, reference.stems)):
            for one in wanted:
                choices = index.get(key_of(one), {})
                found = _only(choices, [path for path, own in choices.items() if own == one])
                if found or choices:
                    return self._pictures[found] if found else self._ambiguous(reference, choices)
        for index, wanted in ((self._by_name, reference.paths), (self._by_name_stem, reference.stems)):
            for one in wanted[-1:]:
                choices = index.get(_name_key(PurePosixPath(one).name), {})
                found = _only(choices, [path for path, own in choices.items() if any(_ends_with(own, each) for each in wanted)])
                if found or choices:
                    return self._pictures[found] if found else self._ambiguous(reference, choices)
        return Question("missing", reference.name, reference.file)

    def doubts(self, reference: Reference, picture: PictureFile) -> list[Question]:
        """Ask about pictures that the data set tells apart by their folders, when this one alone has the name of all of them."""
        meant = self._meant[picture.path]
        meant[reference.name] = reference
        if not any(_in_other_folders(reference.name, other) for other in meant):
            return []
        unclear = [one for one in meant.values() if one.name not in self.answers and not self._is_at(one, picture.path)]
        return [Question("shared", one.name, one.file, (picture.path,)) for one in unclear]

    def _is_at(self, reference: Reference, path: str) -> bool:
        """Tell whether a picture lies where a reference says."""
        indices = (self._by_path, reference.paths), (self._by_stem, reference.stems)
        return any(path in index.get(key_of(one), {}) for index, wanted in indices for one in wanted)

    def _ambiguous(self, reference: Reference, choices: Collection[str]) -> Question:
        kind: Literal["missing", "ambiguous"] = "ambiguous" if choices else "missing"
        return Question(kind, reference.name, reference.file, tuple(sorted(choices)))


def _name_key(name: str) -> str:
    """Give what two names have in common that are one on some system, or in a URL."""
    return key_of(unquote(name))


def _only(choices: Mapping[str, str], better: list[str]) -> str | None:
    """Give the one choice that there is, or the one better one of several."""
    if len(choices) == 1:
        return next(iter(choices))
    return better[0] if len(better) == 1 else None


def _in_other_folders(one: str, other: str) -> bool:
    """Tell whether two paths cannot be the same one, of which one is given from some folder on."""
    shorter, longer = sorted((key_of(one), key_of(other)), key=len)
    return not ("/" + longer).endswith("/" + shorter)


def _ends_with(one: str, other: str) -> bool:
    """Tell whether one of two paths is the other within some folder: at least a folder's name and the file's are the same."""
    shorter, longer = sorted((key_of(one), key_of(other)), key=len)
    return "/" in shorter and longer.endswith("/" + shorter)
