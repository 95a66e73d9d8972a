"""The conversion from start to end, with a word on each step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tabsam_export import package
from tabsam_export.needs import gpu_needs
from tabsam_export.ort_format import to_ort
from tabsam_export.precision import Precision
from tabsam_export.reference import Reference, load_reference
from tabsam_export.verification import Finding, verify
from tabsam_export.writing import decoder_of, encoder_of

Say = Callable[[str], object]

_STORED = {"fp32": "float32 weights", "fp16": "float16 weights", "int8": "8-bit weights in the encoder, float16 in the decoder"}


@dataclass(frozen=True)
class Wishes:
    """What the user asked for.

    Attributes
    ----------
    model : str or None
        Whose the checkpoint is; recognised where this is left out.
    ort : bool
        Files in onnxruntime's own format.
    part_bytes : int or None
        Cut files that are larger into parts of so many bytes.
    id, name, licence : str or None
        For the catalogue's entry.
    """

    model: str | None = None
    precision: Precision = "fp32"
    ort: bool = False
    part_bytes: int | None = None
    id: str | None = None
    name: str | None = None
    licence: str | None = None


def convert(checkpoint: Path, output: Path, wishes: Wishes, say: Say = print) -> None:
    """Convert a checkpoint, or a folder of Hugging Face's, into a folder with a model for the browser.

    Raises
    ------
    ExportError
        If it cannot be read, converted or written, or if the result does not answer as the original does.
    """
    started = time.monotonic()
    package.check_free(output)
    reference = load_reference(checkpoint, wishes.model)
    about = _description(reference, checkpoint, wishes)
    say(f"{checkpoint.name}: {reference.name or f'a model of the family {reference.family}'}")
    with package.filling(output) as draft:
        say(f"Writing the graphs, {_STORED[wishes.precision]}")
        files, needs = _write(reference, draft, wishes)
        say("Comparing with PyTorch")
        for finding in verify(reference, *files, wishes.precision):
            say(_line(finding))
        listed = [package.as_listed(file, wishes.part_bytes) for file in files]
        package.write_entry(draft, about, needs, *listed)
        sizes = {file.name: file.stat().st_size for file in sorted(draft.iterdir())}
    written = (name if name == package.ENTRY else f"{name} ({size / 1e6:,.1f} MB)" for name, size in sizes.items())
    say(f"{output}: {', '.join(written)}")
    if not wishes.licence:
        say("The entry does not say what licence the weights are under: say it with --licence before you publish them.")
    say(f"Done in {time.monotonic() - started:.0f} s.")


def _write(reference: Reference, draft: Path, wishes: Wishes) -> tuple[tuple[Path, Path], dict[str, int]]:
    """Write both files; tell what they need of a GPU."""
    encoder, decoder = draft / "encoder.onnx", draft / "decoder.onnx"
    graph = encoder_of(reference, wishes.precision)
    needs = gpu_needs(graph)
    package.write_graph(graph, encoder)
    del graph  # it is as large as the file
    package.write_graph(decoder_of(reference, wishes.precision), decoder)
    return ((to_ort(encoder), to_ort(decoder)) if wishes.ort else (encoder, decoder)), needs


def _description(reference: Reference, checkpoint: Path, wishes: Wishes) -> package.Description:
    suffix = "" if wishes.precision == "fp32" else f"-{wishes.precision}"
    stem = checkpoint.name if checkpoint.is_dir() else checkpoint.stem
    name = wishes.name or (reference.name or stem) + (f" ({wishes.precision})" if suffix else "")
    return package.Description(
        id=wishes.id or (reference.id or stem) + suffix,
        name=name,
        family=reference.family,
        licence=wishes.licence or "unknown",
        description=f"Converted from {checkpoint.name} by tabsam export: {_STORED[wishes.precision]}.",
    )


def _line(finding: Finding) -> str:
    return (
        f"  {finding.prompt:<40}  mask IoU {finding.iou:.5f}  largest logit difference {finding.difference:.2g}"
        f" (their deviation: {finding.deviation:.2g})"
    )
