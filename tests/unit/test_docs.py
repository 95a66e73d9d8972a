"""The documents name files that are there."""

from __future__ import annotations

import re

import pytest

from build import ROOT

DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/models.md",
    "docs/python.md",
    "docs/interoperability.md",
    "docs/conversion.md",
    "docs/deploying.md",
    "docs/embeddings.md",
    "docs/scripting.md",
    "docs/measuring.md",
    "docs/command-line.md",
    "examples/README.md",
)
PLACE = re.compile(r"`((?:app|web|tests|tools|models|docs)/[\w./-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_that_is_named_is_there(document: str) -> None:
    places = PLACE.findall((ROOT / document).read_text(encoding="utf-8"))
    assert not [place for place in places if not (ROOT / place).exists()]


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = [f"{folder.name}/" for folder in (ROOT / "app/tabsam").iterdir() if (folder / "__init__.py").is_file()]
    assert len(rooms) >= 5
    assert not [room for room in rooms if room not in text]
