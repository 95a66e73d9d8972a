"""What the page noted of a session, as a journal brings it back: checked like what comes from the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tabsam.errors import RequestError
from tabsam.page.checking import checked

if TYPE_CHECKING:
    from tabsam.formats.shared.parsing import Json
    from tabsam.page.protocol.messages import KeptPicture

_PICTURES = "pictures"
_MOST_THRESHOLD = 1e9
_MISFITS = (RequestError, AttributeError, TypeError, ValueError)


def sound(session: Mapping[str, Json], *, chosen: str, mark: str) -> dict[str, Any]:
    """Give of what was noted all that can be, as it is declared; the rest is left out.

    Parameters
    ----------
    chosen, mark : str
        What the names begin with under which a picture's choices, and its mark, are noted.
    """
    read: dict[str, Any] = {}
    for name, value in session.items():
        try:
            if name.startswith(chosen):
                read[name] = _choice(value)
            elif name.startswith(mark):
                (read[name],) = _field("marks", [value])
            else:
                read[name] = _field(name, value)
        except _MISFITS:
            continue
    return read


def sound_pictures(session: Mapping[str, Json]) -> list[KeptPicture]:
    """Give the list of pictures; an empty one where there is none that can be."""
    try:
        pictures: list[KeptPicture] = _field(_PICTURES, session.get(_PICTURES))
    except _MISFITS:
        return []
    return pictures


def _field(name: str, value: Json) -> Any:
    read = checked("noteSession", {name: value})
    if name not in read:
        raise ValueError("nothing that is noted")
    if name == _PICTURES and len({one["id"] for one in value}) < len(value):
        raise ValueError("two pictures with one id")
    return read[name]


def _choice(value: Json) -> Json:
    """Give what is chosen on a picture, as `keeping.chosen_on` gives it."""
    if value is None:
        return None
    ids, thresholds = value.get("selected", []), value.get("thresholds", [0, 0])
    if not isinstance(ids, list) or any(type(id) is not int for id in ids):
        raise ValueError("no objects")
    if not isinstance(thresholds, list) or len(thresholds) != 2 or not all(abs(one) <= _MOST_THRESHOLD for one in thresholds):
        raise ValueError("no thresholds")
    return value
