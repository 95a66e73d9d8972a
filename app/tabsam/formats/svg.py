"""SVG: outlines as paths; an object is a path, a class a group."""

from __future__ import annotations

from tabsam.arrays import Float64Array, Size
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.shared.writing import without_empty, xml_text
from tabsam.geometry.outline import Outline

_UNCLASSIFIED = Category(0, "", "#808080")


def outline_svg(line: Outline, image_size: Size, title: str, description: str = "") -> str:
    """Write an outline as an SVG of the picture's size.

    Parameters
    ----------
    line : Outline
        In image pixels; holes stay holes (even-odd rule).
    image_size : (height, width)
    title, description : str
    """
    words = f"  <desc>{xml_text(description)}</desc>\n" if description else ""
    return _document(image_size, title, f'{words}  <path fill="#0072b2" fill-rule="evenodd" d="{path_data(line)}"/>\n')


def path_data(line: Outline) -> str:
    """Write an outline as a path's ``d``; holes stay holes where the fill rule is even-odd."""
    return "".join(map(_ring, line.rings()))


def annotations_svg(annotations: Annotations) -> str:
    """Write all objects as an SVG of the picture's size.

    The classes are groups (``id="class-2"``), in their order, the objects paths (``id="object-5"``) with their names as titles,
    lower ones first within their class. Objects without a class are grey, in a last group, ``class-0``.
    """
    objects = without_empty(annotations).instances
    known = {category.id for category in annotations.categories}
    groups = [(category, [one for one in objects if one.category == category.id]) for category in annotations.categories]
    groups.append((_UNCLASSIFIED, [one for one in objects if one.category not in known]))
    drawings = "".join(_group(category, members) for category, members in groups if members)
    return _document(annotations.image_size, annotations.picture, drawings)


def _document(image_size: Size, title: str, drawings: str) -> str:
    height, width = image_size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"  <title>{xml_text(title)}</title>\n{drawings}</svg>\n"
    )


def _group(category: Category, members: list[Instance]) -> str:
    title = f"    <title>{xml_text(category.name)}</title>\n" if category.name else ""
    color = xml_text(category.color)
    return (
        f'  <g id="class-{category.id}" fill="{color}" fill-opacity="0.5" fill-rule="evenodd" stroke="{color}">\n'
        + title
        + "".join(map(_path, members))
        + "  </g>\n"
    )


def _path(instance: Instance) -> str:
    title = f"<title>{xml_text(instance.name)}</title>" if instance.name else ""
    return f'    <path id="object-{instance.id}" d="{path_data(instance.outline)}">{title}</path>\n'


def _ring(ring: Float64Array) -> str:
    # The last vertex repeats the first; Z closes the ring instead.
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring[:-1].tolist()) + "Z"
