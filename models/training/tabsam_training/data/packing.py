"""Make of fetched repositories the folder that training reads (see layout.py), and the held-out sets."""

from __future__ import annotations

import json
import os
import random
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from tabsam_training.data.annotations import DAMAGED, Found, find, things
from tabsam_training.data.cutouts import cut_from_white
from tabsam_training.data.fetching import commit_of, folder_of
from tabsam_training.data.labelmaps import paint
from tabsam_training.data.layout import PackedPhoto, write_index
from tabsam_training.data.sources import Files, HeldOut, Photos, Sources
from tabsam_training.errors import TrainingError

PHOTO, CUTOUT, BACKGROUND = 768, 384, 512
"""The longer side that each is kept at, in pixels."""

_LEAST_LABELLED = 0.0005
_LEAST_CUTOUT = 64
_SEED = 0


@dataclass(frozen=True)
class _PhotoJob:
    source: Photos
    found: Found
    folder: Path
    name: str


@dataclass(frozen=True)
class _FileJob:
    source: Files
    path: Path
    target: Path
    side: int


def pack(sources: Sources, fetched: Path, folder: Path, say: Callable[[str], None], *, processes: int = 0) -> None:
    """Pack what is there of the list; what is missing is said.

    Parameters
    ----------
    sources : Sources
    fetched : Path
        Where :func:`tabsam_training.data.fetching.fetch` put the repositories.
    folder : Path
        Made where it is not. ``lineage.json`` in it says what was taken from where, at which commit.
    say : function
        Told of each source.
    processes : int
        0 for one a processor.

    Raises
    ------
    TrainingError
        ``no-data`` where nothing at all was found.
    """
    for kind in ("photos", "cutouts", "backgrounds"):
        folder.joinpath(kind).mkdir(parents=True, exist_ok=True)
    index: dict[str, PackedPhoto] = {}
    lineage: list[dict[str, object]] = []
    seen: set[str] = set()
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        for source in sources.photos:
            jobs = list(_photo_jobs(source, fetched, folder, seen, say))
            packed = {job.name: photo for job, photo in zip(jobs, pool.map(_pack_photo, jobs, chunksize=8), strict=True) if photo}
            index |= packed
            _note(lineage, source, fetched, len(packed), say)
        for kind, side, files in (("cutouts", CUTOUT, sources.cutouts), ("backgrounds", BACKGROUND, sources.backgrounds)):
            for files_source in files:
                file_jobs = _file_jobs(files_source, fetched, folder / kind, side)
                _note(lineage, files_source, fetched, sum(pool.map(_pack_file, file_jobs, chunksize=8)), say)
    if not index:
        hint = "Run `python -m tabsam_training fetch` first."
        raise TrainingError("no-data", f"None of the listed photos is in {fetched}.", hint)
    write_index(folder, index)
    folder.joinpath("lineage.json").write_text(json.dumps(lineage, indent=1), encoding="utf-8")


