"""The folder of downloaded models: whole files under their SHA-256, unfinished ones beside them, and a folder of links a model.

Two processes may use it at once: whoever brings a file holds its lock, and the second finds it whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from tabsam.errors import ModelError
from tabsam.library.arrival import telling
from tabsam.library.fetching import OnBytes, fetch
from tabsam.library.listing import ListedFile
from tabsam.model.identifying import digest_of

_UNFINISHED = ".part"
_CHUNK = 1 << 22


class Cache:
    """Files of models by their digests.

    Parameters
    ----------
    folder : Path
        Made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = folder / "files"
        self._models = folder / "models"
        self._locks = folder / "locks"
        self._pins = folder / "pins.json"

    def path(self, digest: str) -> Path:
        """Give the place of a whole file."""
        return self._files / digest

    def digest_of(self, file: ListedFile) -> str | None:
        """Give the digest that a file is known by: the stated one, else the one that was pinned when it first came."""
        return file.sha256 or self._pinned().get(file.address)

    def has(self, file: ListedFile) -> bool:
        """Tell whether a file is here, as far as its size tells."""
        digest = self.digest_of(file)
        path = self.path(digest) if digest else None
        return path is not None and path.is_file() and file.bytes in (None, path.stat().st_size)

    def arrived(self, file: ListedFile) -> int:
        """Count the bytes of a file that are here, whole or not."""
        names = [self._name(one) for one in (file, *file.parts)]
        paths = [path for name in names for path in (self.path(name), self.path(name + _UNFINISHED))]
        return sum(path.stat().st_size for path in paths if path.is_file())

    def knows(self, file: ListedFile) -> bool:
        """Tell whether something of a file is here, or the digest that it once had."""
        return self.arrived(file) > 0 or file.address in self._pinned()

    def bring(self, file: ListedFile, on_bytes: OnBytes = lambda _: None) -> str:
        """Bring a file here, if it is not here yet, and give its digest.

        Raises
        ------
        ModelError
            Those of :func:`tabsam.library.fetching.fetch`; ``model-changed`` where a file is not the one that was pinned.
        """
        if file.path is not None:
            return self._keep(file.path, file)
        with self._alone(self._name(file)):
            if not self.has(file):
                return self._bring_parts(file, on_bytes) if file.parts else self._fetch(file, on_bytes)
        digest = self.digest_of(file) or ""
        on_bytes(self.path(digest).stat().st_size)
        return digest

    def link(self, model: str, files: Mapping[str, str], about: Mapping[str, Any]) -> Path:
        """Make a model's folder, in which its files have the names that its graphs ask for.

        Parameters
        ----------
        model : str
            Its id.
        files : mapping of name to digest
        about : mapping
            What else is written down of it, beside the digests.
        """
        folder = self._models / model
        with self._alone(f"model-{model}"):
            folder.mkdir(parents=True, exist_ok=True)
            for name, digest in files.items():
                _link(self.path(digest), folder / name)
            _write_json(folder / "model.json", {**about, "files": dict(files)})
        return folder

    def linked(self, model: str) -> dict[str, str]:
        """Give the files of a model's folder, and their digests; nothing where there is no such model."""
        files = _read_json(self._models / model / "model.json").get("files", {})
        return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else {}

    def model_folder(self, model: str) -> Path:
        """Give the place of a model's folder."""
        return self._models / model

    def remove(self, model: str, files: Mapping[str, ListedFile]) -> int:
        """Take away what a model alone has here, whole or not; give the bytes that are free now."""
        mine = {name for file in files.values() for one in (file, *file.parts) for name in self._names(one)} | set(
            self.linked(model).values()
        )
        others = {digest for other in self._others(model) for digest in self.linked(other).values()}
        freed = 0
        shutil.rmtree(self._models / model, ignore_errors=True)
        for name in mine - others:
            for path in (self.path(name), self.path(name + _UNFINISHED)):
                freed += path.stat().st_size if path.is_file() else 0
                path.unlink(missing_ok=True)
            self.path(f"{name}{_UNFINISHED}.json").unlink(missing_ok=True)
        self._pin({file.address: None for file in files.values() if self.digest_of(file) not in others})
        return freed

    def discard(self, digest: str) -> None:
        """Take a damaged file away."""
        self.path(digest).unlink(missing_ok=True)

    def _others(self, model: str) -> list[str]:
        return [one.name for one in self._models.iterdir() if one.name != model] if self._models.is_dir() else []

    def _fetch(self, file: ListedFile, on_bytes: OnBytes) -> str:
        stated = self.digest_of(file)
        partial = self.path(self._name(file) + _UNFINISHED)
        try:
            digest = fetch(file, partial, stated, on_bytes)
        except ModelError as error:
            if error.code != "model-digest" or file.sha256 or not stated:
                raise
            raise ModelError(
                "model-changed",
                "The file is not the one that came from the same address the first time.",
                "Its publisher may have made a new version, or somebody else may have put another in its place. "
                "If you trust it, remove the model (tabsam models remove), and load it again.",
                details=error.details,
            ) from error
        os.replace(partial, self.path(digest))
        partial.with_name(f"{partial.name}.json").unlink(missing_ok=True)
        if not stated:
            self._pin({file.address: digest})
        return digest

    def _bring_parts(self, file: ListedFile, on_bytes: OnBytes) -> str:
        """Bring a file in parts, each with its own digest, and put it together."""
        done = 0
        for part in file.parts:
            before = done
            self.bring(part, lambda come, before=before: on_bytes(before + come))  # type: ignore[misc]  # its default is before's
            done += part.bytes or 0
        paths = [self.path(part.sha256 or "") for part in file.parts]
        joined = self.path(self._name(file) + _UNFINISHED)
        whole = hashlib.sha256()
        with joined.open("wb") as target:
            for path in paths:
                with path.open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        target.write(chunk)
                        whole.update(chunk)
        digest, known = whole.hexdigest(), self.digest_of(file)
        if known not in (None, digest):
            joined.unlink()
            raise ModelError(
                "model-digest",
                "The model's parts do not make up the model that was asked for.",
                "Choose another model.",
                details=f"{file.address}: SHA-256 {digest}, {known} expected",
            )
        os.replace(joined, self.path(digest))
        for path in paths:
            path.unlink(missing_ok=True)
        if known is None:
            self._pin({file.address: digest})
        return digest

    def _keep(self, path: Path, file: ListedFile) -> str:
        """Take a file that lies on this machine, as if it had been fetched."""
        digest = digest_of(path)
        if file.sha256 not in (None, digest):
            raise ModelError(
                "model-digest", f"'{path}' is not the file that its catalogue lists: its digest differs.", "Restore it."
            )
        with self._alone(digest):
            if not self.path(digest).is_file():
                _link(path, self.path(digest))
        return digest

    def _name(self, file: ListedFile) -> str:
        """Give a file's name here: its digest; while nobody knows that, one made of its address."""
        return self.digest_of(file) or hashlib.sha256(file.address.encode()).hexdigest()

    def _names(self, file: ListedFile) -> set[str]:
        return {self._name(file), hashlib.sha256(file.address.encode()).hexdigest()}

    def _pinned(self) -> dict[str, str]:
        return {address: digest for address, digest in _read_json(self._pins).items() if isinstance(digest, str)}

    def _pin(self, pins: Mapping[str, str | None]) -> None:
        if not self._pins.exists() and not any(pins.values()):
            return
        with self._alone("pins"):
            _write_json(self._pins, {address: digest for address, digest in {**self._pinned(), **pins}.items() if digest})

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Do something that no other process does at the same time."""
        with telling(self._files / name):
            for folder in (self._files, self._locks):
                folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._locks / name):
                yield


def _link(source: Path, target: Path) -> None:
    """Have a file under a second name, without a second copy of it where the disk can do that."""
    with contextlib.suppress(OSError):
        if os.path.samefile(source, target):
            return
    beside = target.with_name(f"{target.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        os.link(source, beside)  # a hard one: onnxruntime follows no symbolic link out of the folder to a graph's weights
    except OSError:
        shutil.copyfile(source, beside)
    os.replace(beside, target)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_text(json.dumps(content, indent=1), encoding="utf-8")
    os.replace(beside, path)
