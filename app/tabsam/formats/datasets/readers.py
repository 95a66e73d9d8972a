"""What each format's files in a data set say: about which picture, and how its objects are read once it is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from tabsam.arrays import BoolArray, Size
from tabsam.errors import FormatError, TabsamError
from tabsam.formats.coco_file import CocoFile
from tabsam.formats.datasets import layout
from tabsam.formats.datasets.dataset import SPLITS
from tabsam.formats.datasets.described import read_id2label, read_objects_json
from tabsam.formats.datasets.listing import ListedFile, Problem
from tabsam.formats.datasets.matching import Reference
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.datasets.places import relative_path, split_before, within, without_split
from tabsam.formats.datasets.sources import Entry, Sources
from tabsam.formats.datasets.tools import read_item, tool_entries
from tabsam.formats.geojson_reading import read_geojson
from tabsam.formats.labelme import labelme_object, read_labelme
from tabsam.formats.mask_images import read_labelmap, read_mask
from tabsam.formats.shared.imported import ImportBuilder, Imported
from tabsam.formats.shared.parsing import text_of
from tabsam.formats.shared.picture_names import plain_path
from tabsam.formats.tools.table import TOOLS
from tabsam.formats.voc import read_voc
from tabsam.formats.yolo import read_yolo

Entries = Iterator[Entry]


def entries(sources: Sources, format: str) -> Entries:
    """Give what a format's files say, file after file: each is read when those before it have been gone through."""
    files = sources.files.annotations[format]
    if format in _GROUPED:
        yield from _GROUPED[format](sources, files)
        return
    for file in files:
        try:
            yield from tool_entries(sources, format, file) if format in TOOLS else _SINGLE[format](sources, file)
        except TabsamError as error:
            sources.problems.append(Problem.of(file.path, error))


def _coco(sources: Sources, file: ListedFile) -> Entries:
    coco = CocoFile.of(sources.bytes_of(file))
    rest = ImportBuilder("", (0, 0))
    coco.say_the_rest(rest)
    if coco.kind == "masks":  # a list about one picture, which goes by the file's name
        stems = _with_and_without_top(sources, stem_path(file.path))
        yield Entry(Reference(file.path, stems=stems), partial(coco.read, coco.images[0]))
        return
    names, asked = set[str](), set[str]()
    for image in coco.images:
        name = image.get("file_name")
        if not isinstance(name, str) or not plain_path(name):
            rest.say("An image without a file name was left out.", "{n} images without a file name were left out.")
            continue
        path = relative_path(name)
        sharing = [plain_path(str(one.get("file_name") or "")) for one in coco.sharing_id(image)]
        if len(sharing) > 1:  # whose the objects are, the file does not say
            reference = Reference(file.path, either=tuple(dict.fromkeys(filter(None, sharing))))
            if reference.name in asked:
                continue
            asked.add(reference.name)
        else:
            reference = Reference(file.path, (path,))
            if path in names:
                rest.say("Two images of one name were made one.", "{n} images were made one with others of the same name.")
            names.add(path)
        # An image without objects is listed as well: it has been looked at.
        yield Entry(reference, partial(coco.read, image))
    for sentence in rest.imported().left_out:
        sources.problems.append(Problem(file.path, "left-out", sentence))


def _labelme(sources: Sources, file: ListedFile) -> Entries:
    data = sources.bytes_of(file)
    named, folder = labelme_object(data)[0].get("imagePath"), PurePosixPath(file.path).parent
    # A picture that was renamed together with its file is found by the file's name.
    stems = _with_and_without_top(sources, stem_path(file.path))
    if isinstance(named, str) and named.strip("/\\ "):
        paths = _with_and_without_top(sources, relative_path(str(folder / named.replace("\\", "/"))))
        yield Entry(Reference(file.path, paths, stems), partial(read_labelme, data))
    else:
        yield Entry(Reference(file.path, stems=stems), partial(read_labelme, data))


def _geojson(sources: Sources, file: ListedFile) -> Entries:
    stems = _with_and_without_top(sources, stem_path(file.path))
    yield Entry(Reference(file.path, stems=stems), lambda size, name: read_geojson(sources.bytes_of(file), size, name))


def _yolo(sources: Sources, file: ListedFile) -> Entries:
    root, rest = within(file.path, "labels", last=True) or ("", file.path)
    inner, split = without_split(stem_path(rest))
    stems = (f"{root}{layout.IMAGES}{stem_path(rest)}", inner)

    def read(size: Size, name: str) -> Imported:
        return read_yolo(sources.bytes_of(file), size, name, classes=sources.yolo_classes(file.path))

    yield Entry(Reference(file.path, stems=stems), read, sources.yolo_split(stems[0]) or split or split_before(root))


