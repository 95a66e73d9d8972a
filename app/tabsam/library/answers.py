"""What a server's answer to a request for a file is worth.

Whether it is the rest of what is there, which version of the file it is, and whether it is the file at all.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from tabsam.errors import ModelError

HEAD = 64
"""Bytes of a file's start that tell what it is."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be others in a moment."""

_PLACE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_PAGE = re.compile(rb"\s*<(!doctype|html)", re.IGNORECASE)
_POINTER = b"version https://git-lfs"

Version = tuple[str, str]
"""What tells one version of a file from another: a strong ETag and Last-Modified; "" for what the server does not say."""


class BrokenError(Exception):
    """A connection that could not be made, or broke off."""


class SetbackError(Exception):
    """Something that a mirror did and that is not a broken connection.

    Parameters
    ----------
    error : ModelError
    costs : int
        Of the mirror's lives.
    """

    def __init__(self, error: ModelError, costs: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.costs = costs


class Mirror:
    """One address of a file, and what has been learnt of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.lives = 2
        """What is wrong there is forgiven once."""
        self.only_whole = False
        """It is asked for the file from its start only: what it gave as the rest was none."""
        self.version: Version = ("", "")


class Here(Protocol):
    """What is there of a file already."""

    @property
    def size(self) -> int: ...
    @property
    def wanted(self) -> int | None: ...
    @property
    def has_digest(self) -> bool: ...
    @property
    def mirror(self) -> Mirror | None: ...


def is_rest(response: Any, mirror: Mirror, here: Here) -> bool:
    """Tell whether a part of a file goes on from what is there.

    Without a digest nothing is put together but what surely belongs together: from one mirror, which says that it is one version.
    """
    place = _PLACE.fullmatch(response.headers.get("Content-Range", "")) if response.status == 206 else None
    if place is None or int(place[1]) != here.size or response.headers.get("Content-Encoding", "identity") != "identity":
        return False
    if place[2] != "*" and here.wanted is not None and int(place[2]) != here.wanted:
        return False
    known = [(now, before) for now, before in zip(version_of(response), mirror.version, strict=True) if now and before]
    if any(now != before for now, before in known):
        return False
    return here.has_digest or (bool(known) and here.mirror is mirror)


def version_of(response: Any) -> Version:
    """Read what tells a file's version."""
    tag = response.headers.get("ETag", "")
    # A weak tag says that two versions mean the same, not that they are the same bytes.
    return "" if tag.startswith("W/") else tag, response.headers.get("Last-Modified", "")


def total_of(response: Any) -> int | None:
    """Read how large a file is of which a part comes."""
    place = _PLACE.fullmatch(response.headers.get("Content-Range", ""))
    return int(place[2]) if place and place[2] != "*" else None


def refusal(url: str, status: int) -> SetbackError:
    """Say that a server has refused a file."""
    error = ModelError(
        "model-refused",
        f"The model could not be fetched: the server answered {status}.",
        "Try again later, or choose another model.",
        details=url,
    )
    return SetbackError(error, 1 if status in _PASSING else 2)


def refuse_other_kinds(mirror: Mirror, response: Any, head: bytes) -> None:
    """Raise a setback where the first bytes of an answer say that it is no model.

    Raises
    ------
    SetbackError
    """
    if response.headers.get("Content-Type", "").startswith("text/html") or _PAGE.match(head):
        raise SetbackError(
            ModelError(
                "model-html",
                "The server sent a web page in place of the model.",
                "The address may be wrong, or want you to sign in or to accept a licence first.",
                details=mirror.url,
            ),
            2,
        )
    if head.startswith(_POINTER):
        raise SetbackError(
            ModelError(
                "model-lfs",
                "The server sent a Git LFS pointer, a note of where the model is, in place of the model.",
                "Use the address that downloads the file itself; of GitHub's, one on media.githubusercontent.com.",
                details=mirror.url,
            ),
            2,
        )
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise SetbackError(
            ModelError(
                "model-packed",
                "The server sent the model packed, though it was asked not to.",
                "Use another address.",
                details=f"{mirror.url}: {response.headers['Content-Encoding']}",
            ),
            2,
        )
