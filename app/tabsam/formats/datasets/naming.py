"""Where a data set's pictures lie in its files: safe on any system, none in another's place, else as they lay before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from pathlib import PurePosixPath
from typing import Literal

from tabsam.formats.shared.picture_names import key_of
from tabsam.formats.shared.writing import RESERVED_CHARACTERS, single_line

Style = Literal["paths", "stems", "flat"]
"""What tells two pictures apart: their paths; their paths without endings, since other files are named after them; or the name
without its ending alone, since all lie in one folder."""

_MOST_BYTES = 200
"""Of a name, in UTF-8; file systems have at most 255, and endings and numbers are added."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for itself, whatever their ending."""


def safe_path(path: str, reserved: Collection[str] = ()) -> str:
    """Make a path fit for any system: relative, without "..", odd characters, or names that a system keeps for itself.

    Parameters
    ----------
    reserved : collection of str
        Names that no folder may have, since the format gives them a meaning.
    """
    parts = [_safe_part(part) for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    folders = [f"{part}_" if part.lower() in reserved else part for part in parts[:-1]]
    return "/".join([*folders, *parts[-1:]]) or "picture"


def placed(paths: Sequence[str], style: Style, reserved: Collection[str] = ()) -> list[str]:
    """Give each picture its place in the data set's files.

    A picture keeps its path, or in one folder its name, if no other has it; else its folders come into its name (in one folder),
    or it gets a number. Those that can keep theirs are not moved by those that cannot.
    """
    wanted = [safe_path(path, reserved) for path in paths]
    if style == "flat":
        wanted = _flattened(wanted)
    # A file cannot have the name of a folder.
    folders = {key_of(str(folder)) for path in wanted for folder in PurePosixPath(path).parents}
    kept = {_key(path, style) for path in wanted}
    used: set[str] = set()
    given = []
    for path in wanted:
        key = _key(path, style)
        if key in used or key_of(path) in folders:
            path = next(one for one in _numbered(path) if _key(one, style) not in kept and key_of(one) not in folders)
            key = _key(path, style)
            kept.add(key)
        used.add(key)
        given.append(path)
    return given


def stem_path(path: str) -> str:
    """Give a path without the ending of its name."""
    return str(PurePosixPath(path).with_suffix(""))


def _safe_part(part: str) -> str:
    name = RESERVED_CHARACTERS.sub("_", single_line(part)).strip(" .")
    stem = part.rpartition(".")[0]
    if name and stem and not single_line(stem).strip(" ."):
        name = f"_.{name}"  # blanks and an ending: without it, no reader takes the file for a picture
    if _DEVICES.match(name):
        name = f"_{name}"
    if len(name.encode()) > _MOST_BYTES:
        suffix = PurePosixPath(name).suffix
        suffix = suffix if len(suffix.encode()) < 20 else ""
        name = name.encode()[: _MOST_BYTES - len(suffix.encode())].decode(errors="ignore").rstrip(" .") + suffix
    return name or "_"


def _flattened(paths: Sequence[str]) -> list[str]:
    stems = Counter(key_of(PurePosixPath(path).stem) for path in paths)
    alone = [stems[key_of(PurePosixPath(path).stem)] == 1 for path in paths]
    return [
        PurePosixPath(path).name if is_alone else _safe_part("_".join(PurePosixPath(path).parts))
        for path, is_alone in zip(paths, alone, strict=True)
    ]


def _key(path: str, style: Style) -> str:
    return key_of(path if style == "paths" else stem_path(path))


def _numbered(path: str) -> Iterator[str]:
    place = PurePosixPath(path)
    return (str(place.with_name(f"{place.stem}-{number}{place.suffix}")) for number in count(2))
