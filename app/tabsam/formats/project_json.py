"""Objects as plain data for a project file, each with its outline's vertices apart, and back.

What does not fit raises one of project_values.MISFITS, in words for a bug report: whoever reads a file says what that means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np

from tabsam.arrays import Float64Array, Size, UInt32Array
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.document.class_list import KEYS
from tabsam.document.finds import Finds
from tabsam.formats.project_values import closed, id_of, number, of_type, place, prompts, size_of
from tabsam.formats.shared.parsing import Json, affine_of, color_of
from tabsam.formats.shared.pools import pool_from_json, pool_to_json
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.model.candidate import Edges

if TYPE_CHECKING:
    from tabsam.model.everything.options import Thresholds


def to_json(annotations: Annotations) -> tuple[dict[str, Json], Float64Array]:
    """Take annotations apart, but for the picture's name and size.

    Returns
    -------
    dict
        ``categories``, ``instances`` and ``affine``, fit for JSON.
    float64, shape (N, 2)
        The vertices of all outlines, one after the other.
    """
    vertices = [one.outline.vertices for one in annotations.instances]
    described: dict[str, Json] = {
        "categories": [_plain_category(one) for one in annotations.categories],
        "instances": [_plain_instance(one) for one in annotations.instances],
        "affine": None if annotations.affine is None else list(annotations.affine.numbers),
        "epsg": None if annotations.affine is None else annotations.affine.epsg,
        "kept": annotations.kept,
    }
    if annotations.finds is not None:
        described["finds"] = _plain_finds(annotations.finds, annotations.thresholds)
    return described, np.concatenate([np.zeros((0, 2)), *vertices])


def packed_finds(annotations: Annotations) -> bytes | None:
    """Write the masks that a search has found, which lie apart; None where there are none."""
    return None if annotations.finds is None else annotations.finds.pool.packed()


def from_json(described: dict[str, Json], vertices: Float64Array, finds: Callable[[], bytes] | None = None) -> Annotations:
    """Put annotations together again.

    Parameters
    ----------
    described : dict
        What :func:`to_json` gave, and the ``picture`` with its ``name``, ``width`` and ``height``.
    vertices : float64, shape (N, 2)
    finds : callable, optional
        Gives what :func:`packed_finds` gave. Without, nothing has been found, as in projects from before it was kept.
    """
    about, affine = described["picture"], described.get("affine")
    size = size_of(about["height"], about["width"])
    found = None if finds is None or described.get("finds") is None else _finds(described["finds"], finds, size)
    return _consistent(
        Annotations(
            picture=of_type(about["name"], str),
            image_size=size,
            categories=tuple(map(_category, described["categories"])),
            instances=tuple(_instances(described["instances"], vertices)),
            affine=None if affine is None else affine_of(affine, described.get("epsg")),
            finds=found and found[0],
            thresholds=found and found[1],
            kept=of_type(described.get("kept", ""), str),
        )
    )


def _plain_category(category: Category) -> dict[str, Json]:
    plain = {"id": category.id, "name": category.name, "color": category.color, "key": category.key}
    return plain | ({"kept": category.kept} if category.kept else {})


def _plain_instance(instance: Instance) -> dict[str, Json]:
    prompts = instance.prompts
    return {
        "id": instance.id,
        "category": instance.category,
        "name": instance.name,
        "visible": instance.visible,
        "locked": instance.locked,
        "score": instance.score,
        "edges": instance.edges,
        "tidy": instance.tidy,
        "prompts": {
            "points": [[point.id, point.x, point.y, point.label, point.refines] for point in prompts.points],
            "box": None if prompts.box is None else list(prompts.box),
            "mask": None if prompts.mask is None else [ring.tolist() for ring in prompts.mask.rings()],
            "rounds": list(prompts.rounds),
            "chosen": prompts.chosen,
            "threshold": prompts.threshold,
        },
        "ringOffsets": instance.outline.ring_offsets.tolist(),
        "polygonOffsets": instance.outline.polygon_offsets.tolist(),
        "kept": instance.kept,
    }


def _plain_finds(finds: Finds, thresholds: Thresholds | None) -> dict[str, Json]:
    shown = thresholds or finds.pool.options.thresholds
    return {
        **pool_to_json(finds.pool),
        "gone": sorted(finds.gone),
        "thresholds": [shown.pred_iou_thresh, shown.stability_score_thresh],
    }


def _finds(described: Json, load: Callable[[], bytes], size: Size) -> tuple[Finds, Thresholds]:
    from tabsam.model.everything.options import Thresholds

    pool = pool_from_json(described, load, size)
    gone = frozenset(of_type(one, int) for one in described["gone"])  # one that was never there leaves out nothing
    iou, stability = map(number, described["thresholds"])
    return Finds(pool, gone), Thresholds(iou, stability)


def _category(described: Json) -> Category:
    name, color = of_type(described["name"], str), color_of(described["color"])
    if not name.strip() or color is None:
        raise ValueError("a class without a name or a colour")
    key = described.get("key")  # projects from before keys have none
    kept = of_type(described.get("kept", ""), str)
    return Category(id_of(described["id"]), name, color, key if key in KEYS else None, kept)


def _instances(listed: list[Json], vertices: Float64Array) -> list[Instance]:
    instances = []
    start = 0
    for one in listed:
        rings, polygons = _offsets(one["ringOffsets"]), _offsets(one["polygonOffsets"])
        end = start + int(rings[-1])
        if end > len(vertices):
            raise ValueError("offsets that do not fit the vertices")
        score = one["score"]
        instances.append(
            Instance(
                id=id_of(one["id"]),
                outline=closed(Outline(vertices[start:end].copy(), rings, polygons)),
                category=None if one["category"] is None else id_of(one["category"]),
                name=of_type(one["name"], str),
                visible=of_type(one["visible"], bool),
                locked=of_type(one["locked"], bool),
                score=None if score is None else number(score),
                prompts=prompts(one["prompts"], _mask(one["prompts"]["mask"])),
                edges=_edges(one.get("edges")),
                tidy=number(one.get("tidy", 0)),  # projects from before tidied only what followed the picture
                kept=of_type(one.get("kept", ""), str),  # projects from before do not have it
            )
        )
        start = end
    if start != len(vertices):
        raise ValueError("vertices of no object")
    return instances


def _edges(value: Json) -> Edges | None:
    """Read how an outline was made; projects before version 0.2 do not say."""
    if value is None or value == "decoded" or value == "follow":
        return cast(Edges | None, value)
    raise ValueError("edges that are made in no known way")


def _mask(rings: Json) -> Outline | None:
    """Read a painted mask: rings, filled by the even-odd rule, so that which is whose hole does not matter."""
    if rings is None:
        return None
    arrays = [np.array([[place(x), place(y)] for x, y in ring], np.float64).reshape(-1, 2) for ring in rings]
    return closed(from_polygons([[ring] for ring in arrays]))


def _offsets(value: Json) -> UInt32Array:
    return np.array([of_type(offset, int) for offset in value], np.uint32)


def _consistent(annotations: Annotations) -> Annotations:
    ids = {category.id for category in annotations.categories}
    if len(ids) < len(annotations.categories) or len({one.name for one in annotations.categories}) < len(ids):
        raise ValueError("two classes with one id or name")
    if len({one.id for one in annotations.instances}) < len(annotations.instances):
        raise ValueError("two objects with one id")
    if any(one.category is not None and one.category not in ids for one in annotations.instances):
        raise ValueError("an object of no class")
    return annotations
