"""How packed data lie in a folder.

``photos/NAME.jpg`` with a label map ``photos/NAME.png`` of the same size (0 nothing, 1 to 255 things), ``cutouts/NAME.webp``
with an alpha channel, ``backgrounds/NAME.jpg``, and ``photos.json``, which says of each photo what pixels cannot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tabsam_training.errors import TrainingError

LABELS = 256
"""Values of a label map; 0 is nothing."""

_INDEX = "photos.json"


@dataclass(frozen=True)
class PackedPhoto:
    """What is known of a photo beside its pixels.

    Attributes
    ----------
    source : str
        The id of where it is from.
    weight : float
        How often it is drawn.
    whole : float, in (0, 1]
        How often one of its things is asked for: 1 for whole things, less for parts and stuff.
    parents : tuple of int
        For each label the label that it is a part of, 0 for none; the first stands for "nothing".
    """

    source: str
    weight: float
    whole: float
    parents: tuple[int, ...]


def write_index(folder: Path, photos: Mapping[str, PackedPhoto]) -> None:
    """Write what is known of the photos, by their names."""
    text = json.dumps({name: asdict(photo) for name, photo in photos.items()})
    folder.joinpath(_INDEX).write_text(text, encoding="utf-8")


def read_index(folder: Path) -> dict[str, PackedPhoto]:
    """Read what is known of the photos, by their names.

    Raises
    ------
    TrainingError
        ``no-data`` where there is no such file, ``data-wrong`` where it is another.
    """
    try:
        stored = json.loads(folder.joinpath(_INDEX).read_bytes())
        return {
            name: PackedPhoto(photo["source"], photo["weight"], photo["whole"], tuple(photo["parents"]))
            for name, photo in stored.items()
        }
    except FileNotFoundError as error:
        hint = "Make it with `python -m tabsam_training pack`."
        raise TrainingError("no-data", f"There are no packed data in {folder}.", hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError("data-wrong", f"{folder / _INDEX} is damaged.", "Pack the data anew.", details=str(error)) from error
