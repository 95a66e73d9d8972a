"""The tools' formats by their names: what a menu says of them, without any of their modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, cast

from tabsam.formats.tools.items import ToolFormat


@dataclass(frozen=True)
class Tool:
    """A tool's format.

    Attributes
    ----------
    name, title : str
        Stable, for programs; and for people.
    extension : str
        Of a file of one picture, with its dot; ".zip" where it takes several files.
    holds : str
        What the format can hold, and what is lost in it; a line for people.
    whole_sets : bool
        Whether a whole data set can be written in it.
    pictures : str
        The folder of a data set's pictures, with a slash at its end; empty where they lie beside the files.
    style : {"paths", "stems", "flat"}
        What tells two pictures of a data set apart in it: their paths, their paths without endings, or their names alone.
    """

    name: str
    title: str
    extension: str
    holds: str
    whole_sets: bool = True
    pictures: str = ""
    style: Literal["paths", "stems", "flat"] = "paths"

    def load(self) -> ToolFormat:
        """Import the format's module."""
        return cast(ToolFormat, import_module(f"tabsam.formats.tools.{self.name.replace('-', '_')}").FORMAT)


TOOLS: Mapping[str, Tool] = {
    one.name: one
    for one in (
        Tool(
            "cvat",
            "CVAT for images 1.1",
            ".xml",
            "Polygons; objects with holes as masks, to the pixel. Names and scores are lost",
            pictures="images/",
        ),
        Tool("voc-xml", "Pascal VOC boxes", ".xml", "A box around each object; outlines are lost", whole_sets=False),
        Tool(
            "label-studio",
            "Label Studio",
            ".json",
            "Polygons; objects with holes or of several parts as brush masks, to the pixel",
            pictures="images/",
        ),
        Tool("x-anylabeling", "X-AnyLabeling", ".json", "Polygons; a cut of no width leads to each hole", style="stems"),
        Tool("isat", "ISAT", ".json", "Polygons; a cut of no width leads to each hole. Scores are lost", style="stems"),
        Tool(
            "via",
            "VIA (VGG Image Annotator)",
            ".json",
            "Polygons; cuts of no width lead to holes and parts. Scores are lost",
            pictures="images/",
        ),
        Tool(
            "coco-panoptic",
            "COCO panoptic",
            ".zip",
            "Each pixel is one object's; what lies below others is lost",
            pictures="images/",
            style="stems",
        ),
        Tool(
            "geopackage",
            "GeoPackage",
            ".gpkg",
            "Polygons with holes, on the map where the picture has a place there",
            style="stems",
        ),
        Tool(
            "supervisely",
            "Supervisely",
            ".json",
            "Polygons with holes; objects of several parts as masks, to the pixel",
            pictures="dataset/img/",
            style="flat",
        ),
        Tool("darwin", "Darwin (V7)", ".json", "Polygons with holes and parts. Names and scores are lost", style="stems"),
        Tool(
            "datumaro",
            "Datumaro",
            ".json",
            "Polygons; objects with holes as masks, to the pixel. Names and scores are lost",
            pictures="images/default/",
        ),
    )
}
"""In the order in which they are offered."""
