"""Brings one file over the network, whatever happens on the way.

A connection that breaks is taken up where it broke, mirrors are tried in turn, and what arrives is hashed as it comes. It is
done with the standard library's urllib: one stream of one file at a time is all that is asked for, proxies and certificates are
the system's, and nothing need be installed. The page does the same by the same rules (web/storage/download.js).
"""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tabsam.errors import ModelError
from tabsam.library.answers import HEAD, BrokenError, Mirror, SetbackError, is_rest, refusal, refuse_other_kinds, total_of
from tabsam.library.arrival import Arrival
from tabsam.library.listing import ListedFile

PAUSES: Sequence[float] = (0.5, 1.5, 4.0)
"""Seconds to wait before all mirrors are asked again, when none of them has brought anything."""

SILENCE = 30.0
"""Seconds for which a connection may bring nothing before it counts as broken."""

_CHUNK = 1 << 20
_SMALL = 1_000_000
"""Bytes: a list of models is no larger."""

OnBytes = Callable[[int], None]
"""Hears how many bytes of a file are there."""


def fetch(file: ListedFile, partial: Path, digest: str | None, on_bytes: OnBytes = lambda _: None) -> str:
    """Bring a file, or what is missing of it.

    Parameters
    ----------
    file : ListedFile
        With its mirrors, and its size where that is known.
    partial : Path
        Where it goes. What is there already is gone on from, if something tells that it belongs together.
    digest : str or None
        The SHA-256 that it must have, if that is known.
    on_bytes : callable
        Hears how much there is.

    Returns
    -------
    str
        Its SHA-256.

    Raises
    ------
    ModelError
        ``model-unreachable`` when no connection lasts, ``model-refused`` when servers have no such file, ``model-html`` or
        ``model-lfs`` when they send a web page or a Git LFS pointer in its place, ``model-digest`` when it is another file,
        ``storage-full`` when it cannot be written.
    """
    mirrors = [Mirror(url) for url in file.urls]
    last = ModelError(
        "model-unreachable", "This model has no address to be fetched from.", "Choose another model, or correct the catalogue."
    )
    fruitless = 0
    with closing(Arrival(partial, mirrors, size=file.bytes, digest=digest)) as arrival:
        if arrival.is_whole:
            return arrival.digest()
        while mirrors:
            most = arrival.most
            for mirror in mirrors:
                try:
                    _fetch_rest(mirror, arrival, on_bytes)
                    return arrival.digest()
                except SetbackError as setback:
                    mirror.lives -= setback.costs
                    last = setback.error
                except BrokenError as broken:
                    last = _unreachable(mirror.url, broken)
            mirrors = [one for one in mirrors if one.lives > 0]
            fruitless = 0 if arrival.most > most else fruitless
            if fruitless == len(PAUSES):
                break
            if mirrors:
                time.sleep(PAUSES[fruitless])
            fruitless += 1
    raise last


def fetch_small(url: str) -> bytes:
    """Fetch a list of models.

    Raises
    ------
    ModelError
        ``catalog-unreachable``, or ``catalog-invalid`` for something that is too large to be one.
    """
    try:
        with _ask(url) as response:
            content: bytes = response.read(_SMALL + 1)
    except (BrokenError, OSError, http.client.HTTPException) as error:
        raise ModelError(
            "catalog-unreachable",
            "That list of models could not be fetched.",
            "Check the address and the network.",
            details=f"{url}: {error}",
        ) from error
    if len(content) > _SMALL:
        raise ModelError("catalog-invalid", "That address does not give a list of models.", "Check the address.", details=url)
    return content


def _fetch_rest(mirror: Mirror, arrival: Arrival, on_bytes: OnBytes) -> None:
    """Ask a mirror for what is missing, and take what it brings."""
    with _connect(mirror, arrival) as response:
        goes_on = response.status == http.client.PARTIAL_CONTENT
        stated = _stated_length(response)
        total = total_of(response) if goes_on else None
        head = _head(response)
        if goes_on:
            arrival.go_on(mirror)
        else:
            refuse_other_kinds(mirror, response, head)
            arrival.begin(mirror, response)
        came = 0
        for chunk in _chunks(response, head):
            came += len(chunk)
            arrival.append(chunk)
            if arrival.is_too_large:
                raise arrival.refuse(mirror)
            on_bytes(arrival.size)
        wanted = arrival.wanted or total or 1
        if came < (stated or 0) or (arrival.size < wanted and (stated is None or goes_on)):
            # A connection that ends early looks like one that ended well, where the server gave no length.
            raise BrokenError(f"the connection ended after {arrival.size} of {wanted} bytes")
        if arrival.size < wanted or not arrival.is_right:
            raise arrival.refuse(mirror)


def _connect(mirror: Mirror, arrival: Arrival) -> Any:
    """Open a connection that brings the rest of what is there, where the mirror gives it, else the whole."""
    if arrival.size and not mirror.only_whole:
        response = _asked(mirror, arrival.size)
        if response.status == http.client.OK or is_rest(response, mirror, arrival):
            return response
        response.close()
        mirror.only_whole = True
    response = _asked(mirror, 0)
    if response.status == http.client.OK:
        return response
    with response:
        raise refusal(mirror.url, response.status)


def _asked(mirror: Mirror, start: int) -> Any:
    """Send a request; also an answer that there is no such part of the file is one."""
    try:
        return _ask(mirror.url, start)
    except urllib.error.HTTPError as error:
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            return error
        with error:
            raise refusal(mirror.url, error.code) from error


def _ask(url: str, start: int = 0) -> Any:
    headers = {"User-Agent": "tabsam", "Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        return _opener().open(urllib.request.Request(url, headers=headers), timeout=SILENCE)
    except urllib.error.HTTPError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise BrokenError(str(error)) from error


def _opener() -> urllib.request.OpenerDirector:
    """Have http and https alone: a redirect must not lead to a file of this machine."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _chunks(response: Any, head: bytes) -> Iterator[bytes]:
    yield head
    while chunk := _read(response, _CHUNK):
        yield chunk


def _head(response: Any) -> bytes:
    head = b""
    while len(head) < HEAD and (chunk := _read(response, HEAD - len(head))):
        head += chunk
    return head


def _read(response: Any, size: int) -> bytes:
    try:
        content: bytes = response.read1(size)  # what has come; waiting for more would lose it if the connection broke
    except (OSError, http.client.HTTPException) as error:
        raise BrokenError(str(error) or type(error).__name__) from error
    return content


def _stated_length(response: Any) -> int | None:
    stated = response.headers.get("Content-Length", "")
    return int(stated) if stated.isdigit() else None


def _unreachable(url: str, error: BrokenError) -> ModelError:
    return ModelError(
        "model-unreachable",
        "The connection broke while the model was loading.",
        "Check the network, then try again: what has arrived is kept.",
        details=f"{url}: {error}",
    )
