"""Count the cells in a micrograph and measure them: everything is found, cleaned by a pipeline, and kept by its area; CSV.

python examples/measure_cells.py                            # of a drawn slide
python examples/measure_cells.py slide.tif --um-per-pixel 0.65 --areas 200 5000
"""

from __future__ import annotations

import argparse
from pathlib import Path

import tabsam
from drawing import cells
from tabsam.document.measuring import Scale
from tabsam.formats.exported import Source
from tabsam.formats.registry import write
from tabsam.library.pipeline import hole_filling, island_removal, opening, smoothing
from tabsam.library.saving import annotations_of

CLEAN = opening(1.5) | hole_filling() | island_removal(below_area=50) | smoothing(sigma=1)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("picture", nargs="?", type=Path, help="its file; one is drawn where none is named")
parser.add_argument("--um-per-pixel", type=float, default=0.5, help="how long a pixel's side is, in micrometres")
parser.add_argument("--areas", nargs=2, type=float, default=(150, 900), metavar=("LEAST", "MOST"), help="of a cell, in µm²")
parser.add_argument("--points-per-side", type=int, default=16, help="how densely to look")
parser.add_argument("--output", type=Path, default=Path("cells.csv"))
asked = parser.parse_args()

with tabsam.load() as segmenter:
    segmenter.set_image(asked.picture or cells()[0], name="" if asked.picture else "cells.png")
    wishes = {**segmenter.everything_defaults, "points_per_side": asked.points_per_side}
    found = segmenter.everything(options=tabsam.everything.EverythingOptions(**wishes))
    picture = segmenter.picture

least, most = (area / asked.um_per_pixel**2 for area in asked.areas)  # in pixels
clean = [one.shaped(CLEAN) for one in found]
counted = [one for one in clean if least <= one.mask().sum() <= most]
table = write("measurements", Source(annotations_of(counted, picture, "cell"), picture.image, Scale(asked.um_per_pixel, "µm")))
asked.output.write_bytes(table.data)

print(f"{len(counted)} cells of {len(found)} finds. Their areas, perimeters and colours are in {asked.output}.")
