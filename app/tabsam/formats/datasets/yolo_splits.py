"""Which split a picture of a YOLO data set is in, as its ``data.yaml`` says: by folders of pictures, or by lists of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from posixpath import dirname

from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.datasets.places import relative_path
from tabsam.formats.yolo_config import Config


@dataclass
class _Split:
    """Where the pictures of a split are, from the folder that ``data.yaml`` is in.

    Attributes
    ----------
    folders : set of str
    ends : tuple of str
        Whole paths on somebody's machine, each with "/" before it: any end of them may be a folder here.
    stems : set of str
        Pictures of its lists.
    whole : set of str
        Pictures with whole paths, from the last folder "images" on.
    """

    folders: set[str] = field(default_factory=set)
    ends: tuple[str, ...] = ()
    stems: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    def nearness(self, stem: str) -> int:
        """Tell how closely a picture is named: 0 for not at all; by a list more than by any folder."""
        if stem in self.stems or _from_images(stem) in self.whole:
            return len(stem) + 1
        parts = stem.split("/")[:-1]
        for count in range(len(parts), 0, -1):
            folder = "/".join(parts[:count])
            if folder in self.folders or any(end.endswith(f"/{folder}") for end in self.ends):
                return len(folder)
        return 0


@dataclass
class YoloSplits:
    """The splits of one ``data.yaml``."""

    splits: dict[str, _Split]

    @classmethod
    def of(cls, config: Config, lines_of: Callable[[str], Iterable[str] | None]) -> YoloSplits:
        """Take in what it says.

        Parameters
        ----------
        lines_of : callable
            Gives the lines of a list at a path from the file's own folder; None where there is none.
        """
        splits: dict[str, _Split] = {}
        for name, paths in config.splits.items():
            split = splits[name] = _Split()
            for path in paths:
                if path.startswith("/") or path[1:2] == ":":
                    split.ends += (f"/{path.strip('/')}",)
                    continue
                places = {_plain(path), _plain(f"{config.root}/{path}") if config.root else _plain(path)}
                if not path.lower().endswith(".txt"):
                    split.folders |= places
                    continue
                for place in places:
                    _take_list(split, dirname(place), lines_of(place) or ())
        return cls(splits)

    def of_picture(self, stem: str) -> str:
        """Tell a picture's split, by its path without ending; empty where none is named, or several are alike."""
        nearness = {name: near for name, split in self.splits.items() if (near := split.nearness(stem))}
        best = [name for name, near in nearness.items() if near == max(nearness.values())]
        return best[0] if len(best) == 1 else ""


def _take_list(split: _Split, folder: str, lines: Iterable[str]) -> None:
    for line in lines:
        path = line.strip().replace("\\", "/")
        if not path:
            continue
        if path.startswith("/") or path[1:2] == ":":
            split.whole.add(_from_images(stem_path(path)))
        else:
            # Beside the list, or, as darknet has it, from the data set's own folder.
            split.stems |= {stem_path(_plain(path)), stem_path(_plain(f"{folder}/{path}"))}


def _plain(path: str) -> str:
    """Tidy a path up; ``../`` leads to where the data set was unpacked beside others."""
    return relative_path(path).strip("/")


def _from_images(stem: str) -> str:
    _, folder, rest = stem.rpartition("/images/")
    return f"images/{rest}" if folder else stem.rpartition("/")[2] if stem.startswith("/") else stem
