"""What a catalogue of models must be, said in sentences; docs/models.md describes it for people.

The page checks catalogues that come from elsewhere by the same rules (web/worker/models/catalogue-check.js); a test holds the two
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DTYPES = ("float32", "float16", "int8")
FILES = {"encoder": "encoder", "decoder": "decoder", "processorDecoder": "processor's decoder"}
"""Which files a model has, and what they are called."""

ENTRY_KEYS = frozenset(
    {
        *("id", "name", "family", "licence", "dtype", "description", "source", "needs", "former", "everything", "edges", "tidy"),
        *FILES,
    }
)
NEEDED = ("encoder", "decoder")
FILE_KEYS = frozenset({"url", "parts", "bytes", "sha256", "data"})
LIMITS = ("maxBufferSize", "maxStorageBufferBindingSize")
EDGES = ("decoded", "follow")
MOST_TIDY = 0.2
"""Of a mask: what is larger is no speck."""
THRESHOLDS = ("predIouThresh", "stabilityScoreThresh", "boxNmsThresh", "maskNmsThresh")

#: Bytes. SAM's largest has 2.6 GB, and a tab has no room for more than 4.
LARGEST = 10**11

#: A path without a scheme, a host or a step upwards; or an address that a page on https may ask.
RELATIVE = re.compile(r"(?!/)(?!.*(^|/)\.\.(/|$))[^:\\]+")
ABSOLUTE = re.compile(r"https://[^/\s]+/\S*|http://(localhost|127\.0\.0\.1)(:\d+)?/\S*")
ID = re.compile(r"(?!own-)[a-z0-9][a-z0-9._-]{0,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LocalFile:
    """A file that comes with the site.

    Attributes
    ----------
    path : str
        From the catalogue's folder.
    bytes, sha256
        What the catalogue says of it.
    """

    path: str
    bytes: int
    sha256: str


def problems_of(catalogue: object, *, ours: bool = True) -> list[str]:
    """Tell what is wrong with a catalogue.

    Parameters
    ----------
    catalogue : object
        As it was read from JSON.
    ours : bool
        Whether it is a site's own, which names the model to start with, says everything about the files beside it, and has
        no keys that mean nothing. Of one from elsewhere only the page's questions are asked.

    Returns
    -------
    list of str
        A sentence for each thing that is wrong, in order; empty when all is well.
    """
    if not isinstance(catalogue, dict) or not isinstance(catalogue.get("models"), list):
        return ["A catalogue is an object with a list 'models'."]
    models = catalogue["models"]
    if not models:
        return ["The list 'models' is empty."]
    problems = [problem for index, entry in enumerate(models) for problem in _problems_of_entry(entry, index, ours=ours)]
    ids = [entry["id"] for entry in models if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    problems += [f"There are two models with the id '{one}'." for one in dict.fromkeys(ids) if ids.count(one) > 1]
    if ours and catalogue.get("default") not in ids:
        problems.append("'default' is not the id of a model.")
    return problems


def local_files(catalogue: Mapping[str, Any]) -> Iterator[LocalFile]:
    """Give the files that come with the site, of a catalogue without problems."""
    for model in catalogue["models"]:
        for file in (one for part in FILES if part in model for one in _files_in(model[part])):
            if isinstance(file["url"], str) and RELATIVE.fullmatch(file["url"]):
                yield LocalFile(file["url"], file["bytes"], file["sha256"])


def _files_in(file: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give what is fetched for one file: itself or its parts, and its weights beside it."""
    yield from file.get("parts") or [file]
    for data in file.get("data", ()):
        yield from _files_in(data)


def _problems_of_entry(entry: object, index: int, *, ours: bool) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"Model {index + 1} is not an object."
        return
    one = entry.get("id")
    if not isinstance(one, str) or not ID.fullmatch(one):
        yield f"Model {index + 1} has no 'id' of small letters, digits, '.', '_' and '-' (and not beginning with 'own-')."
        return
    yield from _problems_of_words(entry, one)
    if "needs" in entry and not _is_needs(entry["needs"]):
        yield f"'needs' of {one} is not an object with 'features' (texts), '{LIMITS[0]}' and '{LIMITS[1]}' (bytes)."
    if "everything" in entry and not _is_everything(entry["everything"]):
        yield f"'everything' of {one} is not an object with 'pointsPerSide' (1 to 128) and {', '.join(THRESHOLDS)} (0 to 1)."
    yield from _problems_of_finishing(entry, one)
    if "former" in entry and not _is_digests(entry["former"]):
        yield f"'former' of {one} is not a list of digests: 64 hexadecimal digits in small letters each."
    if ours:
        if not entry.get("licence"):
            yield f"{one} has no 'licence'."
        yield from (f"{one} has '{key}', which means nothing." for key in entry if key not in ENTRY_KEYS)
    for part in (one for one in FILES if one in entry or one in NEEDED):
        yield from _problems_of_file(entry.get(part), f"the {FILES[part]} of {one}", ours=ours)


