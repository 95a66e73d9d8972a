"""Everything in a picture: Meta's automatic mask generation, with the memory of a browser's tab in mind.

options, grids (where to ask) -> generator (the search) -> proposals (what it keeps of each mask), with boxes and sameness for
what lies over what.
"""

from tabsam.model.everything.generator import Step, everything
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal

__all__ = ["EverythingOptions", "Proposal", "Step", "everything"]
