"""What has come of a file: its bytes on the disk, and the digest of them."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tabsam.errors import ModelError
from tabsam.library.answers import Mirror, SetbackError, version_of

_CHUNK = 1 << 22
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Arrival:
    """A file that is on its way.

    Of one without a digest it is noted beside it which version is coming from where, so that it can be gone on with another time.

    Parameters
    ----------
    path : Path
        What is there already is kept where something will tell that the rest belongs to it.
    mirrors : sequence of Mirror
    size : int or None
        Of the whole, in bytes.
    digest : str or None
        Its SHA-256.
    """

    def __init__(self, path: Path, mirrors: Sequence[Mirror], *, size: int | None, digest: str | None) -> None:
        self.wanted = size
        self.mirror: Mirror | None = None
        self._digest = digest
        self._note = path.with_name(f"{path.name}.json")
        self._path = path
        with telling(self._path):
            self._file = path.open("r+b" if path.exists() else "w+b")
        self._hash = hashlib.sha256()
        self.size = 0
        while chunk := self._file.read(_CHUNK):
            self._hash.update(chunk)
            self.size += len(chunk)
        self.mirror = self._noted(mirrors)
        # Without either nothing would tell that the beginning is of an older file than the end.
        if self.is_too_large or not (digest or self.mirror) or (self.size == size and not self.is_right):
            self._reset()
        self.most = self.size

    @property
    def has_digest(self) -> bool:
        """Whether it will be known by what it holds."""
        return self._digest is not None

    @property
    def is_too_large(self) -> bool:
        """Whether more has come than it may hold."""
        return self.wanted is not None and self.size > self.wanted

    @property
    def is_right(self) -> bool:
        """Whether what is there has the digest, if one is known."""
        return self._digest is None or self._hash.hexdigest() == self._digest

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come, as far as its digest tells."""
        return self._digest is not None and self.size > 0 and self.is_right

    def digest(self) -> str:
        """Give the SHA-256 of what is there."""
        return self._hash.hexdigest()

    def begin(self, mirror: Mirror, response: Any) -> None:
        """Take what comes for the whole file, in the place of what is there."""
        self._reset()
        self.mirror = mirror
        mirror.version = version_of(response)
        if self._digest is None and any(mirror.version):
            with telling(self._path):  # before the first byte, so that what is noted never belongs to another version
                self._note.write_text(json.dumps({"url": mirror.url, "version": mirror.version}), encoding="utf-8")

    def go_on(self, mirror: Mirror) -> None:
        """Take what comes for the rest of what is there."""
        if self.mirror is not mirror:
            self.mirror = None

    def append(self, chunk: bytes) -> None:
        """Write what has come."""
        with telling(self._path):
            self._file.write(chunk)
            self._file.flush()  # so that it is there if this process is killed, and others see how far it is
        self._hash.update(chunk)
        self.size += len(chunk)
        self.most = max(self.most, self.size)

    def refuse(self, mirror: Mirror) -> SetbackError:
        """Throw away what is there, which is another file, and say so."""
        details = (
            f"{mirror.url}: {self.size} bytes, {self.wanted or 'an unknown number'} expected; "
            f"SHA-256 {self.digest()}, {self._digest or 'none'} expected"
        )
        self._reset()
        error = ModelError(
            "model-digest",
            "What was downloaded is not the model that was asked for: its digest differs.",
            "Try again; if it stays so, the file has changed where it comes from.",
            details=details,
        )
        return SetbackError(error, 1)

    def close(self) -> None:
        """Leave it as it is: whole, or to be gone on with."""
        with telling(self._path):
            self._file.close()

    def _reset(self) -> None:
        self._note.unlink(missing_ok=True)
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.size = 0
        self.mirror = None

    def _noted(self, mirrors: Sequence[Mirror]) -> Mirror | None:
        """Read which mirror what is there came from, and give it that version."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            mirror = next((one for one in mirrors if one.url == note["url"]), None)
            if mirror is not None:
                tag, modified = note["version"]
                mirror.version = (str(tag), str(modified))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return mirror


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Say that a disk is full, or may not be written to, as an error for people.

    Raises
    ------
    ModelError
        ``storage-full``, ``storage-unwritable``.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ModelError(
                "storage-full",
                f"The disk with '{path.parent}' is full.",
                "Free some space, remove a model, or name another folder by TABSAM_CACHE.",
                details=str(error),
            ) from error
        raise unwritable(path.parent, error) from error


def unwritable(folder: Path, error: OSError) -> ModelError:
    """Say that a folder cannot be written to."""
    return ModelError(
        "storage-unwritable",
        f"'{folder}' cannot be written to: {error.strerror or error}.",
        "Name another folder by TABSAM_CACHE.",
        details=str(error),
    )
