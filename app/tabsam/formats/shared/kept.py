"""What a file says that has no use here, kept so that it is written back into the same format: as JSON, by the format's name.

A text, so that it is compared, stored and undone like all else; empty where there is nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from tabsam.formats.shared.parsing import Json
from tabsam.json_text import parsed

_LONGEST = 20_000
"""Characters; what is longer is no note about an object, but a picture or a mask."""


def kept_text(kept: Mapping[str, Json] | None) -> str:
    """Write what is kept, by formats; what is empty, or too long, is not kept."""
    some = {format: value for format, value in (kept or {}).items() if value}
    if not some:
        return ""
    try:
        text = json.dumps(some, allow_nan=False, separators=(",", ":"))
    except ValueError:  # NaN and infinity are no JSON
        return ""
    return text if len(text) <= _LONGEST else ""


def kept_of(text: str, format: str) -> dict[str, Json]:
    """Give what was kept of a format; empty for nothing."""
    if not text:
        return {}
    try:
        value = parsed(text).get(format)
    except (ValueError, AttributeError):  # a project that somebody else wrote
        return {}
    return value if isinstance(value, dict) else {}


def unused(entry: Mapping[str, Json], used: Collection[str]) -> dict[str, Json]:
    """Give what an entry has besides the keys that are used; nothing that says nothing."""
    return {key: value for key, value in entry.items() if key not in used and value not in (None, "", [], {})}
