"""The pictures that are encoded: the newest stay ready, so that going back to one costs no encoding."""

from __future__ import annotations

from collections import OrderedDict

from tabsam.model.embedding import Embedding
from tabsam.model.segmenter import Segmenter


class EmbeddingCache:
    """Embeddings by the segmenter that made them and the picture; the least recently used ones are released.

    Parameters
    ----------
    limit : int
        Bytes that they may take together. The newest stays even if it alone takes more.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept: OrderedDict[tuple[Segmenter, str], Embedding] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def nbytes(self) -> int:
        """What they take together."""
        return sum(embedding.nbytes for embedding in self._kept.values())

    def get(self, segmenter: Segmenter, picture: str) -> Embedding | None:
        """Give a picture's embedding, and count it as used; None if there is none."""
        embedding = self._kept.get((segmenter, picture))
        if embedding is not None:
            self._kept.move_to_end((segmenter, picture))
        return embedding

    def put(self, segmenter: Segmenter, picture: str, embedding: Embedding) -> None:
        """Keep an embedding as the newest, and release old ones until there is room."""
        before = self._kept.pop((segmenter, picture), None)
        if before is not None and before is not embedding:
            before.release()
        self._kept[segmenter, picture] = embedding
        while len(self._kept) > 1 and self.nbytes > self.limit:
            self._kept.popitem(last=False)[1].release()

    def clear(self) -> None:
        """Release all of them."""
        for embedding in self._kept.values():
            embedding.release()
        self._kept.clear()
