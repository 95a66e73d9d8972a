"""Plots as inline SVG, by our own small code: lines, bars and histograms that take their colours from the page they stand in.

Every plot is as wide as what it stands in; text keeps its size on a screen of 360 pixels, since the plot's own pixels are few. A
series has a colour, a dash and a mark of its own, so that eyes that see no colours can tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tabsam.formats.shared.writing import xml_text

_WIDTH, _HEIGHT = 440, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 12, 40
_INNER = _WIDTH - _LEFT - _RIGHT
_DEEP = _HEIGHT - _TOP - _BOTTOM
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_TICKS = 6
COLORS = 6
"""So many series have a colour of their own; then they begin again, with other dashes."""


@dataclass(frozen=True)
class Named:
    """Numbers with a name.

    Attributes
    ----------
    name : str
    values : sequence of float
    """

    name: str
    values: Sequence[float]


def legend(names: Sequence[str]) -> str:
    """Say which colour and mark is whose; nothing for a single one."""
    if len(names) < 2:
        return ""
    items = "".join(
        f'<li><svg class="key" viewBox="0 0 26 12" aria-hidden="true">{_stroke("M1 6H25", place)}{_mark(13, 6, place)}</svg>'
        f"{xml_text(name)}</li>"
        for place, name in enumerate(names)
    )
    return f'<ul class="legend">{items}</ul>'


def curves(series: Sequence[Named], *, across: str, up: str) -> str:
    """Draw lines over 1, 2, 3 ... .

    Parameters
    ----------
    series : sequence of Named
        All of one length; values in [0, 1].
    across, up : str
        What the axes are.
    """
    count = max(len(one.values) for one in series)
    low, ticks = _floor(min(min(one.values) for one in series))
    scale = _Scale(low, 1.0)
    stride = max(1, -(-count // 10))
    labels = [(number, str(number)) for number in range(1, count + 1) if (number - 1) % stride == 0]

    def x(number: float) -> float:
        return _LEFT + _INNER * ((number - 1) / max(1, count - 1) if count > 1 else 0.5)

    drawn = []
    for place, one in enumerate(series):
        points = [(x(number), scale.y(value)) for number, value in enumerate(one.values, 1)]
        path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        said = (f"<title>{xml_text(one.name)}, {number}: {value:.3f}</title>" for number, value in enumerate(one.values, 1))
        marks = "".join(f"<g>{_mark(a, b, place)}{title}</g>" for (a, b), title in zip(points, said, strict=True))
        drawn.append(_stroke(path, place) + marks)
    under = "".join(_label(x(number), text) for number, text in labels)
    return _plot(_grid(ticks, scale) + "".join(drawn) + under, across, up)


def histogram(series: Sequence[Named], *, across: str, up: str) -> str:
    """Draw how many fall in each of the equal bins from 0 to 1, as a share of all of a series.

    Parameters
    ----------
    series : sequence of Named
        Counts by bin, all of one length.
    """
    shares = [[value / max(1.0, sum(one.values)) for value in one.values] for one in series]
    top, ticks = _ceiling(max(max(one) for one in shares))
    scale = _Scale(0.0, top)
    bins = len(shares[0])
    width = _INNER / bins
    drawn = []
    for place, (one, values) in enumerate(zip(series, shares, strict=True)):
        heights = [scale.y(value) for value in values]
        path = f"M{_LEFT} {scale.y(0):.1f}" + "".join(
            f"V{height:.1f}H{_LEFT + width * number:.1f}" for number, height in enumerate(heights, 1)
        )
        area = f'<path class="f{place % COLORS} area" d="{path}V{scale.y(0):.1f}Z"/>' if place < 3 else ""
        titles = "".join(
            f'<rect x="{_LEFT + width * number:.1f}" y="{_TOP}" width="{width:.1f}" height="{_DEEP}" class="hover">'
            f"<title>IoU {number / bins:.2f} to {(number + 1) / bins:.2f}: {_each_share(series, shares, number)}</title></rect>"
            for number in range(bins)
        )
        drawn.append(area + _stroke(f"{path}V{scale.y(0):.1f}", place) + (titles if one is series[-1] else ""))
    under = "".join(_label(_LEFT + _INNER * step / 5, f"{step / 5:.1f}") for step in range(6))
    return _plot(_grid(ticks, scale, percent=True) + "".join(drawn) + under, across, up)


def bars(groups: Sequence[str], series: Sequence[Named], notes: Sequence[str], *, up: str) -> str:
    """Draw a group of bars for each of some things, a bar a series.

    Parameters
    ----------
    groups : sequence of str
    series : sequence of Named
        A value in [0, 1] for each group; below 0 for none.
    notes : sequence of str
        Under each group's name.
    """
    scale = _Scale(0.0, 1.0)
    room = _INNER / len(groups)
    width = min(34.0, room * 0.8 / len(series))
    drawn = []
    for place, one in enumerate(series):
        for number, value in enumerate(one.values):
            if value < 0:
                continue
            x = _LEFT + room * (number + 0.5) + width * (place - len(series) / 2)
            y = scale.y(value)
            title = f"<title>{xml_text(f'{one.name}, {groups[number]}: {value:.3f}')}</title>"
            drawn.append(
                f'<rect class="f{place % COLORS}" x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" '
                f'height="{max(0.5, scale.y(0) - y):.1f}" rx="2">{title}</rect>'
            )
            if len(series) <= 2:
                drawn.append(f'<text class="value" x="{x + width / 2:.1f}" y="{y - 4:.1f}">{value:.2f}</text>')
    under = "".join(
        _label(_LEFT + room * (number + 0.5), name, note) for number, (name, note) in enumerate(zip(groups, notes, strict=True))
    )
    return _plot(_grid([0, 0.25, 0.5, 0.75, 1], scale) + "".join(drawn) + under, "", up)


@dataclass(frozen=True)
class _Scale:
    """From values to where they are drawn."""

    low: float
    high: float

    def y(self, value: float) -> float:
        return _TOP + _DEEP * (1 - (value - self.low) / (self.high - self.low))


def _floor(least: float) -> tuple[float, list[float]]:
    """Choose where an axis that ends at 1 begins, and its ticks."""
    step = next(one for one in _STEPS if (1 - least) / one <= _MOST_TICKS - 1 or one == _STEPS[-1])
    count = max(2, min(int(1 / step), -int(-(1 - least) // step)))
    return 1 - count * step, [1 - step * place for place in range(count, -1, -1)]


def _ceiling(most: float) -> tuple[float, list[float]]:
    """Choose where an axis that begins at 0 ends, and its ticks."""
    step = next(one for one in _STEPS if most / one <= _MOST_TICKS - 1 or one == _STEPS[-1])
    count = max(1, -int(-most // step))
    return count * step, [step * place for place in range(count + 1)]


def _each_share(series: Sequence[Named], shares: Sequence[Sequence[float]], number: int) -> str:
    return ", ".join(xml_text(f"{one.name} {values[number]:.0%}") for one, values in zip(series, shares, strict=True))


def _grid(ticks: Sequence[float], scale: _Scale, *, percent: bool = False) -> str:
    lines = []
    for tick in ticks:
        text = f"{tick:.0%}" if percent else f"{tick:.2f}".rstrip("0").rstrip(".") if tick not in (0, 1) else f"{tick:.0f}"
        y = scale.y(tick)
        lines.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        lines.append(f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}">{text}</text>')
    return "".join(lines)


def _label(x: float, text: str, note: str = "") -> str:
    under = f'<tspan class="note" x="{x:.1f}" dy="14">{xml_text(note)}</tspan>' if note else ""
    return f'<text class="under" x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}">{xml_text(text)}{under}</text>'


def _plot(inside: str, across: str, up: str) -> str:
    title = f'<text class="under axis" x="{_LEFT + _INNER / 2:.0f}" y="{_HEIGHT - 6}">{xml_text(across)}</text>' if across else ""
    label = xml_text(f"{up} by {across}" if across else up)
    return f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{inside}{title}</svg>'


def _stroke(path: str, place: int) -> str:
    return f'<path class="s{place % COLORS} d{place % 4}" d="{path}"/>'


def _mark(x: float, y: float, place: int) -> str:
    kind = place % 4
    shape = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2"',
        f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"',
        f'<path d="M{x:.1f} {y - 4:.1f}l4 7h-8z"',
        f'<path d="M{x:.1f} {y - 4:.1f}l4 4l-4 4l-4 -4z"',
    )[kind]
    return f'{shape} class="f{place % COLORS}"/>'
