"""What searches have found, beside the journal: a megabyte each, written once and read when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tabsam.document.work import Work
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.pools import pool_from_json, pool_to_json

if TYPE_CHECKING:  # the start waits for every import, and there is seldom a search in a journal
    from tabsam.model.everything.pool import Pool


@dataclass(frozen=True)
class FindsFile:
    """Bytes beside the journal, to which more are added.

    Attributes
    ----------
    append : callable
        Adds bytes and tells where they begin; None where they cannot be stored.
    read : callable
        Gives the bytes from one place to another; raises OSError.
    """

    append: Callable[[bytes], int | None]
    read: Callable[[int, int], bytes]


class FindsStore:
    """Knows where each search lies in the file.

    Parameters
    ----------
    file : FindsFile or None
        Without one searches are not kept: the model finds them again.
    """

    def __init__(self, file: FindsFile | None = None) -> None:
        self._file = file
        self._places: dict[int, tuple[Pool, tuple[int, int]]] = {}
        """By the id() of a pool, which is held so that no other gets it."""

    @property
    def apart(self) -> Mapping[str, Callable[[Any], Any]]:
        """What an encoder needs; what it is given must have been :meth:`stored`."""
        return {"Pool": self._described}

    @property
    def read_apart(self) -> Mapping[str, Callable[[Json], object]]:
        """What a decoder needs."""
        return {"Pool": self._pool}

    def stored(self, work: Work) -> Work:
        """Store what a search has found, if it is not yet; give the state without it if it cannot be."""
        if work.finds is None:
            return work
        pool = work.finds.pool
        if id(pool) not in self._places:
            data = pool.packed() if self._file is not None else b""
            start = self._file.append(data) if self._file is not None else None
            if start is None:
                return replace(work, finds=None)
            self._places[id(pool)] = pool, (start, start + len(data))
        return work

    def forget(self) -> None:
        """Store everything once more: the file is another one."""
        self._places.clear()

    def _described(self, pool: Pool) -> Json:
        _, place = self._places[id(pool)]
        return {**pool_to_json(pool), "at": list(place)}

    def _pool(self, described: Json) -> Pool:
        start, end = described["at"]
        pool = pool_from_json(described, lambda: self._read(start, end))
        self._places[id(pool)] = pool, (start, end)
        return pool

    def _read(self, start: int, end: int) -> bytes:
        if self._file is None:
            raise OSError("there is no file of finds")
        return self._file.read(start, end)
