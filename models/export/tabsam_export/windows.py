"""Windows of tokens: a reordering, of which only whole rows of a window are moved."""

from __future__ import annotations

from tabsam_export.graph import Graph


def gather_windows(g: Graph, tokens: str, grid: int, window: int, width: int) -> str:
    """Put each window's tokens together.

    Parameters
    ----------
    tokens : (grid * grid, width)

    Returns
    -------
    (windows, window * window, width)
        Zeros where the last windows go beyond the grid.
    """
    padded = _padded(grid, window)
    if padded > grid:
        tokens = g.pad(g.reshape(tokens, grid, grid, width), 0, 0, 0, padded - grid, padded - grid, 0)
    across = padded // window
    rows = g.reshape(tokens, across, window, across, window * width)
    return g.reshape(g.transpose(rows, 0, 2, 1, 3), across * across, window * window, width)


def scatter_windows(g: Graph, windows: str, grid: int, window: int, width: int) -> str:
    """Put tokens back in their places: (windows, window * window, width) to (grid * grid, width)."""
    padded = _padded(grid, window)
    across = padded // window
    tokens = g.transpose(g.reshape(windows, across, across, window, window * width), 0, 2, 1, 3)
    if padded > grid:
        tokens = g.reshape(tokens, padded, padded, width)
        tokens = g.slice(g.slice(tokens, 0, grid, 0), 0, grid, 1)
    return g.reshape(tokens, grid * grid, width)


def _padded(grid: int, window: int) -> int:
    return -(-grid // window) * window
