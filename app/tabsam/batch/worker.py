"""Whoever works on pictures: a model, loaded for the first of them, and the place for what comes of them."""

from __future__ import annotations

import hashlib
import os
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from tabsam.batch.answering import annotated
from tabsam.batch.results import Results
from tabsam.batch.work import Outcome, Settings, Task, reason
from tabsam.errors import TabsamError
from tabsam.formats.datasets.naming import stem_path
from tabsam.library.segmenter import SyncSegmenter
from tabsam.model.image import open_image


@dataclass
class Worker:
    """Works on one picture after the other; a runner has one for each process.

    Attributes
    ----------
    folder : Path
        The batch's output.
    settings : Settings
    model_digest : str
        Of the model's files: a part of what an answer depends on.
    """

    folder: Path
    settings: Settings
    model_digest: str
    _segmenter: SyncSegmenter | None = field(default=None, repr=False)

    def __call__(self, task: Task) -> Outcome:
        """Do all that there is to do for a picture; what is wrong with it is in the outcome.

        Raises
        ------
        ModelError
            If the model cannot be loaded, which no other picture will change.
        """
        begun = time.monotonic()
        try:
            data = Path(task.file).read_bytes()
        except OSError as error:
            return Outcome(task.place, "failed", self.settings.format, error=_about_file(error))
        sha256 = hashlib.sha256(data).hexdigest()
        key = self.settings.key(task, sha256, self.model_digest)
        results = Results(self.folder, self.settings.format)
        annotations = results.kept(key)
        segmenter = self._loaded() if annotations is None else None
        try:
            image = open_image(data)
            if segmenter is not None:
                annotations = annotated(segmenter, image, task, self.settings)
                results.keep(key, annotations, sha256)
            assert annotations is not None
            files = results.write(stem_path(task.place), annotations, image)
        except Exception as error:  # noqa: BLE001  # whatever a picture does, there are others
            return Outcome(task.place, "failed", self.settings.format, sha256, key, error=_described(error))
        seconds = round(time.monotonic() - begun, 3)
        return Outcome(
            task.place,
            "done",
            self.settings.format,
            sha256,
            key,
            stamp_of(task.file),
            len(annotations.instances),
            files,
            seconds,
        )

    def close(self) -> None:
        """Let go of the model."""
        if self._segmenter is not None:
            self._segmenter.close()
            self._segmenter = None

    def _loaded(self) -> SyncSegmenter:
        if self._segmenter is None:
            self._segmenter = load(self.settings)
        return self._segmenter


def load(settings: Settings) -> SyncSegmenter:
    """Load the model of a batch."""
    from tabsam.library.loading import load as loaded  # here: to look what is done needs no onnxruntime

    return loaded(settings.model, **settings.overrides)


def stamp_of(file: str) -> str:
    """Give a file's size and time of change; empty where there is none."""
    try:
        status = os.stat(file)
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def _about_file(error: OSError) -> dict[str, str]:
    message = f"{error.filename or 'The file'}: {error.strerror or error}."
    return reason("picture-unreadable", message, "Look whether it is still there.")


def _described(error: Exception) -> dict[str, str]:
    if isinstance(error, TabsamError):
        return error.as_dict()
    if isinstance(error, OSError):
        return _about_file(error)
    details = "".join(traceback.format_exception(error))
    message = f"Something went wrong that nobody foresaw: {error!r}."
    return reason("unexpected", message, "Please report it, with the log's line.", details)
