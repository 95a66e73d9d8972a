"""The sample pictures, from scikit-image's wheel; the credits are those of its documentation (skimage.data)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from tools.files import CACHE, copy, without_those_in, write_json
from tools.packages import Carrier
from tools.terminal import say


@dataclass(frozen=True)
class Sample:
    """A picture to try tabsam with; `title`, `alt`, `credit` and `licence` are for people, sizes are in pixels."""

    id: str
    file: str
    title: str
    alt: str
    credit: str
    licence: str
    width: int
    height: int


#: The pictures, in the order in which they are offered.
SAMPLES = (
    Sample(
        id="chelsea",
        file="chelsea.png",
        title="Cat",
        alt="A tabby cat's face, close up",
        credit="Chelsea, photographed by Stefan van der Walt",
        licence="CC0-1.0",
        width=451,
        height=300,
    ),
    Sample(
        id="coffee",
        file="coffee.png",
        title="Coffee",
        alt="A cup of espresso on a saucer with a spoon, on a wooden table",
        credit="Photographed by Rachel Michetti, courtesy of Pikolo Espresso Bar",
        licence="CC0-1.0",
        width=600,
        height=400,
    ),
    Sample(
        id="astronaut",
        file="astronaut.png",
        title="Astronaut",
        alt="A smiling astronaut in an orange suit, before a flag and a model of the Space Shuttle",
        credit="Eileen Collins, photographed by NASA",
        licence="Public domain",
        width=512,
        height=512,
    ),
)

DIGESTS = {
    "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "astronaut.png": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
}

CARRIER = Carrier(
    requirement="scikit-image==0.26.0",
    options=("--python-version", "3.11", "--implementation", "cp", "--platform", "manylinux_2_28_x86_64"),
    folder="skimage/data",
)


def add_samples(site: Path) -> None:
    """Put the sample pictures and their list into the site."""
    folder = CACHE / "samples"
    if missing := without_those_in(folder, DIGESTS):
        say("Downloading the sample pictures")
        CARRIER.extract(missing, folder)
    for sample in SAMPLES:
        copy(folder / sample.file, site / "samples" / sample.file)
    write_json(site / "samples/samples.json", [asdict(sample) for sample in SAMPLES])
