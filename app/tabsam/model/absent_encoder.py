"""An encoder that is not here: its decoder is asked about pictures whose embeddings come from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabsam.arrays import AnyArray
from tabsam.errors import ModelError
from tabsam.model.runtime import Session, Tensor, TensorSpec


class AbsentEncoder:
    """What is known of an encoder from an embedding that it has made: enough to know the dialect, and to place pictures.

    Parameters
    ----------
    picture : TensorSpec
        Its one input.
    outputs : mapping of str to TensorSpec
    """

    def __init__(self, picture: TensorSpec, outputs: Mapping[str, TensorSpec]) -> None:
        self._inputs = {picture.name: picture}
        self._outputs = dict(outputs)

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._outputs

    @property
    def resizes(self) -> bool:
        return False

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        """Refuse: there is nothing to run.

        Raises
        ------
        ModelError
            ``encoder-absent``.
        """
        raise ModelError(
            "encoder-absent",
            "Only the decoder of this model is here: it opens pictures that come with their embeddings.",
            "Get the model's encoder, or another model, to open any other picture.",
        )

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        return dict(tensors)

    async def close(self) -> None:
        """Nothing is left to do."""


def _keeps_the_promise(session: AbsentEncoder) -> Session:
    """Fail the type check when this class drifts from the seam."""
    return session
