"""Graphs whose tensors have other names than any exporter's that is known: known by their shapes, where these fit only one way.

A :class:`RenamedSession` then gives the tensors the names that the dialect asks by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tabsam.arrays import AnyArray
from tabsam.model.dialects.base import Dialect
from tabsam.model.dialects.sam1 import Sam1
from tabsam.model.dialects.sam2 import Sam2
from tabsam.model.runtime import Session, Tensor, TensorSpec

Axes: TypeAlias = tuple[int | None, ...]
"""A shape; None for an axis of any length."""

_FLOATS = ("float32", "float16")
_NUMBERS = (*_FLOATS, "int32", "int64")
_MASKS = {1, 3, 4}
_STRIDE, _MASK_STRIDE = 16, 4
_COARSE, _MIDDLE, _FINE = 256, 64, 32
"""Channels of the feature maps, the coarsest first; each has twice the side of the one before."""


@dataclass(frozen=True)
class _Form:
    """A dialect whose exports differ in nothing but names.

    Attributes
    ----------
    called : str
        What people call it.
    features : mapping of str to int
        The channels of what the encoder hands on, by the dialect's names.
    """

    dialect: type[Dialect]
    called: str
    features: Mapping[str, int]


_FORMS = (
    _Form(Sam1, "SAM 1", {"image_embeddings": _COARSE}),
    _Form(Sam2, "SAM 2", {"image_embed": _COARSE, "high_res_feats_1": _MIDDLE, "high_res_feats_0": _FINE}),
)


class RenamedSession:
    """A session whose tensors have other names: ``theirs`` gives the graph's by ours; others keep their own."""

    def __init__(self, session: Session, theirs: Mapping[str, str]) -> None:
        self._session = session
        self._theirs = theirs
        ours = {their: our for our, their in theirs.items()}
        self._inputs, self._outputs = (
            {(name := ours.get(spec.name, spec.name)): replace(spec, name=name) for spec in specs.values()}
            for specs in (session.inputs, session.outputs)
        )

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._outputs

    @property
    def resizes(self) -> bool:
        return self._session.resizes

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        theirs = [self._theirs.get(name, name) for name in outputs]
        answer = await self._session.run({self._theirs.get(name, name): tensor for name, tensor in feeds.items()}, theirs)
        return {name: answer[their] for name, their in zip(outputs, theirs, strict=True)}

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        return await self._session.hold(tensors)

    async def close(self) -> None:
        await self._session.close()


@dataclass(frozen=True)
class Fit:
    """One way in which two graphs are a dialect's.

    Attributes
    ----------
    dialect : type of Dialect
    encoder, decoder : mapping of str to str
        The graphs' names by the dialect's.
    """

    dialect: type[Dialect]
    called: str
    encoder: Mapping[str, str]
    decoder: Mapping[str, str]

    def sessions(self, encoder: Session, decoder: Session) -> tuple[Session, Session]:
        """Give the two sessions under the dialect's names."""
        return RenamedSession(encoder, self.encoder), RenamedSession(decoder, self.decoder)

    @property
    def assumed(self) -> str:
        """What was taken for what, in a sentence."""
        named = [f"'{their}' as {our}" for our, their in (*self.encoder.items(), *self.decoder.items()) if our != their]
        others = ", ".join(dict.fromkeys(named))
        return f"This model's tensors have names of their own; by their shapes it was taken for {self.called}: {others}."


def fits(encoder: Session, decoder: Session) -> list[Fit]:
    """Find the ways in which two graphs have a dialect's shapes: none, or one, or two if it is ambiguous."""
    found: list[Fit] = []
    if len(encoder.inputs) != 1:
        return found
    (picture,) = encoder.inputs.values()
    if len(picture.shape) != 4 or picture.dtype not in _FLOATS or not all(isinstance(side, int) for side in picture.shape[1:]):
        return found
    channels, height, width = (int(side) for side in picture.shape[1:])
    if channels != 3 or height != width or height % _STRIDE:
        return found
    for form in _FORMS:
        for fit in _fits_of(form, picture, height, encoder, decoder):
            found.append(fit)
            if len(found) == 2:
                return found
    return found


def _fits_of(form: _Form, picture: TensorSpec, side: int, encoder: Session, decoder: Session) -> Iterator[Fit]:
    dialect = form.dialect
    grid = side // _MASK_STRIDE
    maps: dict[str, Axes] = {}
    for name, channels in form.features.items():
        times = {_COARSE: 1, _MIDDLE: 2, _FINE: 4}[channels]
        maps[name] = (None, channels, side // _STRIDE * times, side // _STRIDE * times)
    taken: dict[str, tuple[Axes, tuple[str, ...]]] = {name: (axes, _FLOATS) for name, axes in maps.items()}
    taken |= {dialect.points: ((None, None, 2), _FLOATS), dialect.labels: ((None, None), _NUMBERS)}
    optional: dict[str, tuple[Axes, tuple[str, ...]]] = {}
    if dialect.mask and dialect.has_mask:
        optional |= {dialect.mask: ((None, 1, grid, grid), _FLOATS), dialect.has_mask: ((1,), _NUMBERS)}
    if dialect.size:
        optional[dialect.size] = ((2,), _NUMBERS)
    outputs = {
        dialect.logits[0]: ((None, None, grid, grid), _FLOATS),
        dialect.scores: ((None, None), _FLOATS),
    }
    for given in _assigned({name: (axes, _FLOATS) for name, axes in maps.items()}, {}, encoder.outputs):
        for fed in _assigned(taken, optional, decoder.inputs, all_of_them=True):
            if dialect.mask and (dialect.mask in fed) != (dialect.has_mask in fed):
                continue
            for said in _assigned(outputs, {}, decoder.outputs):
                masks = decoder.outputs[said[dialect.logits[0]]].shape[-3]
                scores = decoder.outputs[said[dialect.scores]].shape[-1]
                stated = {one for one in (masks, scores) if isinstance(one, int)}
                if len(stated) < 2 and stated <= _MASKS:
                    yield Fit(dialect, form.called, {dialect.encoder_input[0]: picture.name, **given}, {**fed, **said})


def _assigned(
    needed: Mapping[str, tuple[Axes, tuple[str, ...]]],
    optional: Mapping[str, tuple[Axes, tuple[str, ...]]],
    specs: Mapping[str, TensorSpec],
    *,
    all_of_them: bool = False,
) -> Iterator[dict[str, str]]:
    """Give each way to find what is needed, and what else there may be, among a graph's tensors; or among all of them."""
    wanted = {**needed, **optional}

    def place(names: list[str], left: dict[str, TensorSpec], made: dict[str, str]) -> Iterator[dict[str, str]]:
        if not names:
            if not (all_of_them and left):
                yield made
            return
        name, *others = names
        axes, dtypes = wanted[name]
        for spec in left.values():
            if spec.dtype in dtypes and _has(spec, axes):
                rest = {key: one for key, one in left.items() if key != spec.name}
                yield from place(others, rest, {**made, name: spec.name})
        if name in optional:
            yield from place(others, left, made)

    yield from place(list(wanted), dict(specs), {})


def _has(spec: TensorSpec, axes: Axes) -> bool:
    """Tell whether a tensor has such axes; the length of one that a graph leaves free is none that would tell it from others."""
    if len(spec.shape) != len(axes):
        return False
    if axes == (1,):
        return spec.shape[0] == 1 or isinstance(spec.shape[0], str)
    return all(wanted is None or wanted == stated for wanted, stated in zip(axes, spec.shape, strict=True))
