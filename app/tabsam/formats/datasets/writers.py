"""How each format's files lie in a data set; what is in them is the format's own module's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from tabsam.errors import FormatError
from tabsam.formats.classes import write_classes
from tabsam.formats.coco import coco_chunks
from tabsam.formats.coco_drawing import Style
from tabsam.formats.datasets import layout
from tabsam.formats.datasets.dataset import SPLITS, DatasetPicture
from tabsam.formats.datasets.described import objects_json
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.datasets.outgoing import Outgoing, chunks_of, opened
from tabsam.formats.geojson import write_geojson, write_lonlat
from tabsam.formats.labelmap import id2label, voc_colors, write_labelmap, write_voc
from tabsam.formats.labelme import write_labelme
from tabsam.formats.png import object_cutouts, object_masks
from tabsam.formats.shared.writing import Files, StreamedFile
from tabsam.formats.svg import annotations_svg
from tabsam.formats.voc import write_voc_xml
from tabsam.formats.yolo import yolo_config, yolo_labels
from tabsam.model.image import open_image

Written = Iterator[StreamedFile]


def coco(out: Outgoing, *, style: Style = "polygons") -> Written:
    """Write one file about all pictures; its file names are theirs in ``images/``."""
    listed = [(picture.path, picture.annotations) for picture in out.dataset.pictures]
    yield StreamedFile(layout.COCO_FILE, coco_chunks(out.dataset.name, listed, out.dataset.categories, style=style))
    for picture in out.dataset.pictures:
        yield from out.picture_file(picture, layout.IMAGES)


def yolo(out: Outgoing) -> Written:
    """Write ``images/`` and ``labels/`` with a folder for each split, as twins, and what Ultralytics is given: ``data.yaml``."""
    used = [split for split in SPLITS if any(one.split == split for one in out.dataset.pictures)]
    # Ultralytics wants the first two; of too few pictures, those it learns from are those that it is measured with.
    folders = {split: f"{layout.IMAGES}{split if split in used else used[0]}" for split in ("train", "val", *used)}
    yield StreamedFile.of(layout.YOLO_FILE, yolo_config(out.dataset.categories, folders))
    yield StreamedFile.of(layout.CLASSES_FILE, write_classes(out.dataset.categories))
    for picture in out.dataset.pictures:
        labels = yolo_labels(picture.annotations)
        yield StreamedFile.of(f"{layout.LABELS}{picture.split}/{stem_path(picture.path)}.txt", labels)
        yield from out.picture_file(picture, f"{layout.IMAGES}{picture.split}/")


def voc(out: Outgoing) -> Written:
    """Write Pascal VOC's folders; its lists name the pictures without their endings."""

    def files_of(picture: DatasetPicture) -> Files:
        stem, maps = stem_path(picture.path), write_voc(picture.annotations)
        del maps[layout.VOC_CLASSES_FILE], maps[layout.VOC_COLORS_FILE]
        files = {f"{PurePosixPath(path).parent}/{stem}.png": data for path, data in maps.items()}
        return {f"{layout.VOC_XML}{stem}.xml": write_voc_xml(picture.annotations), **files}

    yield from out.each(files_of, layout.VOC_PICTURES)
    yield StreamedFile.of(layout.VOC_CLASSES_FILE, b"background\n" + write_classes(out.dataset.categories))
    yield StreamedFile.of(layout.VOC_COLORS_FILE, voc_colors(out.dataset.categories))
    stems = [(picture.split, f"{stem_path(picture.path)}\n") for picture in out.held]
    for name in (*SPLITS, "trainval"):
        lines = "".join(stem for split, stem in stems if split == name or (name == "trainval" and split != "test"))
        if lines or name != "test":
            yield from (
                StreamedFile.of(f"{folder}{name}.txt", lines.encode()) for folder in (layout.VOC_LISTS, layout.VOC_BOX_LISTS)
            )


def labelme(out: Outgoing, *, masks: bool = False) -> Written:
    """Write a file beside each picture."""
    return out.each(lambda picture: {f"{stem_path(picture.path)}.json": write_labelme(picture.annotations, masks=masks)})


def geojson(out: Outgoing, *, lonlat: bool = False) -> Written:
    """Write a file beside each picture."""
    write = write_lonlat if lonlat else write_geojson
    return out.each(lambda picture: {f"{stem_path(picture.path)}.geojson": write(picture.annotations)})


def svg(out: Outgoing) -> Written:
    """Write a file beside each picture."""
    return out.each(lambda picture: {f"{stem_path(picture.path)}.svg": annotations_svg(picture.annotations).encode()})


def labelmap_objects(out: Outgoing) -> Written:
    """Write ``labelmaps/`` beside ``images/``, and what the values in each are."""

    def files_of(picture: DatasetPicture) -> Files:
        return {f"{layout.LABELMAPS}{stem_path(picture.path)}.png": write_labelmap(picture.annotations)}

    yield from out.each(files_of, layout.IMAGES)
    yield StreamedFile(layout.OBJECTS_FILE, objects_json(out.held, out.dataset.categories))


def labelmap_classes(out: Outgoing) -> Written:
    """Write ``labelmaps/`` beside ``images/``, and the classes' values as Hugging Face's models have them."""

    def files_of(picture: DatasetPicture) -> Files:
        return {f"{layout.LABELMAPS}{stem_path(picture.path)}.png": write_labelmap(picture.annotations, by_class=True)}

    yield from out.each(files_of, layout.IMAGES)
    yield StreamedFile.of(layout.ID2LABEL_FILE, id2label(out.dataset.categories))


def masks(out: Outgoing) -> Written:
    """Write a folder with masks for each picture into ``masks/``, beside ``images/``, and what each mask is."""

    def files_of(picture: DatasetPicture) -> Files:
        return _in_folder(f"{layout.MASKS}{stem_path(picture.path)}", object_masks(picture.annotations))

    yield from out.each(files_of, layout.IMAGES)
    yield StreamedFile(layout.OBJECTS_FILE, objects_json(out.held, out.dataset.categories))


def cutouts(out: Outgoing, *, full: bool = False) -> Written:
    """Write a folder with cut-outs for each picture."""

    def files_of(picture: DatasetPicture) -> Files:
        stream = opened(picture)
        if stream is None:
            raise FormatError("needs-image", "Cut-outs need the picture.", "Open the picture first.")
        with stream:
            image = open_image(b"".join(chunks_of(stream, picture.path)))
        return _in_folder(f"{layout.CUTOUTS}{stem_path(picture.path)}", object_cutouts(picture.annotations, image, full=full))

    return out.each(files_of, layout.IMAGES)


def _in_folder(folder: str, files: Files) -> Files:
    return {f"{folder}/{name}": data for name, data in files.items()}
