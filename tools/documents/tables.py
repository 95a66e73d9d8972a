"""docs/formats.md and docs/model-tables.md: what the code has, as tables."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tabsam.formats.datasets.registry import DATASET_FORMATS
from tabsam.formats.registry import FORMATS
from tabsam.model.dialects import DIALECTS, Dialect
from tools.documents.templates import filled
from tools.files import ROOT, read_json


def formats_page() -> str:
    """Write the table of formats."""
    rows = (
        [f"`{name}`", one.title, f"`{one.extension}`", _yes(name in DATASET_FORMATS), f"{one.holds}." if one.holds else ""]
        for name, one in FORMATS.items()
    )
    only_sets = (
        [f"`{name}`", one.title, f"`{one.extension}`", "yes", "Everything, with the pictures if you like; to go on with."]
        for name, one in DATASET_FORMATS.items()
        if name not in FORMATS
    )
    heads = ("name", "format", "file", "data set", "what it holds, and what is lost")
    return filled("formats.md", formats=_table(heads, [*rows, *only_sets]))


def models_page() -> str:
    """Write the tables of models and of dialects."""
    models: Sequence[dict[str, Any]] = read_json(ROOT / "models/catalog.json")["models"]
    rows = ([f"`{one['id']}`", one["name"], f"`{one['family']}`", one["dtype"], _size(one), one["licence"]] for one in models)
    heads = ("id", "model", "dialect", "encoder", "download", "licence")
    dialects = (
        [
            f"`{dialect.family}`",
            _first_line(dialect),
            _names(dialect.encoder_input),
            "<br>".join(f"`{name}`" for name in dialect.embedding),
            "<br>".join(_inputs(dialect)),
            f"{_names(dialect.logits)}<br>`{dialect.scores}`",
            f"{dialect.recipe.fit}, {dialect.recipe.resize}",
        ]
        for dialect in DIALECTS
    )
    shape = ("dialect", "whose", "picture", "embedding", "prompts", "answer", "frame, resized as")
    return filled("model-tables.md", models=_table(heads, rows), dialects=_table(shape, dialects))


def _inputs(dialect: type[Dialect]) -> Iterator[str]:
    yield from (f"`{dialect.points}`", f"`{dialect.labels}`")
    yield from (f"(`{name}`)" for name in (dialect.boxes, dialect.mask, dialect.has_mask, dialect.size) if name)


def _first_line(dialect: type[Dialect]) -> str:
    return inspect.cleandoc(dialect.__doc__ or "").partition("\n")[0].removesuffix(".")


def _names(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _size(model: dict[str, Any]) -> str:
    """Give how much is fetched, in MB, where the list states it of every file."""
    files = [file for part in ("encoder", "decoder") for file in (model[part], *model[part].get("data", ()))]
    sizes = [sum(piece.get("bytes", 0) for piece in file["parts"]) if "parts" in file else file.get("bytes") for file in files]
    if not all(sizes):
        return "not stated"
    return f"{sum(sizes) / 1e6:,.0f} MB"


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
