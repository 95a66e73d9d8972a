"""The programs: how each reads what we wrote, and writes what we read. Each is imported where it is used."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tabsam.arrays import BoolArray
from tests.interop.measuring import Objects, stem

_SVG = "{http://www.w3.org/2000/svg}"

Reader = Callable[[Path], Objects]
Writer = Callable[[Path, Path], None]
"""Takes what we wrote from one folder, and writes it into another."""


@dataclass(frozen=True)
class Consumer:
    """A program and a format.

    Attributes
    ----------
    format : str
        Ours, in which it gets the pictures.
    package : str
        The program's name on PyPI.
    imports : str
        What of it has to be there.
    read : callable or None
    write : callable or None
        What it writes of what it has read is read by us again.
    least : float
        How alike every object has to be.
    """

    format: str
    package: str
    imports: str
    read: Reader | None = None
    write: Writer | None = None
    least: float = 0.999

    @property
    def name(self) -> str:
        return f"{self.format} by {self.package}"


def _pycocotools(folder: Path) -> Objects:
    from pycocotools.coco import COCO

    coco = COCO(str(folder / "annotations/instances.json"))
    found: dict[str, list[tuple[str, BoolArray]]] = {}
    for image in coco.imgs.values():
        own = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
        found[stem(image["file_name"])] = [(coco.cats[one["category_id"]]["name"], coco.annToMask(one) > 0) for one in own]
    return found


def _pycocotools_writes(source: Path, target: Path) -> None:
    from pycocotools import mask as coder
    from pycocotools.coco import COCO

    coco = COCO(str(source / "annotations/instances.json"))
    for one in coco.dataset["annotations"]:
        packed = coder.encode(np.asfortranarray(coco.annToMask(one)))
        one["segmentation"] = {"size": packed["size"], "counts": packed["counts"].decode()}
    target.mkdir(exist_ok=True)
    (target / "instances.json").write_text(json.dumps(coco.dataset))
    shutil.copytree(source / "images", target / "images")


def _datumaro(format: str, prepare: Callable[[Path], None] = lambda folder: None) -> Reader:
    def read(folder: Path) -> Objects:
        prepare(folder)
        return _of_datumaro(_imported(folder, format))

    return read


def _imported(folder: Path, format: str) -> Any:
    from datumaro import Dataset

    return Dataset.import_from(str(folder), format)


def _of_datumaro(dataset: Any) -> Objects:
    """Fill polygons as Datumaro does; annotations of one group are one object."""
    from datumaro import AnnotationType

    names = [label.name for label in dataset.categories()[AnnotationType.label]]
    found: dict[str, list[tuple[str, BoolArray]]] = {}
    for item in dataset.transform("polygons_to_masks"):
        groups: dict[Any, tuple[str, BoolArray]] = {}
        for place, one in enumerate(item.annotations):
            if one.type == AnnotationType.mask:
                key = one.group or ("alone", place)
                before = groups.get(key)
                mask = np.asarray(one.image) > 0
                groups[key] = (names[one.label], mask if before is None else before[1] | mask)
        found[stem(f"{item.id}.x")] = list(groups.values())
    return found


def _datumaro_writes(format: str) -> Writer:
    def write(source: Path, target: Path) -> None:
        _imported(source, format).export(str(target), format, save_media=True)

    return write


def _named_as_datumaro_wants(folder: Path) -> None:
    for name in ("instances", "panoptic"):
        for path in (folder / "annotations").glob(f"{name}*"):
            path.rename(path.with_name(path.name.replace(name, f"{name}_default")))
    (folder / "images").rename(folder / "default")
    (folder / "default").rename(folder / "images")


def _supervision(load: Callable[[Any, Path], Any]) -> Reader:
    def read(folder: Path) -> Objects:
        import supervision

        dataset = load(supervision.DetectionDataset, folder)
        found = defaultdict(list)
        for path, detections in dataset.annotations.items():
            masks = [] if detections.mask is None else detections.mask
            for mask, number in zip(masks, detections.class_id, strict=True):
                found[stem(path)].append((dataset.classes[number], np.asarray(mask) > 0))
        return found

    return read


def _supervision_writes(save: Callable[[Any, Path], None]) -> Writer:
    def write(source: Path, target: Path) -> None:
        import supervision

        images, about = str(source / "images"), str(source / "annotations/instances.json")
        save(supervision.DetectionDataset.from_coco(images, about, force_masks=True), target)

    return write


def _flat_yolo(dataset: Any, folder: Path) -> Any:
    """Have all splits as one: supervision wants one folder."""
    for kind in ("images", "labels"):
        for path in sorted((folder / kind).glob("*/*")):
            path.rename(folder / kind / path.name)
    return dataset.from_yolo(str(folder / "images"), str(folder / "labels"), str(folder / "data.yaml"), force_masks=True)


def _shapely(folder: Path) -> Objects:
    from shapely.geometry import shape

    found = {}
    for path in folder.glob("*.geojson"):
        features = json.loads(path.read_text())["features"]
        geometries = [(one["properties"]["category"], shape(one["geometry"])) for one in features]
        assert all(geometry.is_valid for _, geometry in geometries)
        found[path.stem] = list(_rasterised(geometries, _size_beside(path)))
    return found


def _pyogrio(folder: Path) -> Objects:
    import pyogrio.raw
    from shapely import from_wkb

    found = {}
    for path in folder.glob("*.gpkg"):
        meta, _, geometries, fields = pyogrio.raw.read(path, columns=["category"])
        named = list(zip(fields[list(meta["fields"]).index("category")], from_wkb(geometries), strict=True))
        assert all(geometry.is_valid for _, geometry in named)
        found[path.stem] = list(_rasterised(named, _size_beside(path)))
    return found


def _pyogrio_writes(source: Path, target: Path) -> None:
    import pyogrio.raw

    target.mkdir(exist_ok=True)
    for path in source.glob("*.gpkg"):
        meta, _, geometries, fields = pyogrio.raw.read(path)
        if len(geometries):
            pyogrio.raw.write(
                target / path.name, geometries, fields, meta["fields"], geometry_type="MultiPolygon", layer="things", crs=None
            )
    for path in source.iterdir():
        if path.suffix in (".png", ".jpg"):
            shutil.copy(path, target)


def _rasterised(geometries: list[tuple[str, Any]], size: tuple[int, int]) -> Iterator[tuple[str, BoolArray]]:
    """Fill as GDAL does: a pixel is inside when its centre is."""
    from rasterio.features import rasterize
    from rasterio.transform import Affine

    for label, geometry in geometries:
        yield label, rasterize([geometry], out_shape=size, transform=Affine.identity()) > 0


def _size_beside(path: Path) -> tuple[int, int]:
    from PIL import Image

    picture = next(one for one in path.parent.glob(f"{path.stem}.*") if one.suffix in (".png", ".jpg"))
    with Image.open(picture) as image:
        return image.height, image.width


def _cairosvg(folder: Path) -> Objects:
    import io

    import cairosvg
    from PIL import Image

    found = {}
    for path in folder.glob("*.svg"):
        root = ElementTree.fromstring(path.read_bytes())
        groups = [(group, one) for group in root.iter(f"{_SVG}g") for one in group.iter(f"{_SVG}path")]
        objects = []
        for group, one in groups:
            alone = ElementTree.Element(f"{_SVG}svg", {name: root.attrib[name] for name in ("width", "height", "viewBox")})
            ElementTree.SubElement(alone, f"{_SVG}path", {"d": one.attrib["d"], "fill-rule": "evenodd", "fill": "#fff"})
            png = cairosvg.svg2png(bytestring=ElementTree.tostring(alone))
            alpha = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3]
            title = group.find(f"{_SVG}title")
            objects.append(((title.text or "") if title is not None else "", alpha >= 128))
        found[path.stem] = objects
    return found


def _coco_for_supervision(dataset: Any, folder: Path) -> Any:
    return dataset.from_coco(str(folder / "images"), str(folder / "annotations/instances.json"), force_masks=True)


def _from_labelme(dataset: Any, folder: Path) -> Any:
    return dataset.from_labelme(str(folder), str(folder), force_masks=True)


def _labelme_again(source: Path, target: Path) -> None:
    import supervision

    _from_labelme(supervision.DetectionDataset, source).as_labelme(str(target), str(target))


def _save_as_coco(dataset: Any, target: Path) -> None:
    dataset.as_coco(str(target / "images"), str(target / "annotations.json"))


CONSUMERS = (
    Consumer("coco", "pycocotools", "pycocotools", _pycocotools, _pycocotools_writes, 0.9),
    Consumer("coco-rle", "pycocotools", "pycocotools", _pycocotools, _pycocotools_writes),
    Consumer("coco-rle-counts", "pycocotools", "pycocotools", _pycocotools),
    Consumer("svg", "CairoSVG", "cairosvg", _cairosvg, None, 0.98),
    Consumer("geojson", "shapely and rasterio", "rasterio", _shapely),
    Consumer("geopackage", "pyogrio and rasterio", "pyogrio", _pyogrio, _pyogrio_writes),
    Consumer("coco", "datumaro", "datumaro", _datumaro("coco_instances", _named_as_datumaro_wants), None, 0.9),
    Consumer("cvat", "datumaro", "datumaro", _datumaro("cvat"), _datumaro_writes("cvat"), 0.9),
    Consumer("voc", "datumaro", "datumaro", _datumaro("voc_segmentation")),
    Consumer("coco-panoptic", "datumaro", "datumaro", _datumaro("coco_panoptic", _named_as_datumaro_wants)),
    Consumer("datumaro", "datumaro", "datumaro", _datumaro("datumaro"), _datumaro_writes("datumaro"), 0.9),
    Consumer(
        "coco-rle", "supervision", "supervision", _supervision(_coco_for_supervision), _supervision_writes(_save_as_coco), 0.6
    ),
    Consumer("labelme", "supervision", "supervision", _supervision(_from_labelme), _labelme_again, 0.6),
    Consumer("yolo", "supervision", "supervision", _supervision(_flat_yolo), None, 0.7),
)
"""Light ones first; the last are of the extra ``interop-all``."""
