"""An evaluation as a report: one HTML file with tables, plots and the worst cases as pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tabsam.evaluation import charts, html
from tabsam.evaluation.finds import MOST_FINDS, FoundScores
from tabsam.evaluation.html import Cell
from tabsam.evaluation.outcome import Evaluation
from tabsam.evaluation.questions import Prompt, Series
from tabsam.evaluation.summaries import BINS, GOOD_ENOUGH, IOU_AFTER, SIZES, Summary, grouped
from tabsam.formats.shared.writing import xml_text

_SAID: dict[Prompt, str] = {"point": "one click", "clicks": "clicks", "box": "box", "mask": "mask"}
_LONG: dict[Prompt, str] = {
    "point": "One click, on the object's deepest pixel",
    "clicks": "Clicks, each into the deeper error of the answer before",
    "box": "The object's own box",
    "mask": "The object's own mask, on the decoder's grid",
}
_MOST_LABELS = 60
_NONE = "\N{EN DASH}"

_DEFINITIONS = """\
<p><b>IoU</b> and <b>Dice</b> are of pixels; two empty masks agree (1), one empty mask has 0. <b>Boundary F</b> is DAVIS' F: the
share of boundary pixels that lie within {tolerance} of the other boundary, both ways, as harmonic mean. <b>HD95</b> is the larger
of the 95th percentiles of the distances between both boundaries, in pixels, over answers that are not empty. <b>Area</b> is the
mean error as a share of the true area, with its sign. <b>Best of</b> is the mean IoU if somebody who knows chose among the
model's answers. <b>NoC@85</b> is the mean number of clicks until an IoU of 0.85; an object that never gets there counts as
{clicks}.</p>
<p>What counts is the model's first answer, the one it thinks best. Each picture is resized by the scale before the model sees it,
and what it answers is measured at the picture's own size.</p>"""


def report(evaluation: Evaluation) -> str:
    """Write the report."""
    title = f"Evaluation of {_listed(list(evaluation.models))}"
    parts = [
        f"<h1>{xml_text(title)}</h1>",
        f'<p class="quiet">{xml_text(_about(evaluation))}</p>',
        html.facts(_facts(evaluation)),
    ]
    by_prompt = grouped(evaluation.summaries, lambda one: one.series.prompt)
    if evaluation.summaries:
        parts += ["<h2>Overlap and boundaries</h2>", _overlap(list(by_prompt.values()))]
    if clicked := by_prompt.get("clicks"):
        parts += ["<h2>Clicks</h2>", _clicks(clicked)]
    if evaluation.summaries:
        parts += ["<h2>How good answers are</h2>", html.plots(_histogram(*item) for item in by_prompt.items())]
        parts += ["<h2>By the object's size</h2>", html.plots(_by_size(*item) for item in by_prompt.items())]
        parts += _by_label(evaluation.summaries)
    if evaluation.found:
        parts += ["<h2>Everything</h2>", _found(evaluation.found)]
    if evaluation.cases:
        parts += ["<h2>Worst cases</h2>", html.SWATCHES, *_cases(evaluation)]
    parts += _left_out(evaluation)
    tolerance = evaluation.questions.tolerance
    said = "0.008 of the picture's diagonal" if tolerance is None else f"{tolerance:g} pixels"
    parts += ["<h2>What the numbers are</h2>", _DEFINITIONS.format(tolerance=said, clicks=evaluation.questions.clicks)]
    parts.append(f"<footer>Made by tabsam {xml_text(evaluation.version)}{xml_text(_when(evaluation))}.</footer>")
    return html.document(title, "\n".join(parts))


def _about(evaluation: Evaluation) -> str:
    pictures, objects = len(evaluation.pictures), evaluation.objects
    return f"{_counted(pictures, 'picture')}, {_counted(objects, 'object')}{_when(evaluation)}."


def _when(evaluation: Evaluation) -> str:
    return f", {evaluation.made}" if evaluation.made else ""


def _facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Give the numbers that come first: of each prompt the best model's."""
    several = len(evaluation.models) > 1
    items = []
    for prompt, some in grouped(evaluation.summaries, lambda one: one.series.prompt).items():
        if prompt == "clicks":
            best = min(some, key=lambda one: one.clicked.noc[0.85] if one.clicked else 0)
            assert best.clicked is not None
            items.append((f"{best.clicked.noc[0.85]:.2f}", f"clicks to IoU 0.85{_of(best.series, several)}"))
        else:
            best = max(some, key=lambda one: one.iou)
            items.append((f"{best.iou:.3f}", f"mean IoU by {_SAID[prompt]}{_of(best.series, several)}"))
    best_finder = sorted(evaluation.found, key=lambda one: one.ap or 0)[-1:]
    return [*items, *((_number(one.ap), f"mask AP of everything{f', {one.model}' if several else ''}") for one in best_finder)]


