"""The list of what the model learns from (sources.toml), read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from tabsam_training.errors import TrainingError

LIST = Path(__file__).with_name("sources.toml")

Kind = Literal["coco", "yolo", "trimap", "masks"]


@dataclass(frozen=True)
class Source:
    """A repository that something is taken from.

    Attributes
    ----------
    id : str
        Names its folder, and what is packed from it.
    repository : str
        ``owner/name`` on GitHub.
    licence, stated : str
        Of the data, and where it says so.
    commit : str
        The state that was used, where it is known; else the newest is taken.
    """

    id: str
    repository: str
    licence: str
    stated: str
    commit: str = ""


@dataclass(frozen=True)
class Photos(Source):
    """Photos with masks.

    Attributes
    ----------
    kind : str
        ``coco`` (polygons or run lengths in JSON), ``yolo`` (polygons in text files), ``trimap`` (1 animal, 2 ground, 3
        border), ``masks`` (a file for each thing).
    under : str
        The folder that counts; all where it is empty.
    most : int
        No more photos than this.
    weight, weight_many : float
        How often a photo is drawn, and one with more than two things; the same where the latter is 0.
    whole : float
        How often its things are asked for; see :class:`tabsam_training.data.layout.PackedPhoto`.
    nested : bool
        Whether its things are parts of each other.
    per_picture : bool
        Whether each picture has a licence of its own, of which only the permissive ones count (COCO).
    """

    kind: Kind = "coco"
    under: str = ""
    most: int = 1000
    weight: float = 1.0
    weight_many: float = 0.0
    whole: float = 1.0
    nested: bool = False
    per_picture: bool = False

    def weight_of(self, things: int) -> float:
        """How often a photo with so many things is drawn."""
        return self.weight_many if self.weight_many and things > 2 else self.weight


@dataclass(frozen=True)
class Files(Source):
    """Pictures without masks: cut-outs and backgrounds.

    Attributes
    ----------
    pattern : str
        Which files, from the repository's root.
    without : tuple of str
        Texts that a file's path may not contain.
    most : int
    on_white : bool
        Whether the thing is to be cut from a white ground first.
    """

    pattern: str = "**/*.png"
    without: tuple[str, ...] = ()
    most: int = 1000
    on_white: bool = False


@dataclass(frozen=True)
class HeldOut(Source):
    """Pictures with masks that are never trained on.

    Attributes
    ----------
    images, masks : str
        The pattern of the pictures' paths, and how to make a mask's path of one (``old=new``, several parted by ``;``).
    above : int
        Mask values above it are the object.
    void : int
        The mask value that is not counted; none where it is negative.
    every : int
        Every so-manieth picture.
    """

    images: str = ""
    masks: str = ""
    above: int = 127
    void: int = -1
    every: int = 1


@dataclass(frozen=True)
class Sources:
    """All of the list."""

    photos: tuple[Photos, ...]
    cutouts: tuple[Files, ...]
    backgrounds: tuple[Files, ...]
    held_out: tuple[HeldOut, ...]

    def repositories(self) -> dict[str, str]:
        """Give each repository with the commit that is asked for, or an empty text."""
        every: list[Source] = [*self.photos, *self.cutouts, *self.backgrounds, *self.held_out]
        return {source.repository: source.commit for source in every}


S = TypeVar("S", bound=Source)


def read_sources(path: Path = LIST) -> Sources:
    """Read the list.

    Raises
    ------
    TrainingError
        ``sources-wrong``: an entry that lacks something, or has a key that means nothing.
    """
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    return Sources(
        photos=_entries(stored, "photos", Photos),
        cutouts=_entries(stored, "cutouts", Files),
        backgrounds=_entries(stored, "backgrounds", Files),
        held_out=_entries(stored, "held_out", HeldOut),
    )


def _entries(stored: Mapping[str, Any], key: str, kind: type[S]) -> tuple[S, ...]:
    made = []
    for entry in stored.get(key, ()):
        known = {field.name for field in fields(kind)}
        missing = {"id", "repository", "licence", "stated"} - entry.keys()
        if wrong := sorted(missing | (entry.keys() - known)):
            name = entry.get("id", "without an id")
            message = f"The entry {name} in {key} lacks, or has and should not: {', '.join(wrong)}."
            raise TrainingError("sources-wrong", message, "Correct sources.toml.")
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
        made.append(kind(**values))
    return tuple(made)
