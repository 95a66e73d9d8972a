"""WebP: its decoder holds two pictures as large as the one that it gives, and must be gone before Pillow makes a fourth."""

from __future__ import annotations

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile


def loaded_webp(image: WebPImageFile) -> Image.Image:
    """Decode the frame that an open file is at; the file cannot be used any more.

    Raises
    ------
    OSError
        If it is damaged.
    """
    frame = None
    for _ in range(image.tell() + 1):
        frame = None  # two frames at once are one too many
        frame = image._decoder.get_next()
    image._decoder = None
    if frame is None:
        raise OSError("a frame of the WebP is damaged")
    return Image.frombytes(image.mode, image.size, frame[0], "raw", image.rawmode)
