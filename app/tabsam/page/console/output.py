"""What a script says: text as it comes, values, pictures, and files to save."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image

from tabsam.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tabsam.page.protocol.messages import ScriptOutput

Kind = Literal["out", "err", "value", "error", "note"]

_MOST_CHARACTERS = 400_000
"""Of one script: nobody reads more, and the page has to keep it."""
_BURST = 40
"""So many pieces of text are told at once, and as many a second. What comes faster is gathered: the page has to draw it."""
_LATER = 0.1
"""Seconds after which what has been gathered is told, if the script waits."""
_PIECE = 8192
_SIDE = 1024
"""A picture that is shown has no more pixels on a side."""
_SMALLEST = 8
"""An array of fewer numbers on a side is read, not looked at."""


class Output:
    """Tells the page."""

    def __init__(self, tell: Callable[[ScriptOutput], None]) -> None:
        self._tell = tell
        self._left = _MOST_CHARACTERS
        self._kind: Kind = "out"
        self._gathered: list[str] = []
        self._length = 0
        self._free: float = _BURST
        self._then = time.monotonic()
        self._later: asyncio.TimerHandle | None = None

    @contextmanager
    def streams(self) -> Iterator[None]:
        """Take what is printed, and what is written to the error stream."""
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(_Stream(self, "out")))
            stack.enter_context(redirect_stderr(_Stream(self, "err")))
            yield

    def write(self, kind: Kind, text: str) -> None:
        """Say something, now or a little later; after too much nothing more."""
        if kind != self._kind:
            self.flush()
            self._kind = kind
        if kind in ("out", "err"):
            if self._left <= 0:
                return
            text = text[: self._left]
            self._left -= len(text)
        self._gathered.append(text)
        self._length += len(text)
        if self._length > _PIECE or self._is_slow():
            self.flush()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(_LATER, self.flush)
        if self._left <= 0 and kind in ("out", "err"):
            self.write("note", "What is printed from here on is not shown: it is too much.")

    def flush(self) -> None:
        """Say now what has been gathered."""
        if self._gathered:
            self._tell({"kind": self._kind, "text": "".join(self._gathered)})
        self._gathered, self._length = [], 0
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _is_slow(self) -> bool:
        """Tell whether the page keeps up with what is said, and count it."""
        now = time.monotonic()
        self._free = min(_BURST, self._free + (now - self._then) * _BURST)
        self._then = now
        if self._free < 1:
            return False
        self._free -= 1
        return True

    def show(self, *values: object) -> None:
        """Show values: pictures and arrays that look like one as pictures, all else as Python writes it."""
        for value in values:
            image = as_picture(value)
            if image is None:
                self.write("value", value if isinstance(value, str) and len(values) > 1 else repr(value))
                self.flush()
                continue
            self.flush()
            what = f"{image.width} x {image.height}, {image.mode}"
            if isinstance(value, np.ndarray):
                what = f"{value.shape} {value.dtype}"
            shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
            shown.thumbnail((_SIDE, _SIDE))
            self._tell({"kind": "picture", "text": what, "data": _png(shown)})

    def download(self, name: str, data: object) -> None:
        """Offer a file to be saved.

        Parameters
        ----------
        data : str, bytes, a picture, or an array that looks like one
            Pictures are saved as PNG.

        Raises
        ------
        RequestError
            ``no-file`` for anything else.
        """
        if isinstance(data, str):
            content = data.encode()
        elif isinstance(data, bytes | bytearray | memoryview):
            content = bytes(data)
        elif (image := as_picture(data, smallest=1)) is not None:
            content = _png(image)
        else:
            raise RequestError(
                "no-file", f"{type(data).__name__} is nothing that can be saved.", "Give text, bytes or a picture."
            )
        self.flush()
        self._tell({"kind": "file", "text": str(name).replace("/", "_"), "data": content})


class _Stream(io.TextIOBase):
    def __init__(self, output: Output, kind: Kind) -> None:
        self._output = output
        self._kind: Kind = kind

    def write(self, text: str) -> int:
        self._output.write(self._kind, text)
        return len(text)

    def flush(self) -> None:
        self._output.flush()

    def writable(self) -> bool:
        return True


def as_picture(value: object, *, smallest: int = _SMALLEST) -> Image.Image | None:
    """Make a picture of what looks like one: a mask or greys (H, W), colours (H, W, 3) or (H, W, 4); else None.

    Numbers that are neither bool nor uint8 are stretched from their least, black, to their greatest, white.
    """
    if isinstance(value, Image.Image):
        return value
    if not isinstance(value, np.ndarray) or value.ndim not in (2, 3) or min(value.shape[:2]) < smallest:
        return None
    if value.ndim == 3 and value.shape[2] not in (3, 4):
        return None
    if value.dtype == np.bool_:
        return Image.fromarray(value.astype(np.uint8) * 255) if value.ndim == 2 else None
    if value.dtype == np.uint8:
        return Image.fromarray(np.ascontiguousarray(value))
    if value.ndim == 3 or value.dtype.kind not in "iuf":
        return None
    numbers = np.nan_to_num(value.astype(np.float64))
    low, high = float(numbers.min()), float(numbers.max())
    return Image.fromarray(((numbers - low) * (255 / (high - low or 1))).astype(np.uint8))


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
