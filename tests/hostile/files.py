"""Files that ask for too much: deep, many, tangled or huge. Each is made by a function of its own, from nothing."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from tests.support.tiffs import grey

#: The open picture's: 12 megapixels.
SIZE = (3000, 4000)
NAME = "picture.png"

#: The name of a file, and what is in it.
File = tuple[str, bytes]


def coco(segmentation: Any, categories: int = 1, images: int = 1) -> bytes:
    """Give a COCO file of one object of the open picture."""
    return json.dumps(
        {
            "images": [{"id": number, "file_name": NAME, "width": SIZE[1], "height": SIZE[0]} for number in range(images)],
            "annotations": [{"id": 1, "image_id": 0, "category_id": 0, "segmentation": segmentation}],
            "categories": [{"id": number, "name": f"class {number}"} for number in range(categories)],
        }
    ).encode()


def png(mask: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(mask).save(file, "PNG")
    return file.getvalue()


def features(*shapes: Any) -> bytes:
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": one} for one in shapes]}
    ).encode()


def deep_lists() -> File:
    return "deep.json", b'{"images": ' + b"[" * 200_000 + b"]" * 200_000 + b', "annotations": [], "categories": []}'


def deep_objects() -> File:
    return "deep.json", b'{"images": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b', "annotations": [], "categories": []}'


def deep_geojson() -> File:
    text = b'{"type":"GeometryCollection","geometries":[' * 20_000 + b"]}" * 20_000
    return "deep.geojson", b'{"type":"Feature","properties":{},"geometry":' + text + b"}"


def deep_text() -> File:
    """Give a sound file, of which a text only looks deep."""
    file = json.loads(coco([[10, 10, 90, 10, 90, 90]]))
    return "text.json", json.dumps(file | {"info": {"description": "[" * 5000 + '\\"' + "{" * 5000}}).encode()


def checkerboard() -> File:
    mask = (np.indices(SIZE).sum(axis=0) % 2).astype(np.bool_)
    return "board.png", png(mask)


def noise() -> File:
    return "noise.png", png(np.random.default_rng(0).random(SIZE) < 0.5)


def noise_rle() -> File:
    """Uncompressed run lengths of alternating pixels."""
    return "noise.json", coco({"size": list(SIZE), "counts": [1] * (SIZE[0] * SIZE[1] // 8) + [SIZE[0] * SIZE[1] * 7 // 8]})


def overlapping_polygons() -> File:
    rng = np.random.default_rng(0)
    return "overlapping.json", coco([(rng.random((40, 2)) * (4000, 3000)).ravel().tolist() for _ in range(1000)])


def zigzag() -> File:
    """Twenty thousand corners, every edge of which crosses half of the others."""
    x, y = np.arange(20_000) % 2 * 4000.0, np.random.default_rng(0).random(20_000) * 3000
    return "zigzag.json", coco([np.column_stack([x, y]).ravel().tolist()])


def comb() -> File:
    x = np.arange(40_000) * 0.1
    y = np.where(np.arange(40_000) % 4 < 2, 0.0, 3000.0)
    return "comb.json", coco([[*np.column_stack([x, y]).ravel().tolist(), 4000.0, -1.0, 0.0, -1.0]])


def long_outline() -> File:
    """Give a sound outline of two hundred thousand corners."""
    turn = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    radius = 1200 + 100 * np.sin(turn * 5000)
    return "long.json", coco(
        [np.column_stack([2000 + radius * np.cos(turn), 1500 + radius * np.sin(turn)]).round(3).ravel().tolist()]
    )


def label_values() -> File:
    """Five thousand labels, scattered."""
    return "labels.png", png(np.random.default_rng(0).integers(0, 5000, SIZE).astype(np.uint16))


def label_map() -> File:
    """Give a sound label map of five thousand cells."""
    y, x = np.indices(SIZE)
    return "cells.png", png((y // 50 * 80 + x // 50 + 1).astype(np.uint16))


def scattered_labels() -> File:
    """Give five thousand labels, each of which is at both ends of the picture."""
    labels = np.zeros(SIZE, np.uint16)
    labels[0].flat = labels[-1].flat = np.arange(1, SIZE[1] + 1)
    labels[1, :1000] = labels[-2, -1000:] = np.arange(4001, 5001)
    return "scattered.png", png(labels)


def deep_xml() -> File:
    return "deep.xml", b"<annotations>" + b"<image>" * 100_000


def long_line() -> File:
    """Give YOLO labels of a hundred thousand corners, all over the picture."""
    places = np.random.default_rng(0).random(200_000).round(4)
    return "labels.txt", ("0 " + " ".join(map(str, places.tolist())) + "\n").encode()


def wide_shapes() -> File:
    """Give LabelMe shapes that are far larger than any picture."""
    far = [[-1e300, -1e300], [1e300, -1e300], [1e300, 1e300], [-1e300, 1e300]]
    shapes = [{"label": "far", "points": far, "shape_type": "polygon"}] * 1000
    about = {"imagePath": NAME, "imageWidth": SIZE[1], "imageHeight": SIZE[0], "imageData": None}
    return "wide.json", json.dumps({"version": "5.0.0", "shapes": shapes, **about}).encode()


def surrogates() -> File:
    """Give names that no encoding can write."""
    file = json.loads(coco([[10, 10, 90, 10, 90, 90]]))
    file["categories"][0]["name"] = "half \ud800 a character"
    return "names.json", json.dumps(file).encode()


def many_classes() -> File:
    return "classes.json", coco([[10, 10, 90, 10, 90, 90]], categories=30_000)


def many_images_of_one_name() -> File:
    return "images.json", coco([[10, 10, 90, 10, 90, 90]], images=40_000)


def many_images_of_one_id() -> File:
    file = json.loads(coco([[10, 10, 90, 10, 90, 90]]))
    names = [NAME, *(f"{number}.png" for number in range(40_000))]
    file["images"] = [{"id": 0, "file_name": name, "width": SIZE[1], "height": SIZE[0]} for name in names]
    return "ids.json", json.dumps(file).encode()


def odd_types() -> File:
    return "odd.geojson", features(*({"type": f"Shape{number}", "coordinates": []} for number in range(20_000)))


def many_masks() -> File:
    """Give a thousand objects, each as large as the picture, in sixty kilobytes."""
    file = json.loads(coco(None))
    half = {"size": list(SIZE), "counts": [0, SIZE[0] * SIZE[1]]}
    one = {"image_id": 0, "category_id": 0, "segmentation": half, "iscrowd": 1}
    return "masks.json", json.dumps(file | {"annotations": [one | {"id": number} for number in range(1000)]}).encode()


def wide_mask() -> File:
    """Give a mask's TIFF of which nothing was stored, and that says it has four billion pixels."""
    return "wide.tif", grey(b"", 65_535, 65_535, 8, t273=1, t279=0)


