"""Where a file of a data set lies: in which of the format's folders, and where within it."""

from __future__ import annotations

from posixpath import normpath

from tabsam.formats.shared.picture_names import plain_path

SPLIT_FOLDERS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
"""What the folders of the splits are called, and the split."""


def within(path: str, folder: str, *, last: bool = False) -> tuple[str, str] | None:
    """Part a path at a folder of that name: what lies before it, and what within.

    Parameters
    ----------
    last : bool
        Take the last folder of that name, as Ultralytics does, instead of the first.

    Returns
    -------
    (str, str) or None
        The first empty or with a slash at its end; None where there is no such folder.
    """
    folders = path.split("/")[:-1]
    if folder not in folders:
        return None
    place = len(folders) - 1 - folders[::-1].index(folder) if last else folders.index(folder)
    parts = path.split("/")
    return "".join(f"{part}/" for part in parts[:place]), "/".join(parts[place + 1 :])


def without_split(path: str) -> tuple[str, str]:
    """Take the folder of a split off a path's beginning; give the rest, and the split or an empty text."""
    first, _, rest = path.partition("/")
    return (rest, SPLIT_FOLDERS[first]) if rest and first in SPLIT_FOLDERS else (path, "")


def split_before(root: str) -> str:
    """Give the split whose folder is the last of a root, as in "train/images/"; empty for none."""
    return SPLIT_FOLDERS.get(root.rstrip("/").rpartition("/")[2], "")


def relative_path(path: str) -> str:
    """Tidy a path up that somebody else wrote; what leads out of the data set is taken from where it leads."""
    return plain_path(normpath(path.replace("\\", "/"))) or path
