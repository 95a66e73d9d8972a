"""Outlines and pixels: pure arithmetic on rings, runs and grids, in image pixels.

What an outline is, and what it encloses; from outlines to pixels and back; combining, simplifying and reshaping them. It knows
neither models and their frames (model/) nor objects with classes (document/).
"""
