"""Checkpoints with the official names and shapes, and weights that no training made: seeded, the same on every machine.

``layouts/`` lists what Meta's published code has in a state dict; ``{0-3,5}`` stands for these numbers.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch

from tabsam.arrays import Float32Array

LAYOUTS = {path.stem: path for path in sorted((Path(__file__).parent / "layouts").glob("*.txt"))}

Shapes = Mapping[str, tuple[int, ...]]


def shapes_of(model_id: str) -> Shapes:
    """Read the names and shapes of an official checkpoint."""
    lines = (line.split() for line in LAYOUTS[model_id].read_text().splitlines())
    return {name: tuple(map(int, shape.split("x"))) for template, shape in lines for name in _names(template)}


def _names(template: str) -> Iterator[str]:
    head, brace, rest = template.partition("{")
    if not brace:
        yield template
        return
    numbers, _, tail = rest.partition("}")
    for run in numbers.split(","):
        first, _, last = run.partition("-")
        yield from (f"{head}{number}{tail}" for number in range(int(first), int(last or first) + 1))


def seeded(shapes: Shapes) -> dict[str, Float32Array]:
    """Make weights that keep the size of what goes through a model, and that rounding does not upset more than trained ones."""
    return {name: seeded_tensor(name, shape) for name, shape in shapes.items()}


# These names are Meta's and transformers'.
_NORM = re.compile(r"norm|neck\.[13]\.|downscaling\.[14]\.|upscaling\.1\.")
_TABLE = re.compile(r"point_embed|_token|no_mask_embed|pos_embed|rel_pos|no_mem|position")
_END_OF_BRANCH = re.compile(r"attn\.proj|out_proj|o_proj|(blocks|encoder\.layers).*mlp\.(layers\.1|lin2|proj_out)")


def seeded_tensor(name: str, shape: tuple[int, ...]) -> Float32Array:
    """Make one weight: a product's keeps the size of what it multiplies, a branch's last one makes it a fifth."""
    array = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape, dtype=np.float32)
    if "gaussian" in name or "positional_embedding" in name:
        return array
    if _NORM.search(name) and len(shape) == 1:
        return array * np.float32(0.1) + np.float32(name.endswith("weight"))
    if len(shape) > 1 and not _TABLE.search(name):
        inputs = shape[0] if re.search("upscaling|upscale", name) else int(np.prod(shape[1:]))
        return array * np.float32(inputs**-0.5 * (0.2 if _END_OF_BRANCH.search(name) else 1))
    return array * np.float32(0.2)


def save(weights: Mapping[str, Float32Array], path: Path) -> Path:
    """Write a checkpoint as Meta does: SAM 2's weights under "model"."""
    tensors = {name: torch.from_numpy(array) for name, array in weights.items()}
    is_sam2 = any(name.startswith("sam_mask_decoder.") for name in tensors)
    torch.save({"model": tensors} if is_sam2 else tensors, path)
    return path


def waves(side: int) -> Float32Array:
    """Give what an encoder might see, (1, 3, side, side), the same on every machine."""
    y, x = np.mgrid[:side, :side].astype(np.float32) / np.float32(side)
    phases = ((9.0, 4.0, 0.0), (-5.0, 11.0, 1.0), (16.0, 15.0, 2.0))
    planes = [np.sin(np.float32(a) * x + np.float32(b) * y + np.float32(c)) for a, b, c in phases]
    pixels = np.stack(planes)[np.newaxis] * np.float32(1.5)
    pixels[..., side // 3 : side // 2, side // 4 : side // 2] += np.float32(0.8)
    return np.asarray(pixels, np.float32)


def earlier_logits(side: int) -> Float32Array:
    """Give what might be fed back, (side, side)."""
    y, x = np.mgrid[:side, :side].astype(np.float32) / np.float32(side)
    return np.asarray(12 * np.sin(7 * x) * np.cos(5 * y), np.float32)