def pack_held_out(sources: Sources, fetched: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Write each held-out set as evaluation reads it: ``images/`` and ``masks/`` below a folder of the set's name."""
    for source in sources.held_out:
        repository = folder_of(source.repository, fetched)
        pictures = sorted(repository.glob(source.images))[:: source.every]
        for kind in ("images", "masks"):
            folder.joinpath(source.id, kind).mkdir(parents=True, exist_ok=True)
        for picture in pictures:
            _pack_held_out(source, picture, folder / source.id)
        say(f"{source.id}: {len(pictures)} held-out pictures")


def _note(
    lineage: list[dict[str, object]], source: Photos | Files, fetched: Path, count: int, say: Callable[[str], None]
) -> None:
    repository = folder_of(source.repository, fetched)
    said = {"id": source.id, "repository": source.repository, "licence": source.licence, "files": count}
    lineage.append(said | {"commit": commit_of(repository) if repository.joinpath(".git").exists() else ""})
    say(f"{source.id}: {count}")


def _photo_jobs(source: Photos, fetched: Path, folder: Path, seen: set[str], say: Callable[[str], None]) -> Iterator[_PhotoJob]:
    """Choose a source's photos; of COCO's, which several repositories share, those not ``seen`` before."""
    repository = folder_of(source.repository, fetched)
    if not repository.is_dir():
        say(f"{source.repository} is not fetched")
        return
    found = [one for one in find(source, repository) if not (source.per_picture and one.picture.name in seen)]
    seen.update(one.picture.name for one in found)
    random.Random(_SEED).shuffle(found)
    for number, one in enumerate(islice(found, source.most)):
        yield _PhotoJob(source, one, folder / "photos", f"{source.id}-{number}")


def _pack_photo(job: _PhotoJob) -> PackedPhoto | None:
    """Write a photo and its label map; None where it is damaged, or nothing in it is labelled."""
    try:
        image = _opened(job.found.picture).convert("RGB")
        labels, parents = paint(things(job.source, job.found, image.size), image.size, nested=job.source.nested)
    except DAMAGED:
        return None
    small = _fitted(image, PHOTO)
    kept = Image.fromarray(labels).resize(small.size, Image.Resampling.NEAREST)
    pixels = np.asarray(kept)
    if np.count_nonzero(pixels) < _LEAST_LABELLED * pixels.size:
        return None
    small.save(job.folder / f"{job.name}.jpg", quality=76)
    kept.save(job.folder / f"{job.name}.png")
    things_seen = len(np.unique(pixels)) - 1
    return PackedPhoto(job.source.id, job.source.weight_of(things_seen), job.source.whole, parents)


def _file_jobs(source: Files, fetched: Path, folder: Path, side: int) -> list[_FileJob]:
    repository = folder_of(source.repository, fetched)
    paths = sorted(path for path in repository.glob(source.pattern) if not any(text in str(path) for text in source.without))
    random.Random(_SEED).shuffle(paths)
    suffix = ".webp" if side == CUTOUT else ".jpg"
    return [
        _FileJob(source, path, folder / f"{source.id}-{number}{suffix}", side)
        for number, path in enumerate(islice(paths, source.most))
    ]


def _pack_file(job: _FileJob) -> bool:
    """Write a cut-out or a background; tell whether it was worth it."""
    try:
        image: Image.Image | None = _opened(job.path)
    except OSError:
        return False
    assert image is not None
    if job.target.suffix == ".jpg":
        _fitted(image.convert("RGB"), job.side).save(job.target, quality=74)
        return True
    if job.source.on_white:
        image = cut_from_white(_fitted(image.convert("RGB"), job.side))
    if image is None or image.width < _LEAST_CUTOUT:
        return False
    _fitted(image.convert("RGBA"), job.side).save(job.target, quality=82)
    return True


def _pack_held_out(source: HeldOut, picture: Path, folder: Path) -> None:
    known = picture.as_posix()
    for change in source.masks.split(";"):
        old, _, new = change.partition("=")
        known = known.replace(old, new)
    name = f"{picture.parent.name}-{picture.stem}" if "*/" in source.images else picture.stem
    with Image.open(known) as file:
        values = np.asarray(file.convert("L"))
    mask = np.where(values > source.above, 255, np.where(values == source.void, 128, 0)).astype(np.uint8)
    Image.fromarray(mask).save(folder / "masks" / f"{name}.png")
    if picture.suffix == ".jpg":
        folder.joinpath("images", f"{name}.jpg").write_bytes(picture.read_bytes())
    else:
        _opened(picture).convert("RGB").save(folder / "images" / f"{name}.webp", quality=95)


def _opened(path: Path) -> Image.Image:
    """Read a picture; what Pillow warns of in it is nothing to us."""
    with warnings.catch_warnings(action="ignore"), Image.open(path) as file:
        file.load()
        return file


def _fitted(image: Image.Image, side: int) -> Image.Image:
    """Make a picture no larger than ``side``."""
    scale = side / max(image.size)
    if scale >= 1:
        return image
    size: Sequence[int] = [max(1, round(length * scale)) for length in image.size]
    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS)
