"""What can go wrong while a model is made."""

from __future__ import annotations

from tabsam.errors import TabsamError


class TrainingError(TabsamError):
    """Data that is missing or wrong, weights that do not fit, or an export that cannot be trusted."""
