"""Which SAM is this? A dialect is recognised from what the two graphs say of their inputs and outputs.

A user's own file needs no manifest; where names are not known, shapes that fit only one way are (by_shape.py).
Adding a dialect is a small class, its place in :data:`DIALECTS`, and a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tabsam.errors import ModelError
from tabsam.model.dialects.answers import Answer, Answers
from tabsam.model.dialects.base import Dialect, check_they_belong_together, described
from tabsam.model.dialects.efficientsam import EfficientSam
from tabsam.model.dialects.hf import HfSam1, HfSam2
from tabsam.model.dialects.sam1 import EdgeSam, Sam1
from tabsam.model.dialects.sam2 import Sam2, Sam2Ort, Sam2RectLabel
from tabsam.model.runtime import Session

__all__ = ["DIALECTS", "Answer", "Answers", "Dialect", "Recognised", "recognise"]

DIALECTS: tuple[type[Dialect], ...] = (Sam1, Sam2, Sam2Ort, Sam2RectLabel, HfSam1, HfSam2, EfficientSam, EdgeSam)


@dataclass(frozen=True)
class Recognised:
    """A dialect, and the two sessions under the names that it asks by.

    Attributes
    ----------
    assumed : str
        What was assumed of tensors with names of their own, in a sentence; "" where all is known by its name.
    encoder_names : mapping of str to str
        The names that the encoder's graph has, by the dialect's, where they differ.
    """

    dialect: Dialect
    encoder: Session
    decoder: Session
    assumed: str = ""
    encoder_names: Mapping[str, str] = field(default_factory=dict)


def recognise(encoder: Session, decoder: Session) -> Recognised:
    """Find the dialect that an encoder and a decoder speak: by names, or else by shapes that fit only one way.

    Raises
    ------
    ModelError
        ``model-unknown`` when no dialect fits, or several do by their shapes (the details name the
        tensors that were found and those that were looked for),
        ``model-mismatch`` when the two files speak one dialect but do not belong together,
        ``model-outputs`` when the decoder's outputs are not what their names say.
    """
    for dialect in DIALECTS:
        if dialect.speaks(encoder, decoder):
            check_they_belong_together(encoder, decoder, dialect)
            return Recognised(dialect(encoder, decoder), encoder, decoder)
    from tabsam.model.dialects.by_shape import fits  # here: few models need it, and the start waits for every import

    found = fits(encoder, decoder)
    if len(found) == 1:
        encoder, decoder = found[0].sessions(encoder, decoder)
        return Recognised(found[0].dialect(encoder, decoder), encoder, decoder, found[0].assumed, found[0].encoder)
    details = f"Found in the encoder: {_signature(encoder)}. Found in the decoder: {_signature(decoder)}. {_looked_for()}"
    if found:
        raise ModelError(
            "model-unknown",
            "The tensors of this pair of files have names that are not known here, and their shapes can be read in several ways.",
            "Export it with the names of SAM's own exporters, or choose another file.",
            details=details,
        )
    raise ModelError(
        "model-unknown",
        "This pair of files is not a Segment Anything model that is known here.",
        "Choose an encoder and a decoder that were exported together.",
        details=details,
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
