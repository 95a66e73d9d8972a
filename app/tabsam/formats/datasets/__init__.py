"""Whole data sets, out and in: many pictures, each with its annotations, and one class list.

Files go out as a stream of paths and chunks (registry, sinks) and come in as a listing of paths and openers (listing, reading):
one picture's are in memory at a time, and whether they lie in a folder or a zip is the caller's.
"""

from tabsam.formats.datasets.reading import read
from tabsam.formats.datasets.sinks import write

__all__ = ["read", "write"]
