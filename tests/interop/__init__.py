"""What other programs make of our files, and we of theirs: object by object, in pixels.

consumers has the programs, measuring compares; ``python -m tests.interop`` writes docs/interoperability.md from both. What is
not installed (the extra ``interop``) is skipped.
"""