def _labelmap(sources: Sources, file: ListedFile) -> Entries:
    root, rest = within(file.path, "labelmaps") or ("", file.path)
    stem = stem_path(rest)

    def read(size: Size, name: str) -> Imported:
        objects = sources.helper(root + layout.OBJECTS_FILE, read_objects_json)
        labels: Mapping[int, str] = sources.helper(root + layout.ID2LABEL_FILE, read_id2label) or {}
        own = objects.pictures.get(stem, []) if objects else []

        def described(value: int, where: tuple[slice, slice], inside: BoolArray) -> tuple[str, str]:
            return own[value - 1] if value <= len(own) else (labels.get(value, ""), "" if value in labels else str(value))

        categories = objects.categories if objects else list(labels.values())
        return read_labelmap(sources.bytes_of(file), size, name, described, categories=categories)

    yield Entry(Reference(file.path, stems=(f"{root}{layout.IMAGES}{stem}", stem)), read)


def _masks(sources: Sources, files: list[ListedFile]) -> Entries:
    pictures: defaultdict[tuple[str, str], list[ListedFile]] = defaultdict(list)
    for file in files:
        root, rest = within(file.path, "masks") or ("", file.path)
        # In a folder of its own, or named after it; a folder may be longer than what names can hold.
        folder, _, name = rest.rpartition("/")
        pictures[root, folder or layout.MASK_NAME.sub("", name)].append(file)
    for (root, stem), parts in pictures.items():
        read = partial(_read_masks, sources, root, stem, sorted(parts, key=lambda one: _mask_place(one.path)))
        yield Entry(Reference(parts[0].path, stems=(f"{root}{layout.IMAGES}{stem}", stem)), read)


def _read_masks(sources: Sources, root: str, stem: str, files: list[ListedFile], size: Size, name: str) -> Imported:
    objects = sources.helper(root + layout.OBJECTS_FILE, read_objects_json)
    own = objects.pictures.get(stem, []) if objects else []
    found = ImportBuilder(name, size)
    for category in objects.categories if objects else ():
        found.category(category)
    for file in files:
        place, match = _mask_place(file.path), layout.MASK_NAME.search(file.path)
        category, title = own[place - 1] if 0 < place <= len(own) else ((match[2] or "") if match else "", "")
        try:
            read = read_mask(sources.bytes_of(file), size, name).annotations.instances
        except FormatError as error:
            if error.code == "other-size":
                raise
            if error.code != "mask-empty":  # an object that covers no pixel
                sources.problems.append(Problem.of(file.path, error))
            continue
        for one in read:
            found.add(one.outline, found.category(category) if category.strip() else None, name=title)
    return found.imported()


def _mask_place(path: str) -> int:
    match = layout.MASK_NAME.search(path)
    return int(match[1]) if match else 0


def _voc(sources: Sources, files: list[ListedFile]) -> Entries:
    pictures: defaultdict[tuple[str, str], dict[str, ListedFile]] = defaultdict(dict)
    for file in files:
        for folder in (layout.VOC_CLASS, layout.VOC_OBJECT, layout.VOC_XML):
            parted = within(file.path, folder.rstrip("/"))
            if parted:
                pictures[parted[0], stem_path(parted[1])][folder] = file
                break
    for (root, stem), parts in pictures.items():
        first = next(iter(parts.values()))
        stems = (f"{root}{layout.VOC_PICTURES}{stem}", stem)
        yield Entry(Reference(first.path, stems=stems), partial(_read_voc, sources, root, parts), _voc_split(sources, root, stem))


def _read_voc(sources: Sources, root: str, parts: dict[str, ListedFile], size: Size, name: str) -> Imported:
    maps = [sources.bytes_of(parts[folder]) if folder in parts else None for folder in (layout.VOC_OBJECT, layout.VOC_CLASS)]
    described = sources.bytes_of(parts[layout.VOC_XML]) if layout.VOC_XML in parts else None
    if maps == [None, None]:
        assert described is not None  # one of the three is why there is something to read
        (item,) = TOOLS["voc-xml"].load().items(described, "", lambda path: None)
        return read_item("voc-xml", item, size, name)
    read = read_voc(maps[0], maps[1], sources.voc_classes(root), size, name, colors=sources.voc_colors(root))
    return read if described is None else _with_remarks(sources, read, described, parts[layout.VOC_XML].path)


def _with_remarks(sources: Sources, read: Imported, described: bytes, path: str) -> Imported:
    from tabsam.formats.tools.voc_xml import with_remarks

    try:
        return with_remarks(read, described)
    except FormatError as error:
        sources.problems.append(Problem.of(path, error))
        return read


def _voc_split(sources: Sources, root: str, stem: str) -> str:
    for split in SPLITS:
        stems = sources.helper(f"{root}{layout.VOC_LISTS}{split}.txt", lambda data: frozenset(text_of(data).splitlines()))
        if stems and stem in stems:
            return split
    return ""


def _with_and_without_top(sources: Sources, path: str) -> tuple[str, ...]:
    """Give a path, and what it is within the folder that all of the data set lies in, if there is one."""
    top = sources.files.top
    return (path, path.removeprefix(top)) if top and path.startswith(top) else (path,)


_SINGLE: Mapping[str, Callable[[Sources, ListedFile], Entries]] = {
    "coco": _coco,
    "labelme": _labelme,
    "geojson": _geojson,
    "yolo": _yolo,
    "labelmap": _labelmap,
}
_GROUPED: Mapping[str, Callable[[Sources, list[ListedFile]], Entries]] = {"voc": _voc, "masks": _masks}
