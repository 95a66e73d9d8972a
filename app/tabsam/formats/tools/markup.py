"""XML that somebody else wrote: no document type, hence no entities that grow without end and none that read other files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from tabsam.errors import FormatError
from tabsam.formats.shared.parsing import wrong_structure
from tabsam.formats.shared.writing import xml_text
from tabsam.json_text import too_deep

_PLAIN = re.compile(r"[A-Za-z0-9.,;: #/+-]*")
"""What is the same in XML; points and run lengths are long."""


_MOST_LEVELS = 200


class _Builder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._level = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._level += 1
        if self._level > _MOST_LEVELS:
            raise too_deep(_MOST_LEVELS)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._level -= 1
        return super().end(tag)

    def doctype(self, name: str, public: str | None, system: str | None) -> NoReturn:
        raise FormatError(
            "xml-doctype",
            "This XML file declares a document type, which may have it read other files or grow without end; it was not read.",
            "Take the line that begins with <!DOCTYPE out.",
        )


def xml_root(data: bytes, tag: str, what: str) -> Element:
    """Read an XML file.

    Parameters
    ----------
    tag : str
        Of its outermost element.
    what : str
        What the file should be, for the message: "a CVAT file".

    Raises
    ------
    FormatError
        ``xml-doctype``, ``not-xml`` (it breaks off, or is something else), ``too-deep``, ``wrong-structure``.
    """
    parser = XMLParser(target=_Builder())
    try:
        parser.feed(data)
        root: Element = parser.close()
    except FormatError:
        raise
    except (ParseError, LookupError, ValueError) as error:  # an encoding that there is not, or that does not fit
        hint = "It may have been cut off on its way; save or download it again."
        raise FormatError("not-xml", "This file is not sound XML.", hint, details=str(error)) from error
    if root.tag != tag:
        wrong_structure(what, f"it should begin with <{tag}>, but does with <{root.tag[:60]}>")
    return root


def text_in(element: Element, path: str) -> str:
    """Give the text of an element's child, without space around it; empty where there is none."""
    return (element.findtext(path) or "").strip()


def number_of(text: str | None) -> float | None:
    """Give a number, or None for what is none, NaN and infinity included."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def tag(name: str, attributes: Mapping[str, object], content: Iterable[str] | str | None = None, depth: int = 1) -> str:
    """Write an element, on a line of its own; what is in it is XML already."""
    inside = "".join(content) if content is not None else ""
    given = "".join(f' {key}="{attribute(value)}"' for key, value in attributes.items())
    indent = "  " * depth
    if not inside:
        return f"{indent}<{name}{given}></{name}>\n" if content is not None else f"{indent}<{name}{given}/>\n"
    if inside.startswith(" "):
        return f"{indent}<{name}{given}>\n{inside}{indent}</{name}>\n"
    return f"{indent}<{name}{given}>{inside}</{name}>\n"


def attribute(value: object) -> str:
    """Escape what stands in quotes."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else xml_text(text)