ANNOTATIONS: tuple[Callable[[], File], ...] = (
    *(deep_lists, deep_objects, deep_geojson, deep_text, checkerboard, noise, noise_rle, overlapping_polygons, zigzag, comb),
    *(
        long_outline,
        label_values,
        label_map,
        scattered_labels,
        many_classes,
        many_images_of_one_name,
        many_images_of_one_id,
        odd_types,
        many_masks,
    ),
    *(odd_types, many_masks, deep_xml, long_line, wide_shapes, surrogates, wide_mask),
)


def many_scans() -> File:
    """Give a progressive JPEG whose scans are said again four hundred times."""
    file = io.BytesIO()
    Image.new("RGB", (2000, 2000), "red").save(file, "JPEG", progressive=True)
    data = file.getvalue()
    at = data.rindex(b"\xff\xda")
    return "scans.jpg", data[:at] + data[at:-2] * 400 + data[-2:]


def png_of(width: int, height: int, depth: int, color: int) -> bytes:
    """Give a PNG of zeros; its rows are compressed to next to nothing."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    row = b"\0" * (1 + width * channels * depth // 8)
    squeezed = zlib.compressobj(9)
    body = b"".join(squeezed.compress(row) for _ in range(height)) + squeezed.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def huge_deep_png() -> File:
    """Give a hundred and twenty megapixels of three times sixteen bits."""
    return "huge.png", png_of(12_000, 10_000, 16, 2)


def huge_float_tiff() -> File:
    file = io.BytesIO()
    Image.fromarray(np.zeros((10_000, 12_000), np.float32)).save(file, "TIFF", compression="tiff_lzw")
    return "huge.tif", file.getvalue()


def endless_png() -> File:
    """Give a picture that says it has four billion pixels."""
    return "endless.png", png_of(8, 8, 8, 0).replace(struct.pack(">II", 8, 8), struct.pack(">II", 65_535, 65_535), 1)


def many_samples() -> File:
    """Give a TIFF whose one pixel says that it has four billion samples."""
    return "samples.tif", grey(b"\0", 1, 1, 8, t277=2**32 - 1)


def wide_tile() -> File:
    """Give a TIFF of one pixel in a tile of four billion."""
    data = zlib.compress(bytes(60_000_000), 9) * 2
    return "tile.tif", grey(data, 1, 1, 8, t259=8, t322=65_535, t323=65_535, t324=400, t325=len(data))


PICTURES: tuple[Callable[[], File], ...] = (many_scans, huge_deep_png, huge_float_tiff, endless_png, many_samples, wide_tile)


def project(document: bytes) -> bytes:
    """Give a project file of a document's text."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", document)
    return file.getvalue()


def project_bomb() -> bytes:
    """Give a project of sixty kilobytes that unpacks to sixty megabytes of vertices."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", json.dumps({"format": "tabsam-project", "version": 1}))
        archive.writestr("vertices.f64", bytes(60_000_000))
    return file.getvalue()


def deep_project() -> bytes:
    return project(b'{"format": "tabsam-project", "version": 1, "picture": ' + b"[" * 500_000)


PROJECTS: tuple[Callable[[], bytes], ...] = (project_bomb, deep_project)
