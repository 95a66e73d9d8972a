"""What a file says of an embedding: texts, whose names and forms docs/embeddings.md lists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tabsam.arrays import AnyArray, Size
from tabsam.errors import FormatError
from tabsam.formats.embedding.limits import MOST_AXES
from tabsam.json_text import parsed
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.preprocess import Frame
from tabsam.model.runtime import DTYPES, TensorSpec

VERSION = "1"
_VERSION_KEY = "tabsam_embedding"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST_SIDE = 1_000_000
"""Pixels."""
_LONGEST_TEXT = 200
"""Of a name."""


def described(embedding: StoredEmbedding) -> dict[str, str]:
    """Give an embedding's texts; what nobody has said is left out."""
    texts = {
        _VERSION_KEY: VERSION,
        "model": embedding.model,
        "decoder_sha256": embedding.decoder,
        "dialect": embedding.dialect,
        "picture_sha256": embedding.picture,
    }
    if embedding.encoder_input is not None:
        texts["encoder_input"] = json.dumps(plain_spec(embedding.encoder_input))
    if embedding.encoder_outputs:
        texts["encoder_outputs"] = json.dumps([plain_spec(one) for one in embedding.encoder_outputs.values()])
    if (frame := embedding.frame) is not None:
        (height, width), (content_height, content_width) = frame.image_size, frame.content_size
        texts["picture_size"] = json.dumps([height, width])
        texts["frame"] = json.dumps(
            {
                "fit": "letterbox" if frame.upscales_twice else "squash",
                "model_size": list(frame.model_size),
                "content_size": list(frame.content_size),
                "scale": [content_width / width, content_height / height],
            }
        )
    return {key: text for key, text in texts.items() if text}


def read_back(tensors: Mapping[str, AnyArray], texts: Mapping[str, str]) -> StoredEmbedding:
    """Give an embedding of its tensors, and of its texts, of which none is required.

    Raises
    ------
    FormatError
        ``embedding-version``, ``embedding-metadata``, ``not-json`` or ``too-deep``; ``embedding-unknown`` without tensors.
    """
    if not tensors:
        raise FormatError("embedding-unknown", "There is no tensor in this file.", "Check that you chose the right file.")
    if texts.get(_VERSION_KEY, VERSION) != VERSION:
        raise FormatError("embedding-version", "This embedding is of a newer version than is known here.", "Use a newer tabsam.")
    given = parsed(texts["encoder_input"]) if "encoder_input" in texts else None
    outputs = parsed(texts["encoder_outputs"]) if "encoder_outputs" in texts else []
    if not isinstance(outputs, list):
        raise _wrong("encoder_outputs")
    specs = [_spec(one, "encoder_outputs") for one in outputs]
    return StoredEmbedding(
        tensors,
        _name(texts, "model"),
        _digest(texts, "decoder_sha256"),
        _name(texts, "dialect"),
        None if given is None else _spec(given, "encoder_input"),
        {one.name: one for one in specs},
        _digest(texts, "picture_sha256"),
        _frame(texts),
    )


def plain_spec(spec: TensorSpec) -> dict[str, Any]:
    """Describe a tensor as plain data."""
    return {"name": spec.name, "dtype": spec.dtype, "shape": list(spec.shape)}


def _spec(plain: object, key: str) -> TensorSpec:
    match plain:
        case {"name": str(name), "dtype": str(dtype), "shape": list(shape)} if len(shape) <= MOST_AXES and dtype in (*DTYPES, ""):
            if all((type(side) is int and 0 <= side <= _LARGEST_SIDE) or isinstance(side, str) for side in shape):
                return TensorSpec(name, dtype, tuple(shape))
    raise _wrong(key)


def _frame(texts: Mapping[str, str]) -> Frame | None:
    if "frame" not in texts:
        return None
    if "picture_size" not in texts:
        raise _wrong("picture_size")
    plain = parsed(texts["frame"])
    if not isinstance(plain, dict) or plain.get("fit") not in ("letterbox", "squash"):
        raise _wrong("frame")
    image_size = _size(parsed(texts["picture_size"]), "picture_size")
    model_size, content_size = (_size(plain.get(key), "frame") for key in ("model_size", "content_size"))
    return Frame(image_size, model_size, content_size, upscales_twice=plain["fit"] == "letterbox")


def _size(plain: object, key: str) -> Size:
    match plain:
        case [int(height), int(width)] if 0 < height <= _LARGEST_SIDE and 0 < width <= _LARGEST_SIDE:
            return int(height), int(width)
    raise _wrong(key)


def _digest(texts: Mapping[str, str], key: str) -> str:
    text = texts.get(key, "")
    if text and not _SHA256.fullmatch(text):
        raise _wrong(key)
    return text


def _name(texts: Mapping[str, str], key: str) -> str:
    text = texts.get(key, "")
    if len(text) > _LONGEST_TEXT:
        raise _wrong(key)
    return text


def _wrong(key: str) -> FormatError:
    return FormatError("embedding-metadata", f"What this embedding states as '{key}' cannot be read.", "Make it again.")
