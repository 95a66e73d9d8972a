"""What the readers of a data set's files share: bytes within the budget, what values and classes mean, and where a file lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar, cast

from tabsam.arrays import Size
from tabsam.errors import TabsamError
from tabsam.formats.datasets import layout
from tabsam.formats.datasets.listing import Budget, ListedFile, Problem, contents
from tabsam.formats.datasets.matching import Reference
from tabsam.formats.datasets.sorting import Sorted
from tabsam.formats.datasets.yolo_splits import YoloSplits
from tabsam.formats.mask_reading import Color
from tabsam.formats.shared.imported import Imported
from tabsam.formats.shared.parsing import text_of
from tabsam.formats.yolo_config import read_config

Read = TypeVar("Read")


@dataclass(frozen=True)
class Entry:
    """A picture's annotations in a data set, not read yet.

    Attributes
    ----------
    reference : Reference
        Which picture.
    read : callable
        Gives the annotations of the picture of a size and a name.
    split : str
        One of SPLITS, or empty.
    """

    reference: Reference
    read: Callable[[Size, str], Imported]
    split: str = ""


@dataclass
class Sources:
    """The files of a data set; what is wrong with one of them is put down in ``problems``, and the others are gone on with."""

    files: Sorted
    budget: Budget
    problems: list[Problem] = field(default_factory=list)
    _parsed: dict[str, object] = field(default_factory=dict)
    _splits: dict[str, YoloSplits] = field(default_factory=dict)

    def bytes_of(self, file: ListedFile) -> bytes:
        """Read a file of annotations; raises FormatError where it cannot be read or is too large."""
        return contents(file, self.budget)

    def helper(self, path: str, parse: Callable[[bytes], Read]) -> Read | None:
        """Read a file that says what others mean, once; None where there is none, or it is damaged, which is put down."""
        if path not in self._parsed:
            self._parsed[path] = None
            if path in self.files.helpers:
                try:
                    self._parsed[path] = parse(self.bytes_of(self.files.helpers[path]))
                except TabsamError as error:
                    self.problems.append(Problem.of(path, error))
        return cast("Read | None", self._parsed[path])

    def voc_classes(self, root: str) -> list[str]:
        """Give the names of VOC's values from 1; CVAT writes them with their colours, others one a line."""
        plain = self.helper(root + layout.VOC_CLASSES_FILE, _names)
        names = plain or [name for name, _ in self._colored(root)]
        return names[1:] if names[:1] in (["background"], ["_background_"], ["__background__"]) else names

    def voc_colors(self, root: str) -> dict[Color, int]:
        """Give the numbers of VOC's values by the colours that CVAT's ``labelmap.txt`` has for them; 0 for the background's."""
        names = self.voc_classes(root)
        numbers = {name: number for number, name in enumerate(names, 1)}
        return {color: numbers.get(name, 0) for name, color in self._colored(root) if color is not None}

    def _colored(self, root: str) -> list[tuple[str, Color | None]]:
        return self.helper(f"{root}labelmap.txt", _named_colors) or []

    def yolo_classes(self, path: str) -> Sequence[str]:
        """Give the names of the numbers in a label file, from the nearest ``data.yaml`` above it, else ``classes.txt``."""
        folders = [f"{folder}/".removeprefix("./") for folder in PurePosixPath(path).parents]
        for folder in folders:
            for config in self._configs().get(folder, ()):
                read = self.helper(config, read_config)
                if read and read.names:
                    return read.names
        return next((names for one in folders if (names := self.helper(one + layout.CLASSES_FILE, _names))), ())

    def yolo_split(self, stem: str) -> str:
        """Give the split of a picture, by its path without ending, as the nearest ``data.yaml`` above it says; else empty."""
        for folder in (f"{parent}/".removeprefix("./") for parent in PurePosixPath(stem).parents):
            for config in self._configs().get(folder, ()):
                read = self.helper(config, read_config)
                if read is None or not read.splits:
                    continue
                if config not in self._splits:
                    lines_of = partial(self._lines_of, folder)
                    self._splits[config] = YoloSplits.of(read, lines_of)
                if split := self._splits[config].of_picture(stem.removeprefix(folder)):
                    return split
        return ""

    def _lines_of(self, folder: str, path: str) -> list[str] | None:
        return self.helper(f"{folder}{path}", _names)

    def _configs(self) -> dict[str, list[str]]:
        """Give the paths of YAML files by their folders."""
        if "" not in self._parsed:
            configs: dict[str, list[str]] = {}
            for path in self.files.helpers:
                if path.lower().endswith((".yaml", ".yml")):
                    configs.setdefault(f"{PurePosixPath(path).parent}/".removeprefix("./"), []).append(path)
            self._parsed[""] = configs
        return cast("dict[str, list[str]]", self._parsed[""])


def _named_colors(data: bytes) -> list[tuple[str, Color | None]]:
    """Read lines of a name, a colour and more, with colons between."""
    named: list[tuple[str, Color | None]] = []
    for line in _names(data):
        if line[0] == "#":
            continue
        name, _, rest = line.partition(":")
        numbers = rest.split(":")[0].split(",")
        sound = len(numbers) == 3 and all(number.strip().isdecimal() and int(number) < 256 for number in numbers)
        named.append((name, (int(numbers[0]), int(numbers[1]), int(numbers[2])) if sound else None))
    return named


def _names(data: bytes) -> list[str]:
    # Not read_classes: a name that comes again has a number nevertheless.
    return [line.strip() for line in text_of(data).splitlines() if line.strip()]
