"""The documents name files that are there, their links lead somewhere, and the site has all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from build import ROOT
from tools.documents import hooks

DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "examples/README.md",
    "CHANGELOG.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
PLACE = re.compile(r"`((?:app|web|tests|tools|models|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^()\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def anchors(path: Path) -> Iterator[str]:
    """Give the anchors of a document's headings, as GitHub and MkDocs both make them."""
    for heading in re.findall(r"^#+ (.*)$", CODE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name != "CHANGELOG.md"])  # of what was there once, too
def test_every_place_that_is_named_is_there(document: str) -> None:
    assert not [place for place in PLACE.findall(text_of(document)) if not (ROOT / place).exists()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    for link in LINK.findall(CODE.sub("", text_of(document))):
        path, _, anchor = link.partition("#")
        target = (ROOT / document).parent / path if path else ROOT / document
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name.startswith("docs/")])
def test_the_sites_pages_link_only_to_what_it_has(document: str) -> None:
    out = {link for link in LINK.findall(CODE.sub("", text_of(document))) if link.startswith("..")}
    assert out <= {f"../{path}" for path in hooks.SHOWN.values()}


def test_the_site_has_every_document_once() -> None:
    nav = text_of("mkdocs.yml").partition("\nnav:\n")[2]
    assert sorted(re.findall(r": ([\w-]+\.md)$", nav, re.MULTILINE)) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


def test_the_architecture_names_every_room() -> None:
    text = text_of("docs/architecture.md")
    rooms = [f"{folder.name}/" for folder in (ROOT / "app/tabsam").iterdir() if (folder / "__init__.py").is_file()]
    assert len(rooms) >= 5
    assert not [room for room in rooms if room not in text]