def _problems_of_finishing(entry: Mapping[str, Any], one: str) -> Iterator[str]:
    if entry.get("edges", EDGES[0]) not in EDGES:
        yield f"'edges' of {one} is not one of {', '.join(EDGES)}."
    tidy = entry.get("tidy", 0)
    if isinstance(tidy, bool) or not isinstance(tidy, int | float) or not 0 <= tidy <= MOST_TIDY:
        yield f"'tidy' of {one} is not a number from 0 to {MOST_TIDY}."


def _problems_of_words(entry: Mapping[str, Any], one: str) -> Iterator[str]:
    if not isinstance(entry.get("name"), str) or not entry["name"].strip():
        yield f"{one} has no 'name'."
    for key in ("family", "licence", "description", "source"):
        if not isinstance(entry.get(key, ""), str):
            yield f"'{key}' of {one} is not a text."
    if isinstance(entry.get("source"), str) and not ABSOLUTE.fullmatch(entry["source"]):
        yield f"'source' of {one} is not an address of https."
    if entry.get("dtype", "float32") not in DTYPES:
        yield f"'dtype' of {one} is none of {', '.join(DTYPES)}."


def _is_needs(needs: object) -> bool:
    if not isinstance(needs, dict) or not set(needs) <= {"features", *LIMITS}:
        return False
    features = needs.get("features", [])
    return (
        isinstance(features, list)
        and all(isinstance(feature, str) for feature in features)
        and all(_is_count(needs.get(limit, 1)) for limit in LIMITS)
    )


def _is_everything(options: object) -> bool:
    if not isinstance(options, dict) or not set(options) <= {"pointsPerSide", *THRESHOLDS}:
        return False
    side = options.get("pointsPerSide", 1)
    return _is_count(side) and side <= 128 and all(_is_share(options.get(name, 0)) for name in THRESHOLDS)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _problems_of_file(file: object, what: str, *, ours: bool) -> Iterator[str]:
    if not isinstance(file, dict):
        yield f"{_capital(what)} is not an object."
        return
    if ("url" in file) == ("parts" in file):
        yield f"{_capital(what)} needs either a 'url' or 'parts'."
    elif "url" in file:
        yield from _problems_of_addresses(file["url"], what)
    else:
        yield from _problems_of_parts(file["parts"], what)
    if not _is_size(file.get("bytes", 1)):
        yield f"'bytes' of {what} is not a number of bytes that a model's file can have."
    if not _is_digest(file.get("sha256", "0" * 64)):
        yield f"'sha256' of {what} is not 64 hexadecimal digits in small letters."
    if ours and isinstance(file.get("url"), str) and RELATIVE.fullmatch(file["url"]) and not {"bytes", "sha256"} <= set(file):
        yield f"{_capital(what)} is beside the catalogue, but its 'bytes' and 'sha256' are not both stated."
    yield from _problems_of_data(file.get("data", []), what, ours=ours)
    if ours:
        allowed = FILE_KEYS | {"name"}
        yield from (f"{_capital(what)} has '{key}', which means nothing." for key in file if key not in allowed)


def _problems_of_addresses(url: object, what: str) -> Iterator[str]:
    addresses = url if isinstance(url, list) else [url]
    if not addresses:
        yield f"'url' of {what} is an empty list."
    for address in addresses:
        if not isinstance(address, str) or not (RELATIVE.fullmatch(address) or ABSOLUTE.fullmatch(address)):
            yield f"'url' of {what} is neither a path below the catalogue nor an address of https."


def _problems_of_parts(parts: object, what: str) -> Iterator[str]:
    if not isinstance(parts, list) or not parts:
        yield f"'parts' of {what} is not a list."
        return
    for part in parts:
        if not isinstance(part, dict) or not _is_size(part.get("bytes")) or not _is_digest(part.get("sha256")):
            yield f"A part of {what} does not state its 'url', 'bytes' and 'sha256'."
        else:
            yield from _problems_of_addresses(part.get("url"), f"a part of {what}")


def _problems_of_data(data: object, what: str, *, ours: bool) -> Iterator[str]:
    if not isinstance(data, list):
        yield f"'data' of {what} is not a list."
        return
    for file in data:
        name = file.get("name") if isinstance(file, dict) else None
        if not isinstance(name, str) or not re.fullmatch(r"[^/\\]+", name):
            yield f"A file in 'data' of {what} has no 'name' (the one by which the graph asks for it)."
        elif "data" in file:
            yield f"{name} in 'data' of {what} has 'data' of its own."
        else:
            yield from _problems_of_file(file, f"{name} of {what}", ours=ours)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_size(value: Any) -> bool:
    return _is_count(value) and value <= LARGEST


def _is_digests(value: object) -> bool:
    return isinstance(value, list) and all(_is_digest(one) for one in value)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
