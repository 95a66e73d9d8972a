"""Every format that there is to export, by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tabsam.document.annotations import Annotations
from tabsam.document.measuring import mean_colors, measured
from tabsam.errors import FormatError
from tabsam.formats.classes import write_classes
from tabsam.formats.coco import write_coco
from tabsam.formats.coco_drawing import Style
from tabsam.formats.exported import Format, Output, Source, about_picture, fitted, sentences_about
from tabsam.formats.geojson import write_geojson, write_lonlat
from tabsam.formats.labelmap import write_labelmap_with_legend, write_voc
from tabsam.formats.labelme import write_labelme
from tabsam.formats.measurements import write_measurements
from tabsam.formats.png import object_cutouts, object_masks, png_bytes
from tabsam.formats.shared.archive import zipped
from tabsam.formats.shared.writing import Exported, Files, stem_of, with_classes, without_empty
from tabsam.formats.svg import annotations_svg
from tabsam.formats.tools.items import Written
from tabsam.formats.tools.table import TOOLS, Tool
from tabsam.formats.voc import write_voc_xml
from tabsam.formats.yolo import write_yolo


def _one(write: Callable[[Annotations], bytes]) -> Callable[[Source], Output]:
    """Have a format of one file."""
    return lambda source: ({"": write(source.annotations)}, about_picture(source, beside=False))


def _several(write: Callable[[Annotations], Files], folder: str = "images/") -> Callable[[Source], Output]:
    """Have a format of several files: the picture joins them, into a folder, where its own file would not do."""

    def files(source: Source) -> Output:
        written, said = write(source.annotations), about_picture(source, beside=source.image is not None)
        if said and source.image is not None:
            stem = stem_of(source.annotations.picture)
            written = written | {f"{folder}{stem}.png": png_bytes(source.image)}
        return written, said

    return files


def _voc(annotations: Annotations) -> Files:
    stem = stem_of(annotations.picture)
    lists = {f"ImageSets/Segmentation/{name}.txt": f"{stem}\n".encode() for name in ("train", "trainval")}
    return write_voc(annotations) | {f"Annotations/{stem}.xml": write_voc_xml(annotations)} | lists


def _picture(source: Source) -> Output:
    if source.image is None:
        raise FormatError("needs-image", "This needs the picture.", "Open the picture first.")
    return {"": png_bytes(source.image)}, ()


def _cutouts(*, full: bool) -> Callable[[Source], Output]:
    def write(source: Source) -> Output:
        if source.image is None:
            raise FormatError("needs-image", "Cut-outs need the picture.", "Open the picture first.")
        return object_cutouts(source.annotations, source.image, full=full), ()

    return write


def _measurements(source: Source) -> Output:
    annotations, image = source.annotations, source.image
    colors = mean_colors(annotations.instances, image) if image else {}
    return {"": write_measurements(measured(annotations, colors, source.scale))}, ()


def _tool(tool: Tool) -> Format:
    """Have a tool's format, whose module is imported when it is written."""

    def write(source: Source) -> Output:
        annotations = with_classes(source.annotations)
        out = Written([(annotations.picture, annotations)], annotations.categories, annotations.picture)
        files = {file.path: b"".join(file.chunks) for file in tool.load().write(out)}
        said = about_picture(source, beside=False)
        return files if tool.extension == ".zip" else {"": next(iter(files.values()))}, said

    return _objects(tool.name, tool.title, tool.extension, write, tool.holds)


def _all(source: Source) -> Output:
    """Write most formats, each in a folder or a file of its own; those that cannot hold this are left out."""
    files: Files = {}
    left_out = []
    stem = stem_of(source.annotations.picture)
    for name in _IN_ALL:
        one = FORMATS[name]
        try:
            if one.needs_objects and not without_empty(source.annotations).instances:
                continue
            written, _ = one.write(fitted(source, one))
        except FormatError as error:
            left_out.append(f"'{one.title}' was left out: {error.message}")
            continue
        files |= {
            f"{name}/{path}" if path else f"{stem}{'' if one.is_named_alike else f'-{name}'}{one.extension}": data
            for path, data in written.items()
        }
    return files, tuple(left_out)


def _objects(
    name: str, title: str, extension: str, write: Callable[[Source], Output], holds: str, *, alike: bool = False
) -> Format:
    """Have a format that machines learn from: of objects with a class and pixels, and of pictures without any as well."""
    return Format(name, title, extension, write, holds, True, True, False, alike)


def _coco(style: Style) -> Callable[[Source], Output]:
    return _one(partial(write_coco, style=style))


