"""What decoders find wrong, before decoding.py has put it into words for a person."""

from __future__ import annotations


class TiffFault(Exception):  # noqa: N818  # it is no error to anybody until it has been put into words
    """The file does not hold what it says it holds."""


class NotSupported(Exception):  # noqa: N818  # as TiffFault
    """Something that cannot be read here, by its name; the file is sound."""
