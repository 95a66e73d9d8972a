"""A graph that gives back what it is given, one tensor of every dtype that crosses the bridge."""

from __future__ import annotations

import onnx.checker
import onnx.parser

#: ONNX's name of each dtype, by NumPy's.
ONNX_NAMES = {
    "float32": "float",
    "float16": "float16",
    "int32": "int32",
    "int64": "int64",
    "uint8": "uint8",
    "bool": "bool",
}


def identity_model() -> bytes:
    """Return an ``.onnx`` file: input ``<dtype>_in`` of any two axes comes back as ``<dtype>_out``."""
    inputs, outputs = (
        ", ".join(f"{onnx_name}[{name}_rows, {name}_columns] {name}_{end}" for name, onnx_name in ONNX_NAMES.items())
        for end in ("in", "out")
    )
    nodes = "\n".join(f"{name}_out = Identity ({name}_in)" for name in ONNX_NAMES)
    model = onnx.parser.parse_model(
        f'< ir_version: 8, opset_import: ["" : 17] > identity ({inputs}) => ({outputs}) {{ {nodes} }}'
    )
    onnx.checker.check_model(model, full_check=True)
    file: bytes = model.SerializeToString(deterministic=True)
    return file
