"""A model as a catalogue lists it: what it is, and the files that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ListedFile:
    """A file as a catalogue lists it.

    Attributes
    ----------
    urls : tuple of str
        Mirrors, absolute, in the order to try them; empty where the file is in parts, or lies here.
    path : Path or None
        Where it lies beside the catalogue.
    bytes, sha256
        Of the whole; None where nobody has stated it.
    parts : tuple of ListedFile
        What it is put together of, in order.
    data : mapping of str to ListedFile
        Files that the graph keeps its weights in, by the names by which it asks for them.
    """

    urls: tuple[str, ...] = ()
    path: Path | None = None
    bytes: int | None = None
    sha256: str | None = None
    parts: tuple[ListedFile, ...] = ()
    data: Mapping[str, ListedFile] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """What a file is known by while nobody has stated its digest."""
        return " ".join(url for one in (self.parts or (self,)) for url in one.urls)


@dataclass(frozen=True)
class Entry:
    """A model as a catalogue lists it.

    Attributes
    ----------
    id, name, description, family, licence, dtype, source : str
        As in the catalogue; "" where it does not say.
    encoder, decoder : ListedFile
    stated : mapping
        The whole entry, for what else it says of the model (:mod:`tabsam.model.listed`).
    catalogue : str
        Path or address of the catalogue that it is in.
    """

    id: str
    name: str
    description: str
    family: str
    licence: str
    dtype: str
    source: str
    encoder: ListedFile
    decoder: ListedFile
    stated: Mapping[str, Any] = field(repr=False)
    catalogue: str

    def files(self) -> dict[str, ListedFile]:
        """Give all files that it is made of, by the names that they have in its folder."""
        named = {"encoder.onnx": self.encoder, "decoder.onnx": self.decoder}
        return named | {name: one for graph in (self.encoder, self.decoder) for name, one in graph.data.items()}

    @property
    def is_here(self) -> bool:
        """Whether all of it lies beside the catalogue, so that there is nothing to fetch."""
        return all(one.path is not None for one in self.files().values())

    @property
    def bytes(self) -> int | None:
        """What its files hold together; None where that is not stated of all."""
        sizes = [one.bytes for one in self.files().values()]
        return None if None in sizes else sum(size or 0 for size in sizes)
