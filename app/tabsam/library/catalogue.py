"""Which models there are: those of tabsam's own catalogue, and of another that the settings name.

docs/models.md describes the format for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tabsam.errors import FormatError, ModelError
from tabsam.json_text import parsed
from tabsam.library.listing import Entry, ListedFile
from tabsam.library.settings import Settings

CATALOGUE = "catalog.json"
DTYPES = {"fp32": "float32", "fp16": "float16", "int8": "int8"}
"""The settings' precisions, and what a catalogue calls them."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"(?!\.{1,2}$)[^/\\:]+")
_ADDRESS = re.compile(r"https?://[^/\s]+/\S*")
_RELATIVE = re.compile(r"(?!/)(?!.*(^|/)\.\.(/|$))[^:\\]+")


def builtin_folder() -> Path:
    """Give the folder with tabsam's catalogue and its own model: in an installed package, else in the clone.

    Raises
    ------
    ModelError
        ``catalog-missing`` where there is neither.
    """
    packed = Path(str(files("tabsam"))) / "models"
    clone = Path(__file__).resolve().parents[3] / "models"
    for folder in (packed, clone):
        if (folder / CATALOGUE).is_file():
            return folder
    raise ModelError(
        "catalog-missing",
        "tabsam's own list of models is not here: it is not in the installed package.",
        'Install it again (pip install --force-reinstall "tabsam[native]"), or name a model\'s folder.',
        details=f"looked for {packed} and {clone}",
    )


def entries(settings: Settings | None = None) -> list[Entry]:
    """List all models: tabsam's own, then those of the catalogue that the settings name, but for ids that are taken.

    Raises
    ------
    ModelError
        ``catalog-missing``, ``catalog-invalid``, ``catalog-unreachable``.
    """
    settings = settings or Settings.read()
    listed = _entries_of(str(builtin_folder() / CATALOGUE))
    if settings.catalog:
        taken = {one.id for one in listed}
        listed += [one for one in _entries_of(settings.catalog) if one.id not in taken]
    return listed


def default_id() -> str:
    """Give the id of the model that comes with tabsam."""
    path = builtin_folder() / CATALOGUE
    return str(_read(str(path)).get("default", "nano"))


def find(id: str, settings: Settings | None = None) -> Entry:
    """Find a model by its id, in the precision that the settings ask for.

    Parameters
    ----------
    id : str
        As in the catalogue; "" for the one that comes with tabsam.

    Raises
    ------
    ModelError
        ``model-unlisted`` when there is none, ``precision-missing`` when there is none of that precision; those of
        :func:`entries`.
    """
    settings = settings or Settings.read()
    id = id or default_id()
    # What is tabsam's own is found without a network, whatever other list there is.
    listed = entries(settings.with_(catalog=""))
    if all(one.id != id for one in listed):
        listed = entries(settings)
    entry = next((one for one in listed if one.id == id), None)
    if entry is None:
        raise ModelError(
            "model-unlisted",
            f"There is no model called '{id}' here, and no such folder.",
            f"Choose one of: {', '.join(one.id for one in listed)}; or give a model's folder.",
        )
    return _in_precision(entry, settings.precision, listed)


def _in_precision(entry: Entry, precision: str, listed: list[Entry]) -> Entry:
    """Give the same model in a precision: itself, or the entry whose id is its own with the precision's name."""
    wanted = DTYPES.get(precision, entry.dtype)
    if entry.dtype == wanted:
        return entry
    stem = entry.id.removesuffix("-fp16").removesuffix("-int8")
    of_same = [one for one in listed if one.id in (stem, f"{stem}-fp16", f"{stem}-int8")]
    found = next((one for one in of_same if one.dtype == wanted), None)
    if found is None:
        others = ", ".join(f"{one.id} ({one.dtype})" for one in of_same)
        raise ModelError(
            "precision-missing", f"The catalogue has no '{stem}' in {wanted}.", f"There is {others}; leave precision as 'auto'."
        )
    return found


def _entries_of(catalogue: str) -> list[Entry]:
    content = _read(catalogue)
    models = content.get("models")
    if not isinstance(models, list) or not models:
        raise _invalid(catalogue, "It has no list 'models'")
    return [_entry(one, catalogue) for one in models]


