"""What objects measure, for a table and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.document.measuring import Measured as MeasuredObject
    from tabsam.geometry.measures import Measures
    from tabsam.page.protocol import results
    from tabsam.page.protocol.methods import MeasuringMethods, OnProgress
    from tabsam.page.protocol.params import MeasureParams, ScaleParams


class Measuring:
    """Answers what is asked about measures, hidden objects included."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> MeasuringMethods:
        """Give every method by its name."""
        return {"measure": self._measure, "setScale": self._set_scale, "exportMeasures": self._export}

    async def _measure(self, params: MeasureParams, on_progress: OnProgress) -> results.Measured:
        scale = self._workspace.scale
        return {
            "objects": [_object_message(one) for one in self._workspace.measured(all_pictures=params["all"])],
            "scale": {"perPixel": scale.per_pixel, "unit": scale.unit} if scale else None,
        }

    async def _set_scale(self, params: ScaleParams, on_progress: OnProgress) -> None:
        from tabsam.document.measuring import Scale

        per_pixel = params["perPixel"]
        self._workspace.scale = None if per_pixel is None else Scale(per_pixel, " ".join(params["unit"].split()))

    async def _export(self, params: MeasureParams, on_progress: OnProgress) -> results.ExportedObjects:
        from tabsam.formats.measurements import write_measurements
        from tabsam.formats.shared.writing import stem_of

        written = write_measurements(self._workspace.measured(all_pictures=params["all"]))
        name = "measurements" if params["all"] else f"{stem_of(self._workspace.document.name)}-measurements"
        return {"bytes": written, "type": "text/csv", "name": f"{name}.csv", "notes": []}


def _object_message(one: MeasuredObject) -> results.MeasuredObject:
    color = one.color
    return {
        "picture": one.picture,
        "id": one.id,
        "name": one.name,
        "category": one.category,
        "pixels": one.pixel_count,
        "inPixels": _measures_message(one.in_pixels),
        "inUnits": _measures_message(one.in_units) if one.in_units else None,
        "unit": one.unit,
        "color": [color.red, color.green, color.blue, color.grey] if color else None,
    }


def _measures_message(of: Measures) -> results.Measures:
    return {
        "area": of.area,
        "x": of.x,
        "y": of.y,
        "width": of.width,
        "height": of.height,
        "centroidX": of.centroid_x,
        "centroidY": of.centroid_y,
        "perimeter": of.perimeter,
        "equivalentDiameter": of.equivalent_diameter,
    }
