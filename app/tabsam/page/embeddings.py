"""What the encoder has made of the open picture, as a file; and what such a file says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tabsam.formats.embedding import EXTENSIONS, read_embedding, write_embedding
from tabsam.formats.embedding.metadata import plain_spec
from tabsam.formats.shared.writing import stem_of
from tabsam.model.storing import stored
from tabsam.page.encoding import Encoding
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.model.embedding import Embedding, StoredEmbedding
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.protocol.methods import EmbeddingMethods, EmbeddingWorkerMethods, OnProgress
    from tabsam.page.protocol.params import EmbeddingParams, SaveEmbeddingParams
    from tabsam.page.protocol.results import EmbeddingInfo, Exported


class Embeddings:
    """Answers what is asked about embeddings as files. A picture that comes with one is opened by opening.py."""

    def __init__(self, workspace: Workspace, encoding: Encoding) -> None:
        self._workspace = workspace
        self._encoding = encoding

    def methods(self) -> EmbeddingMethods:
        """Give what the page asks."""
        return {"saveEmbedding": self._save}

    def worker_methods(self) -> EmbeddingWorkerMethods:
        """Give what the worker asks."""
        return {"describeEmbedding": self._describe}

    async def _save(self, params: SaveEmbeddingParams, on_progress: OnProgress) -> Exported:
        picture, name = self._workspace.picture, self._workspace.document.name
        # With other bands it is another picture to the model, and the file is the same.
        digest = picture.digest if picture.bands is None else ""

        async def store(segmenter: Segmenter, embedding: Embedding) -> StoredEmbedding:
            return await stored(segmenter, embedding, picture=digest)

        data = write_embedding(await self._encoding.run(store), precision=params["precision"])
        return {"bytes": data, "type": "application/octet-stream", "name": f"{stem_of(name)}{EXTENSIONS['safetensors']}"}

    async def _describe(self, params: EmbeddingParams, on_progress: OnProgress) -> EmbeddingInfo:
        one = read_embedding(params["bytes"])
        encoder = ""
        if one.encoder_input is not None and one.encoder_outputs:
            outputs = [plain_spec(spec) for spec in one.encoder_outputs.values()]
            encoder = json.dumps({"session": None, "inputs": [plain_spec(one.encoder_input)], "outputs": outputs})
        return {"decoder": one.decoder, "model": one.model, "encoder": encoder}
