"""What a segmenter for scripts does with embeddings as files: give its picture's, and take one that was made elsewhere."""

from __future__ import annotations

from os import PathLike

from PIL import Image

from tabsam.arrays import Size
from tabsam.library.embeddings import open_embedding, picture_digest
from tabsam.library.finishing import Finishing
from tabsam.library.images import ImageLike, as_image, name_of, read_if_path
from tabsam.library.saving import Picture
from tabsam.library.waiting import Waiter
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.embedding_cache import EmbeddingCache
from tabsam.model.segmenter import Segmenter
from tabsam.model.storing import held, stored

_GIVEN = "given"
"""What the last that was given is kept under."""


def read_picture(image: ImageLike, name: str = "") -> tuple[Picture, str]:
    """Give a picture, and the SHA-256 of its file: of the same bytes, since the file may be another one a moment later."""
    read = read_if_path(image)
    return Picture(as_image(read), name or name_of(image)), picture_digest(read)


class StoresEmbeddings:
    """A part of :class:`tabsam.SyncSegmenter`."""

    segmenter: Segmenter
    _waiter: Waiter
    _kept: EmbeddingCache
    _finishing: Finishing | None

    @property
    def decoder_digest(self) -> str:
        """The SHA-256 of the decoder, in hex, by which embeddings say whose they are; the file is read for it once."""
        return next(iter(self.segmenter.identity.decoders()), "")

    def embedding(self) -> StoredEmbedding:
        """Give what the encoder has made of the current picture, to be stored: :func:`tabsam.save_embedding`.

        Raises
        ------
        StateError
            ``no-image`` before :meth:`set_image`.
        """
        current = self.segmenter.current
        digest = "" if self._finishing is None else self._finishing.digest
        return self._waiter.wait(stored(self.segmenter, current, picture=digest))

    def set_embedding(self, image: ImageLike | Size, embedding: StoredEmbedding | str | PathLike[str]) -> None:
        """Make a picture the current one, of which an encoder has made an embedding elsewhere: it is not encoded.

        Parameters
        ----------
        image : whatever :func:`tabsam.as_image` takes, or its size, (height, width)
            Without its pixels masks cannot follow its edges, and end as decoded.
        embedding : StoredEmbedding, or the path of a file

        Raises
        ------
        ImageError
            ``embedding-other-picture``, by the digest of a path or of bytes, and by the size.
        ModelError
            ``embedding-other-model``, ``embedding-shapes``, ``embedding-not-finite``.
        FormatError
            Those of :func:`tabsam.open_embedding`. Of all of these, the current picture stays.
        """
        given = embedding if isinstance(embedding, StoredEmbedding) else open_embedding(embedding)
        if isinstance(image, tuple):
            height, width = image
            picture, digest = Picture(Image.new("RGB", (width, height)), "picture"), ""
        else:
            picture, digest = read_picture(image)
        made = self._waiter.wait(held(self.segmenter, given, picture.size, picture=digest))
        self._kept.put(self.segmenter, _GIVEN, made)
        self.segmenter.use(made)
        self._finishing = Finishing(self.segmenter, picture, digest, has_pixels=not isinstance(image, tuple))
