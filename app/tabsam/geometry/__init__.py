"""Arithmetic on grids and outlines: arrays in, arrays out."""
