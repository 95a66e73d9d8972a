"""Attention, in few and plain operators, and never with more scores at once than a GPU's buffer holds."""

from __future__ import annotations

from dataclasses import dataclass

from tabsam_export.graph import Graph

_MOST_SCORES = 128 * 2**20 // 4
"""Float32s: WebGPU's default ``maxStorageBufferBindingSize``, which every adapter has."""


@dataclass(frozen=True)
class Offsets:
    """What is added to the scores of a query for all keys of a row, and for all of a column (decomposed relative positions).

    Attributes
    ----------
    rows, columns : (B, S, heads * side)
    side : int
        Of the square that keys are in.
    """

    rows: str
    columns: str
    side: int


def attend(
    g: Graph,
    query: str,
    key: str,
    value: str,
    heads: int,
    size: int,
    offsets: Offsets | None = None,
    *,
    windows: int | None = None,
    tokens: int = 0,
    unheard: str | None = None,
) -> str:
    """Attend; the scale, 1 / sqrt(size), is already in the query.

    Parameters
    ----------
    query, key, value : (B, S, heads * size), S their own, and the key's that of the value
    heads, size : int
        Attention heads, and channels to a head.
    windows, tokens : int
        B and S, where they are known and the scores may be too many to be made at once.
    unheard : (B, 1, 1, T) or None
        What is added to the scores of each key: very little for those that are not to be heard, else 0.

    Returns
    -------
    (B, S, heads * size)
    """
    parts = [
        _heads_apart(g, query, heads, size),
        _heads_apart(g, key, heads, size, transposed=True),
        _heads_apart(g, value, heads, size),
    ]
    if offsets:
        parts += [_heads_apart(g, part, heads, offsets.side) for part in (offsets.rows, offsets.columns)]
    at_once = heads_at_once(heads, (windows or 0) * tokens * tokens)
    turns = zip(*(g.split(part, heads // at_once, at_once, 1) for part in parts), strict=True)
    heard = g.concat([_weigh(g, offsets, unheard, at_once, tokens, *turn) for turn in turns], 1)
    return g.reshape(g.transpose(heard, 0, 2, 1, 3), 0, 0, heads * size)


def heads_at_once(heads: int, scores: int) -> int:
    """Tell how many heads' scores fit; a divisor of ``heads``."""
    return next(count for count in range(heads, 0, -1) if heads % count == 0 and (count * scores <= _MOST_SCORES or count == 1))


def _heads_apart(g: Graph, value: str, heads: int, size: int, *, transposed: bool = False) -> str:
    """From (B, S, heads * size) to (B, heads, S, size), or transposed to (B, heads, size, S)."""
    value = g.reshape(value, 0, 0, heads, size)
    return g.transpose(value, 0, 2, 3, 1) if transposed else g.transpose(value, 0, 2, 1, 3)


def _weigh(
    g: Graph,
    offsets: Offsets | None,
    unheard: str | None,
    heads: int,
    tokens: int,
    queries: str,
    keys: str,
    values: str,
    *apart: str,
) -> str:
    """From (B, heads, S, size), (B, heads, size, T), (B, heads, T, size) and offsets to (B, heads, S, size)."""
    scores = g.matmul(queries, keys)
    if offsets:
        rows, columns = apart
        scores = g.reshape(scores, -1, offsets.side, offsets.side)
        scores = g.add(scores, g.reshape(rows, -1, offsets.side, 1))
        scores = g.add(scores, g.reshape(columns, -1, 1, offsets.side))
        scores = g.reshape(scores, -1, heads, tokens, tokens)
    if unheard:
        scores = g.add(scores, unheard)
    return g.matmul(g.softmax(scores), values)