def _of(series: Series, several: bool) -> str:
    return f", {series.model}" if several else ""


def _overlap(groups: Sequence[Sequence[Summary]]) -> str:
    heads = ["Model", "Prompt", "Scale", "Objects", "IoU", "Median", "≥ 0.9", "Dice", "Precision", "Recall", "Boundary F"]
    rows: list[Sequence[Cell | str]] = []
    for some in groups:
        distances = [one.hd95 for one in some if one.hd95 is not None]
        for one in some:
            distance = _NONE if one.hd95 is None else f"{one.hd95:.1f}"
            rows.append(
                [
                    one.series.model,
                    _SAID[one.series.prompt],
                    Cell(f"{one.series.scale:g}"),
                    Cell(f"{one.count:,}"),
                    _share(one, some, lambda each: each.iou, drawn=True),
                    _share(one, some, lambda each: each.median_iou),
                    _share(one, some, lambda each: each.above[0.9]),
                    _share(one, some, lambda each: each.dice),
                    _share(one, some, lambda each: each.precision),
                    _share(one, some, lambda each: each.recall),
                    _share(one, some, lambda each: each.boundary_f),
                    Cell(distance, is_best=len(some) > 1 and one.hd95 == min(distances, default=-1.0)),
                    Cell(f"{one.area_bias:+.1%}"),
                    _share(one, some, lambda each: each.best_iou),
                ]
            )
    return html.table([*heads, "HD95 px", "Area", "Best of"], rows)


def _share(one: Summary, among: Sequence[Summary], of: Callable[[Summary], float], *, drawn: bool = False) -> Cell:
    value = of(one)
    best = len(among) > 1 and value == max(map(of, among))
    return Cell(f"{value:.3f}", share=value if drawn else None, is_best=best)


def _clicks(some: Sequence[Summary]) -> str:
    most = max(one.clicked.most for one in some if one.clicked)
    after = [count for count in IOU_AFTER if count <= most]
    heads = [
        "Model",
        "Scale",
        *(f"NoC@{wanted * 100:.0f}" for wanted in GOOD_ENOUGH),
        *(f"never {wanted:g}" for wanted in GOOD_ENOUGH),
    ]
    heads += [f"IoU, {_counted(count, 'click')}" for count in after]
    rows = []
    for one in some:
        clicked = one.clicked
        assert clicked is not None
        cells: list[Cell | str] = [one.series.model, Cell(f"{one.series.scale:g}")]
        for wanted in GOOD_ENOUGH:
            least = min(each.clicked.noc[wanted] for each in some if each.clicked)
            cells.append(Cell(f"{clicked.noc[wanted]:.2f}", is_best=len(some) > 1 and clicked.noc[wanted] == least))
        cells += [Cell(f"{clicked.never[wanted]:,}") for wanted in GOOD_ENOUGH]
        cells += [Cell(f"{clicked.iou_after[count]:.3f}", share=clicked.iou_after[count]) for count in after]
        rows.append(cells)
    names = _names(some)
    pairs = [(name, one.clicked) for name, one in zip(names, some, strict=True) if one.clicked]
    means = charts.curves([charts.Named(name, one.curve) for name, one in pairs], across="clicks", up="mean IoU")
    shares = [charts.Named(name, one.reached[wanted]) for name, one in pairs for wanted in GOOD_ENOUGH[-1:]]
    reached = charts.curves(shares, across="clicks", up="share of objects")
    cards = [
        html.card("Mean IoU after each click", charts.legend(names) + means),
        html.card(f"Share of the objects that have reached IoU {GOOD_ENOUGH[-1]:g}", charts.legend(names) + reached),
    ]
    return html.table(heads, rows) + html.plots(cards)


def _names(some: Sequence[Summary]) -> list[str]:
    """Name series by what tells them apart."""
    scales = len({one.series.scale for one in some}) > 1
    return [f"{one.series.model} at scale {one.series.scale:g}" if scales else one.series.model for one in some]


