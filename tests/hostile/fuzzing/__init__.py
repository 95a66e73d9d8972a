"""Mutated files for every reader, and random requests for the page's Python, from a seed.

Whatever raises anything but a TabsamError, or takes more than some seconds of the processor, is a failure; it is written to a
file that does it again. ``python -m tests.hostile.fuzzing --minutes N`` runs it.
"""
