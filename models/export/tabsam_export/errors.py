"""What can go wrong in a conversion."""

from __future__ import annotations

from tabsam.errors import TabsamError


class ExportError(TabsamError):
    """A checkpoint that cannot be converted, or a conversion that cannot be trusted."""
