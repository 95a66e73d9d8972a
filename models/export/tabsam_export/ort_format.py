"""onnxruntime's own file format, which it loads without reading a protobuf and without optimising."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort

from tabsam_export.errors import ExportError


def to_ort(path: Path) -> Path:
    """Write ``encoder.ort`` beside ``encoder.onnx``, and remove the latter.

    Only what holds for every provider is optimised: the file is to run on WebGPU as well as on WASM. Constants are not
    computed beforehand, since small weights would become large again.

    Raises
    ------
    ExportError
        ``export-ort``.
    """
    target = path.with_suffix(".ort")
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.add_session_config_entry("session.save_model_format", "ORT")
    try:
        ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["ConstantFolding"])
    except Exception as error:  # onnxruntime's exceptions share no public base
        raise ExportError(
            "export-ort",
            f"onnxruntime could not write {target.name}.",
            "See that there is room on the disk, or leave --ort out.",
            details=str(error),
        ) from error
    path.unlink()
    return target