def _histogram(prompt: Prompt, some: Sequence[Summary]) -> str:
    names = _names(some)
    counts = [charts.Named(name, one.histogram) for name, one in zip(names, some, strict=True)]
    plot = charts.legend(names) + charts.histogram(counts, across="IoU", up="share of objects")
    return html.card(f"By {_SAID[prompt]}", plot, f"Share of the objects by IoU, in {BINS} bins. {_LONG[prompt]}.")


def _by_size(prompt: Prompt, some: Sequence[Summary]) -> str:
    names = _names(some)
    means = [
        charts.Named(name, [each.iou if each.count else -1.0 for each in one.sizes])
        for name, one in zip(names, some, strict=True)
    ]
    notes = [_counted(each.count, "object") for each in some[0].sizes]
    plot = charts.legend(names) + charts.bars([name for name, _ in SIZES], means, notes, up="mean IoU")
    return html.card(f"By {_SAID[prompt]}", plot, "Mean IoU by the object's area in pixels.")


def _by_label(summaries: Sequence[Summary]) -> list[str]:
    """Give a table of the classes, where there are some."""
    if max(len(one.labels) for one in summaries) < 2:
        return []
    columns = [f"{name}, {_SAID[one.series.prompt]}" for name, one in zip(_names(summaries), summaries, strict=True)]
    if len({one.series.model for one in summaries}) == 1 and len({one.series.scale for one in summaries}) == 1:
        columns = [f"IoU by {_SAID[one.series.prompt]}" for one in summaries]
    means = [{each.name: each.iou for each in one.labels} for one in summaries]
    longest = max(summaries, key=lambda one: len(one.labels)).labels
    rows: list[list[Cell | str]] = []
    for each in longest[:_MOST_LABELS]:
        cells = [Cell(f"{one[each.name]:.3f}", share=one[each.name]) if each.name in one else Cell(_NONE) for one in means]
        rows.append([each.name, Cell(f"{each.count:,}"), *cells])
    shown = f"the {_MOST_LABELS} most frequent of {len(longest):,}" if len(longest) > _MOST_LABELS else f"{len(longest)} classes"
    return [html.folded("By class", shown, html.table(["Class", "Objects", *columns], rows))]


def _found(found: Sequence[FoundScores]) -> str:
    sizes = list(found[0].ar_by_size)
    heads = [
        "Model",
        "Objects",
        "Finds",
        "AP",
        "AP50",
        "AP75",
        *(f"AR@{most}" for most in MOST_FINDS),
        *(f"AR {one}" for one in sizes),
    ]
    rows: list[list[Cell | str]] = []
    for one in found:
        numbers = [one.ap, one.ap50, one.ap75, *one.ar.values(), *one.ar_by_size.values()]
        cells = [Cell(_number(number), share=number if place == 0 else None) for place, number in enumerate(numbers)]
        rows.append([one.model, Cell(f"{one.objects:,}"), Cell(f"{one.finds:,}"), *cells])
    words = "Mask AP and AR over IoU 0.5 to 0.95 by pycocotools, all classes as one, scored by the model's own IoU prediction."
    return f'{html.table(heads, rows)}<p class="quiet">{words}</p>'


def _cases(evaluation: Evaluation) -> list[str]:
    scales = len(evaluation.questions.scales) > 1
    several = len(evaluation.models) > 1
    parts = []
    for place, (series, some) in enumerate(grouped(evaluation.cases, lambda one: one[0]).items()):
        name = f"By {_SAID[series.prompt]}{_of(series, several)}{f', scale {series.scale:g}' if scales else ''}"
        parts.append(html.folded(name, _counted(len(some), "answer"), html.figures(case for _, case in some), is_open=place == 0))
    return parts


def _left_out(evaluation: Evaluation) -> list[str]:
    parts = []
    if evaluation.failures:
        parts.append(f"<h2>{_counted(len(evaluation.failures), 'picture')} could not be measured</h2>")
        rows: list[Sequence[Cell | str]] = [
            [one.picture, one.code, Cell(f"{one.message} {one.hint}".strip(), wraps=True)] for one in evaluation.failures
        ]
        parts.append(html.table(["Picture", "Code", "Why"], rows))
    if evaluation.said:
        parts.append("<h2>To be known</h2><ul>" + "".join(f"<li>{xml_text(one)}</li>" for one in evaluation.said) + "</ul>")
    return parts


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
