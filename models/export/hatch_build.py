"""Puts into the wheel that people install what the one that the page loads is without.

That is the command, the conversion of checkpoints, and the model that is built in, with the catalogue. tools/pyodide.py builds
the page's wheel with HATCH_BUILD_NO_HOOKS.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = {
    "app/tabsam/batch": "tabsam/batch",
    "app/tabsam/cli": "tabsam/cli",
    "app/tabsam/__main__.py": "tabsam/__main__.py",
    "models/catalog.json": "tabsam/models/catalog.json",
    "models/nano/README.md": "tabsam/models/nano/README.md",
    "models/nano/coco-attribution.tsv": "tabsam/models/nano/coco-attribution.tsv",
    "models/nano/encoder.onnx": "tabsam/models/nano/encoder.onnx",
    "models/nano/decoder.onnx": "tabsam/models/nano/decoder.onnx",
    "models/nano/decoder-processor.onnx": "tabsam/models/nano/decoder-processor.onnx",
    "models/export/tabsam_export": "tabsam_export",
}
"""What lies where in this folder, and where in the wheel."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg, misc]  # hatchling may not be there to be checked against
    """What hatchling looks for in this file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the parts; an editable install finds them where they lie, by ``dev-mode-dirs``."""
        if version != "editable":
            build_data["force_include"].update(PARTS)
