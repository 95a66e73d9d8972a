"""Which SAM is this? A dialect is recognised from what the two graphs say of their inputs and outputs.

A user's own file needs no manifest. Adding a dialect is a small class, its place in :data:`DIALECTS`, and a test.
"""

from __future__ import annotations

from tabsam.errors import ModelError
from tabsam.model.dialects.answers import Answer, Answers
from tabsam.model.dialects.base import Dialect, check_they_belong_together, described
from tabsam.model.dialects.efficientsam import EfficientSam
from tabsam.model.dialects.hf import HfSam1, HfSam2
from tabsam.model.dialects.sam1 import EdgeSam, Sam1
from tabsam.model.dialects.sam2 import Sam2, Sam2Ort, Sam2RectLabel
from tabsam.model.runtime import Session

__all__ = ["DIALECTS", "Answer", "Answers", "Dialect", "recognise"]

DIALECTS: tuple[type[Dialect], ...] = (Sam1, Sam2, Sam2Ort, Sam2RectLabel, HfSam1, HfSam2, EfficientSam, EdgeSam)


def recognise(encoder: Session, decoder: Session) -> Dialect:
    """Find the dialect that an encoder and a decoder speak.

    Raises
    ------
    ModelError
        ``model-unknown`` when no dialect fits (the details name the tensors that were found and those that were looked for),
        ``model-mismatch`` when the two files speak one dialect but do not belong together,
        ``model-outputs`` when the decoder's outputs are not what their names say.
    """
    for dialect in DIALECTS:
        if dialect.speaks(encoder, decoder):
            check_they_belong_together(encoder, decoder, dialect)
            return dialect(encoder, decoder)
    raise ModelError(
        "model-unknown",
        "This pair of files is not a Segment Anything model that is known here.",
        "Choose an encoder and a decoder that were exported together.",
        details=f"Found in the encoder: {_signature(encoder)}. Found in the decoder: {_signature(decoder)}. {_looked_for()}",
    )


def _signature(session: Session) -> str:
    inputs, outputs = (", ".join(map(described, specs.values())) for specs in (session.inputs, session.outputs))
    return f"{inputs} -> {outputs}"


def _looked_for() -> str:
    wanted = (
        f"{dialect.family}: {' or '.join(dialect.encoder_input)} -> {', '.join(dialect.embedding)}; "
        f"{dialect.points}, {dialect.labels} -> {' or '.join(dialect.logits)}, {dialect.scores}"
        for dialect in DIALECTS
    )
    return f"Looked for: {'. '.join(wanted)}."
