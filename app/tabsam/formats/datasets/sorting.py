"""What each file of a listing is: a picture, or annotations in which format. From names, and of JSON from its first keys."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tabsam.errors import TabsamError
from tabsam.formats.coco_variants import is_listed
from tabsam.formats.datasets.layout import CLASSES_FILE, ID2LABEL_FILE, MASK_NAME, OBJECTS_FILE, VOC_CLASSES_FILE, VOC_COLORS_FILE
from tabsam.formats.datasets.listing import Budget, ListedFile, Listing, Problem, beginning, contents
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.detecting import kind_of_json
from tabsam.formats.project import FORMAT, HEAD, VERTICES
from tabsam.formats.shared.parsing import json_object
from tabsam.formats.tools.recognising import keys_in, tool_of_json, tool_of_text

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_HEAD_BYTES = 65_536
_OF_TOOLS = (".xml", ".csv", ".gpkg")
_FOLDERS = {
    "SegmentationClass": "voc",
    "SegmentationObject": "voc",
    "labelmaps": "labelmap",
    "masks": "masks",
    "cutouts": "cutouts",
}
_WORK_NAME = re.compile(r"(^|/)work/\d{6}\.json$")
"""A part of a project, which is read with it."""

_SPLIT_LIST = re.compile(r"(auto_?split_)?(train|val|test)\w*\.txt", re.IGNORECASE)
"""YOLO's lists of pictures, which its ``data.yaml`` names."""

VERTICES_SUFFIX = PurePosixPath(VERTICES).suffix

_HELPERS = (CLASSES_FILE, VOC_CLASSES_FILE, VOC_COLORS_FILE, OBJECTS_FILE, ID2LABEL_FILE, "meta.json")


@dataclass
class Sorted:
    """Files by what they are.

    Attributes
    ----------
    pictures : list of ListedFile
    annotations : dict
        Lists of files by format: "coco", "labelme", "geojson", "yolo", "voc", "labelmap", "masks" and "tabsam", and the tools'.
    helpers : dict
        Files that say what classes and values mean, by their paths.
    problems : list of Problem
    top : str
        The one folder that all files lie in, with a slash; empty where there is none.
    passed_over : int
        How many files are none of these.
    """

    pictures: list[ListedFile] = field(default_factory=list)
    annotations: defaultdict[str, list[ListedFile]] = field(default_factory=lambda: defaultdict(list))
    helpers: dict[str, ListedFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    top: str = ""
    passed_over: int = 0


def sorted_out(listing: Listing, budget: Budget) -> Sorted:
    """Tell what each file is; what is neither a picture nor annotations is passed over."""
    tops = {file.path.partition("/")[0] if "/" in file.path else "" for file in listing.files}
    found = Sorted(problems=list(listing.problems), top=f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else "")
    # YOLO's labels lie beside their pictures as well, as darknet wants them.
    twins = {stem_path(file.path) for file in listing.files if is_picture(file.path)}
    for file in listing.files:
        path = PurePosixPath(file.path)
        suffix = path.suffix.lower()
        if _is_helper(path):
            found.helpers[file.path] = file
        elif is_picture(file.path):
            _sort_picture(file, path, found)
        elif suffix == ".tabsam":
            found.annotations["tabsam"].append(file)
        elif suffix in (".json", ".geojson", ".geojsonl") and not _WORK_NAME.search(file.path):
            _sort_json(file, path, found, budget)
        elif suffix == ".txt" and ("labels" in path.parts[:-1] or stem_path(file.path) in twins):
            found.annotations["yolo"].append(file)
        elif suffix == ".xml" and "Annotations" in path.parts[:-1]:
            found.annotations["voc"].append(file)
        elif suffix in _OF_TOOLS:
            _sort_tool(file, found)
        elif suffix != VERTICES_SUFFIX and not _WORK_NAME.search(file.path):  # these are parts of projects
            found.passed_over += 1
    _settle(found)
    return found


def _is_helper(path: PurePosixPath) -> bool:
    """Tell whether a file says what others mean: classes, values, or which pictures are in a split."""
    if path.name in _HELPERS or path.suffix.lower() in (".yaml", ".yml") or "ImageSets" in path.parts[:-1]:
        return True
    return bool(_SPLIT_LIST.fullmatch(path.name)) and "labels" not in path.parts[:-1]


def is_picture(path: str) -> bool:
    """Tell from its name whether a file is a picture, or a mask."""
    return path.lower().endswith(_PICTURES)


def _sort_picture(file: ListedFile, path: PurePosixPath, found: Sorted) -> None:
    kind = next((_FOLDERS[part] for part in path.parts[:-1] if part in _FOLDERS), None)
    if path.suffix.lower() == ".png" and any(part.startswith("panoptic") for part in path.parts[:-1]):
        found.helpers[file.path] = file
    elif path.suffix.lower() != ".png" or kind is None or (kind in ("masks", "cutouts") and not MASK_NAME.search(path.name)):
        found.pictures.append(file)
    elif kind != "cutouts":
        found.annotations[kind].append(file)


def _settle(found: Sorted) -> None:
    """Decide what depends on other files."""
    for file in found.annotations["coco-panoptic"]:
        _take_pngs_beside(file, found)
    if found.annotations["x-anylabeling"]:
        # A picture without objects has nothing by which its file differs from LabelMe's.
        found.annotations["x-anylabeling"] += found.annotations.pop("labelme", [])


def _take_pngs_beside(file: ListedFile, found: Sorted) -> None:
    """Have the PNG files in a panoptic file's folder be its numbers, and no pictures."""
    folder = file.path.rpartition("/")[0]
    if not folder:
        return
    for one in [one for one in found.pictures if one.path.startswith(f"{folder}/") and one.path.lower().endswith(".png")]:
        found.pictures.remove(one)
        found.helpers[one.path] = one


def _sort_tool(file: ListedFile, found: Sorted) -> None:
    try:
        kind = tool_of_text(beginning(file, _HEAD_BYTES))
    except TabsamError as error:
        found.problems.append(Problem.of(file.path, error))
        return
    if kind is not None:
        found.annotations[kind].append(file)


def _sort_json(file: ListedFile, path: PurePosixPath, found: Sorted, budget: Budget) -> None:
    try:
        kind = _kind_of(file, budget)
    except TabsamError as error:
        found.problems.append(Problem.of(file.path, error))
        return
    if kind is not None:
        found.annotations[kind].append(file)
    else:
        found.passed_over += 1


def _kind_of(file: ListedFile, budget: Budget) -> str | None:
    head = beginning(file, _HEAD_BYTES)
    if PurePosixPath(file.path).name == HEAD and f'"{FORMAT}"'.encode() in head:
        return "tabsam"
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if tool := tool_of_json(begin):
        return tool
    if begin.startswith(b"["):
        keys = keys_in(begin)[0]
        return "coco" if is_listed(dict.fromkeys(keys)) else "geojson" if "geometry" in keys else None
    if not begin.startswith((b"{", b"\xff\xfe", b"\xfe\xff")):
        return None
    if file.path.lower().endswith(".geojsonl"):
        return "geojson"
    kind = kind_of_json(keys_in(head)[0], "FeatureCollection" if b'"FeatureCollection"' in head else None)
    # What says less in its beginning: other members first, a bare geometry, UTF-16.
    if kind is None and (file.size > _HEAD_BYTES or file.path.lower().endswith(".geojson") or not head.lstrip()[:1].isascii()):
        root = json_object(contents(file, budget), "a file of annotations")
        kind = kind_of_json(root, root.get("type"))
    return kind
