"""Which objects a format of pixels can hold."""

from __future__ import annotations

from dataclasses import replace

from tabsam.document.annotations import Annotations
from tabsam.geometry.raster import spans


def with_pixels(annotations: Annotations) -> Annotations:
    """Leave out objects that cover no pixel of the picture: readers of pixels stop at them."""
    size = annotations.image_size
    return replace(annotations, instances=tuple(one for one in annotations.instances if spans(one.outline, size).pixel_count))
