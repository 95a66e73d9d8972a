"""What one picture of a batch is asked, with which settings, and what came of it: plain values, which go to other processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from tabsam.document.annotations import Category
from tabsam.document.selection import Selection
from tabsam.model.candidate import Edges


@dataclass(frozen=True)
class Wanted:
    """An object that the model is to be asked for.

    Attributes
    ----------
    selection : Selection
        Its points and box, in pixels of the picture upright.
    category : int or None
        The id of one of the batch's classes.
    name : str
    """

    selection: Selection
    category: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Task:
    """A picture.

    Attributes
    ----------
    place : str
        Where it lies among the others, with forward slashes: what it is known by.
    file : str
        The path of its file.
    wanted : tuple of Wanted or None
        What to ask for; None for everything that is found.
    """

    place: str
    file: str
    wanted: tuple[Wanted, ...] | None = None


@dataclass(frozen=True)
class Settings:
    """How all pictures are worked on.

    Attributes
    ----------
    model : str
        Of the catalogue, or a folder.
    format : str
        One of :data:`tabsam.formats.datasets.registry.DATASET_FORMATS`.
    categories : tuple of Category
    edges, tidy
        As for :meth:`tabsam.SyncSegmenter.predict`.
    single_mask : bool
        Take the single-mask token's, not the one with the best IoU prediction.
    everything : mapping
        Options of the search, by their names in Python; of what is not said the model's own hold.
    overrides : mapping
        Settings of the model (:class:`tabsam.library.settings.Settings`), by name, that go before those of the environment.
    """

    model: str
    format: str = "coco"
    categories: tuple[Category, ...] = ()
    edges: Edges | None = None
    tidy: float | None = None
    single_mask: bool = False
    everything: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def key(self, task: Task, sha256: str, model: str) -> str:
        """Name what is to come of a picture: the same only where all is the same that it depends on.

        Parameters
        ----------
        sha256 : str
            Of the picture's file.
        model : str
            The digest of the model's files.
        """
        asked = {name: value for name, value in asdict(self).items() if name not in ("model", "format", "overrides")}
        wanted = None if task.wanted is None else [asdict(one) for one in task.wanted]
        stated = json.dumps([1, task.place, wanted, sha256, model, asked], sort_keys=True, default=str)
        return hashlib.sha256(stated.encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What came of a picture: a line of the log.

    Attributes
    ----------
    picture : str
        Its place.
    status : {"done", "failed"}
    format : str
        In which it was written.
    sha256 : str
        Of the picture's file; empty where it could not be read.
    key : str
        See :meth:`Settings.key`; empty where it could not be made.
    stamp : str
        The file's size and time of change, by which it is known again without being read.
    objects : int
    files : dict
        What was written, from the output's folder, and how many bytes.
    seconds : float
    error : dict or None
        Of one that failed: ``code``, ``message``, ``hint``, ``details``.
    """

    picture: str
    status: Literal["done", "failed"]
    format: str = ""
    sha256: str = ""
    key: str = ""
    stamp: str = ""
    objects: int = 0
    files: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    error: Mapping[str, str] | None = None


def reason(code: str, message: str, hint: str = "", details: str = "") -> dict[str, str]:
    """Say why a picture failed, as an outcome has it; see :class:`tabsam.errors.TabsamError`."""
    return {"code": code, "message": message, "hint": hint, "details": details}