def _read(catalogue: str) -> Mapping[str, Any]:
    """Read a catalogue from a path or an address."""
    if _ADDRESS.fullmatch(catalogue):
        from tabsam.library.fetching import fetch_small  # here: who has everything needs no network

        text = fetch_small(catalogue)
    else:
        try:
            text = Path(catalogue).expanduser().read_bytes()
        except OSError as error:
            raise ModelError(
                "catalog-unreachable", f"The list of models '{catalogue}' cannot be read: {error.strerror}.", "Check the path."
            ) from error
    try:
        content = parsed(text)
    except (FormatError, ValueError) as error:
        raise _invalid(catalogue, "It is not sound JSON") from error
    if not isinstance(content, dict):
        raise _invalid(catalogue, "It is no object")
    return content


def _entry(stated: object, catalogue: str) -> Entry:
    """Read an entry."""
    if not isinstance(stated, dict) or not _ID.fullmatch(str(stated.get("id"))):
        raise _invalid(catalogue, "A model has no 'id' of small letters, digits, '.', '_' and '-'")
    words = {key: stated.get(key, "") for key in ("id", "name", "description", "family", "licence", "dtype", "source")}
    wrong = next((key for key, value in words.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise _invalid(catalogue, f"'{wrong}' of {words['id']} is no text")
    encoder, decoder = (_file(stated.get(key), f"the {key} of {words['id']}", catalogue) for key in ("encoder", "decoder"))
    words["dtype"] = words["dtype"] or "float32"
    return Entry(**words, encoder=encoder, decoder=decoder, stated=stated, catalogue=catalogue)


def _file(stated: object, what: str, catalogue: str) -> ListedFile:
    """Read what is stated of a file."""
    if not isinstance(stated, dict) or ("url" in stated) == ("parts" in stated):
        raise _invalid(catalogue, f"What is stated of {what} is no object with either 'url' or 'parts'")
    size, digest = stated.get("bytes"), stated.get("sha256")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size <= 0):
        raise _invalid(catalogue, f"'bytes' of {what} is no number of bytes")
    if digest is not None and not _SHA256.fullmatch(str(digest)):
        raise _invalid(catalogue, f"'sha256' of {what} is not 64 hexadecimal digits in small letters")
    parts = tuple(_part(one, what, catalogue) for one in _list(stated.get("parts", []), f"'parts' of {what}", catalogue))
    addresses = list(_addresses(stated.get("url", []), what, catalogue))
    here = next((Path(one) for one in addresses if not _ADDRESS.fullmatch(one)), None)
    urls = tuple(one for one in addresses if _ADDRESS.fullmatch(one))
    data = dict(_data(stated.get("data", []), what, catalogue))
    if len(parts) == 1:
        (only,) = parts
        return ListedFile(only.urls, only.path, size or only.bytes, digest or only.sha256, (), data)
    return ListedFile(urls, here, size, digest, parts, data)


def _part(stated: object, what: str, catalogue: str) -> ListedFile:
    if not isinstance(stated, dict) or not isinstance(stated.get("sha256"), str) or not isinstance(stated.get("bytes"), int):
        raise _invalid(catalogue, f"A part of {what} does not state its 'url', 'bytes' and 'sha256'")
    return _file({key: stated.get(key) for key in ("url", "bytes", "sha256")}, f"a part of {what}", catalogue)


def _data(stated: object, what: str, catalogue: str) -> Iterator[tuple[str, ListedFile]]:
    for one in _list(stated, f"'data' of {what}", catalogue):
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _invalid(catalogue, f"A file in 'data' of {what} has no 'name'")
        yield name, _file({key: one[key] for key in one if key != "name"}, f"{name} of {what}", catalogue)


def _addresses(stated: object, what: str, catalogue: str) -> Iterator[str]:
    """Give addresses that hold everywhere, and paths of files that lie beside a catalogue on this machine."""
    for one in stated if isinstance(stated, list) else [stated]:
        if not isinstance(one, str) or not (_ADDRESS.fullmatch(one) or _RELATIVE.fullmatch(one)):
            raise _invalid(catalogue, f"'url' of {what} is neither a path below the catalogue nor an address of https")
        if _ADDRESS.fullmatch(one) or _ADDRESS.fullmatch(catalogue):
            yield urljoin(catalogue, one)
        else:
            yield str(Path(catalogue).expanduser().resolve().parent / one)


def _list(value: object, what: str, catalogue: str) -> list[Any]:
    if not isinstance(value, list):
        raise _invalid(catalogue, f"{what[:1].upper()}{what[1:]} is no list")
    return value


def _invalid(catalogue: str, problem: str) -> ModelError:
    return ModelError(
        "catalog-invalid",
        f"The list of models '{catalogue}' cannot be used. {problem}.",
        "docs/models.md says what may stand there; correct it, or use another.",
    )
