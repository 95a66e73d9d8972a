"""Puts the conversion into the wheel that people install, and not into the one that the page loads.

tools/pyodide.py builds the latter with HATCH_BUILD_NO_HOOKS.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg, misc]  # hatchling may not be there to be checked against
    """What hatchling looks for in this file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the package; an editable install finds it by ``dev-mode-dirs``."""
        if version != "editable":
            build_data["force_include"]["models/export/tabsam_export"] = "tabsam_export"
