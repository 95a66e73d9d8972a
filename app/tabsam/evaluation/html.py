"""Pieces of a report as HTML: one file that needs no other, without a script; texts are escaped where they enter."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from tabsam.evaluation.cases import Case
from tabsam.formats.shared.writing import xml_text
from tabsam.formats.svg import path_data


@dataclass(frozen=True)
class Cell:
    """A table's cell.

    Attributes
    ----------
    text : str
    share : float or None, in [0, 1]
        Drawn as a bar behind the text.
    is_best : bool
    wraps : bool
        Whether it is a text that may take several lines.
    """

    text: str
    share: float | None = None
    is_best: bool = False
    wraps: bool = False


def document(title: str, body: str) -> str:
    """Put a report together."""
    style = files("tabsam.evaluation").joinpath("report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # Whoever made a picture's name, or a class's, can run nothing here.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{xml_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def facts(items: Sequence[tuple[str, str]]) -> str:
    """Write numbers large, each with what it is."""
    inside = "".join(f"<li><b>{xml_text(number)}</b><span>{xml_text(what)}</span></li>" for number, what in items)
    return f'<ul class="facts">{inside}</ul>'


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell | str]]) -> str:
    """Write a table; the first cell of a row is its head."""
    lines = []
    texts: set[int] = set()
    for first, *rest in rows:
        texts |= {place for place, cell in enumerate(rest, 1) if isinstance(cell, str)}
        name = first if isinstance(first, str) else first.text
        lines.append(f'<tr><th scope="row">{xml_text(name)}</th>{"".join(map(_cell, rest))}</tr>')
    named = (f'<th scope="col"{" class=text" if place in texts else ""}>{xml_text(one)}</th>' for place, one in enumerate(heads))
    head = "".join(named)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _cell(cell: Cell | str) -> str:
    if isinstance(cell, str):
        return f'<td class="text">{xml_text(cell)}</td>'
    classes = [name for name, there in (("bar", cell.share is not None), ("best", cell.is_best), ("wraps", cell.wraps)) if there]
    style = "" if cell.share is None else f' style="--share:{cell.share:.0%}"'
    return f'<td class="{" ".join(classes)}"{style}>{xml_text(cell.text)}</td>'


def card(title: str, plot: str, words: str = "") -> str:
    """Put a plot on a card."""
    said = f"<p>{xml_text(words)}</p>" if words else ""
    return f'<div class="card"><h3>{xml_text(title)}</h3>{said}{plot}</div>'


def plots(cards: Iterable[str]) -> str:
    """Put cards side by side, as many as there is room for."""
    return f'<div class="plots">{"".join(cards)}</div>'


def folded(title: str, count: str, inside: str, *, is_open: bool = False) -> str:
    """Put something behind a line that opens it."""
    head = f"<summary>{xml_text(title)} <span>{xml_text(count)}</span></summary>"
    return f"<details{' open' if is_open else ''}>{head}{inside}</details>"


def figures(cases: Iterable[Case]) -> str:
    """Show cases, side by side."""
    return f'<div class="cases">{"".join(map(_figure, cases))}</div>'


def _figure(case: Case) -> str:
    size = f'width="{case.width}" height="{case.height}"'
    image = f'<image href="data:image/jpeg;base64,{base64.b64encode(case.jpeg).decode()}" {size}/>'
    truth = path_data(case.truth)
    radius = max(3.0, max(case.width, case.height) / 45)
    clicks = "".join(
        f'<circle class="{"on" if click.label else "off"}" cx="{click.x:.1f}" cy="{click.y:.1f}" r="{radius:.1f}"/>'
        for click in case.clicks
    )
    alt = xml_text(f"{case.name}: IoU {case.comparison.iou:.2f}")
    words = f"<b>IoU {case.comparison.iou:.2f}</b>, {xml_text(_errors(case))}<small>{xml_text(case.name)}</small>"
    return (
        f'<figure class="case"><div class="seen"><svg viewBox="0 0 {case.width} {case.height}" role="img" aria-label="{alt}">'
        f"{image}"
        f'<path class="answer" fill-rule="evenodd" d="{path_data(case.mask)}"/><path class="halo" d="{truth}"/>'
        f'<path class="truth" d="{truth}"/>{clicks}</svg></div>'
        f"<figcaption>{words}</figcaption></figure>"
    )


def _errors(case: Case) -> str:
    """Say in what a mask is wrong, in a few words."""
    compared = case.comparison
    distance = "nothing found" if compared.hd95 is None else f"HD95 {compared.hd95:.0f} px"
    return f"{distance}, area {compared.area_error:+,} px"


SWATCHES = (
    '<p class="quiet"><span class="swatch true"></span> true outline &nbsp; <span class="swatch said"></span> the model\'s '
    "answer &nbsp; a green dot is a click on the object, a red ring one off it</p>"
)
"""What is what in the pictures."""