_NO_NAMES = "names and scores are lost"

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        _objects(
            "coco", "COCO", ".json", _coco("polygons"), "Polygons, holes joined by cuts of no width; every reader takes them"
        ),
        _objects(
            "coco-rle", "COCO, exact masks", ".json", _coco("rle"), "Run-length masks, to the pixel; some readers stop there"
        ),
        _objects(
            "coco-rle-counts",
            "COCO, uncompressed masks",
            ".json",
            _coco("counts"),
            "Exact, larger; for readers without pycocotools",
        ),
        _objects("coco-boundaries", "COCO, without holes", ".json", _coco("boundaries"), "Polygons alone; holes are filled"),
        _objects(
            "yolo", "YOLO segmentation", ".zip", _several(write_yolo), f"One ring an object, holes and parts joined; {_NO_NAMES}"
        ),
        _objects(
            "voc", "Pascal VOC", ".zip", _several(_voc, "JPEGImages/"), f"Label maps; what lies under other objects, {_NO_NAMES}"
        ),
        _objects(
            "labelme",
            "LabelMe",
            ".json",
            _one(write_labelme),
            "Polygons, holes joined by cuts of no width; scores are lost",
            alike=True,
        ),
        _objects(
            "labelme-masks",
            "LabelMe, exact masks",
            ".json",
            _one(partial(write_labelme, masks=True)),
            "A mask an object, to the pixel; labelme 5.3 and later",
            alike=True,
        ),
        *map(_tool, TOOLS.values()),
        Format(
            "svg",
            "SVG",
            ".svg",
            _one(lambda annotations: annotations_svg(annotations).encode()),
            "Exact outlines, to be drawn on",
        ),
        Format(
            "geojson",
            "GeoJSON",
            ".geojson",
            _one(write_geojson),
            "Exact outlines with holes, names, classes and scores",
            needs_objects=False,
        ),
        Format(
            "geojson-lonlat",
            "GeoJSON in longitude and latitude",
            ".geojson",
            _one(write_lonlat),
            "RFC 7946: any map program places it",
            needs_objects=False,
        ),
        Format(
            "labelmap-objects",
            "Label map by object",
            ".zip",
            _several(write_labelmap_with_legend),
            "A number a pixel, and its legend; what lies under other objects is lost",
            needs_pixels=True,
            needs_objects=False,
        ),
        _objects(
            "labelmap-classes",
            "Label map by class",
            ".zip",
            _several(partial(write_labelmap_with_legend, by_class=True)),
            "A class a pixel, and its legend; single objects are lost",
        ),
        Format(
            "masks", "A mask for each object", ".zip", _several(object_masks), "To the pixel; black and white", needs_pixels=True
        ),
        Format(
            "cutouts",
            "A cut-out for each object",
            ".zip",
            _cutouts(full=False),
            "The objects, the rest transparent",
            needs_pixels=True,
        ),
        Format(
            "cutouts-full",
            "A cut-out for each object, at the picture's size",
            ".zip",
            _cutouts(full=True),
            "The same, each in its place",
            needs_pixels=True,
        ),
        Format("measurements", "Measurements", ".csv", _measurements, "Numbers of each object; no outlines"),
        Format(
            "classes",
            "Class list",
            ".txt",
            _one(lambda annotations: write_classes(annotations.categories)),
            "Names alone",
            needs_objects=False,
        ),
        Format("picture", "The picture, upright", ".png", _picture, "As it is seen here, without EXIF", needs_objects=False),
        Format(
            "all", "All formats", ".zip", _all, "Each in a folder or a file of its own", needs_classes=True, needs_objects=False
        ),
    )
}
"""In the order in which they are offered."""

_LEFT_OUT_OF_ALL = (
    "coco-rle",
    "coco-rle-counts",
    "coco-boundaries",
    "labelme-masks",
    "geojson-lonlat",
    "cutouts-full",
    "picture",
    "all",
)
_IN_ALL = tuple(name for name in FORMATS if name not in _LEFT_OUT_OF_ALL)


def write(name: str, source: Source) -> Exported:
    """Write a format, as one file: several are put into a zip.

    Raises
    ------
    FormatError
        ``unknown-format``, ``needs-image``, ``nothing-to-export`` (no object has an outline); ``too-many-labels``, ``needs-crs``.
    """
    chosen = FORMATS.get(name)
    if chosen is None:
        raise FormatError("unknown-format", f"There is no format '{name}'.", f"Choose one of: {', '.join(FORMATS)}.")
    if chosen.needs_objects and not without_empty(source.annotations).instances:
        raise FormatError("nothing-to-export", "There is nothing to export yet.", "Mark an object first.")
    notes = sentences_about([source.annotations], chosen)
    files, left_out = chosen.write(fitted(source, chosen))
    data = zipped(files) if chosen.extension == ".zip" else files[""]
    stem = stem_of(source.annotations.picture)
    file_name = f"{stem}{chosen.extension}" if chosen.is_named_alike else f"{stem}-{name}{chosen.extension}"
    return Exported(data, chosen.media_type, file_name, notes + left_out)
