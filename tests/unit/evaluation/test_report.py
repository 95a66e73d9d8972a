"""The report: one file that needs no other, with the numbers that were measured, and names that cannot harm it."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from tabsam.evaluation import charts
from tabsam.evaluation.cases import case_of, worst
from tabsam.evaluation.finds import FoundScores
from tabsam.evaluation.outcome import COLUMNS, Evaluation, Failure
from tabsam.evaluation.questions import Questions
from tabsam.evaluation.report import report
from tabsam.evaluation.summaries import summaries
from tests.unit.evaluation.answers import SIZE, TRUTH, answered, box

EVIL = "<script>alert(1)</script>.png"
HALF, EMPTY = box(10, 10, 20, 20), np.zeros(SIZE, bool)
VOID_TAGS = frozenset({"meta"})


def evaluation() -> Evaluation:
    answers = (
        answered(HALF, picture=EVIL, label="=cup"),
        answered(TRUTH, number=2, label="dog"),
        answered(EMPTY, prompt="clicks", ious=(0.25, 0.5, 0.875)),
        answered(TRUTH, prompt="clicks", model="other", ious=(0.25, 0.5, 0.925)),
    )
    image = Image.new("RGB", (SIZE[1], SIZE[0]), "#456")
    return Evaluation(
        {"nano": "nano", "other": "models/other"},
        Questions(("point", "clicks"), clicks=3),
        ("a.png", EVIL),
        answers,
        tuple(summaries(answers)),
        found=(FoundScores("nano", 2, 3, 4, 0.4321, 0.5, None, {10: 0.1, 100: 0.2, 1000: 0.3}, {"small": None}),),
        failures=(Failure("broken.png", "not-an-image", "This is no picture.", "Choose another."),),
        said=("One mask fits no picture.",),
        cases=tuple((one.series, case_of(one, image, TRUTH)) for one in worst(answers)),
        made="27 November 2026",
    )


class Tags(HTMLParser):
    """Sees that every element is closed where it was opened, and takes the words and the links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src", "xlink:href")]
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_it_needs_no_other_file_and_names_run_nothing() -> None:
    text = report(evaluation())
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    assert not tags.names & {"script", "link", "iframe", "img"}
    assert tags.links
    assert all(link.startswith("data:image/jpeg;base64,") for link in tags.links)
    assert "url(" not in text
    words = " ".join(tags.words)
    assert EVIL in words
    for said in ("0.750", "3.00", "0.432", "broken.png", "This is no picture. Choose another.", "One mask fits no picture."):
        assert said in words


def test_the_worst_answers_of_each_series_come_first_and_perfect_ones_not_at_all() -> None:
    chosen = worst(evaluation().answers)
    assert [(one.series.prompt, round(one.comparison.iou, 2)) for one in chosen] == [("point", 0.5), ("clicks", 0.0)]
    many = [answered(HALF, number=number, scale=scale) for number in range(9) for scale in (1.0, 0.5)]
    assert len(worst(many, most=6)) == 6


def test_a_case_shows_the_part_around_the_object_in_its_own_pixels() -> None:
    image = Image.new("RGB", (SIZE[1], SIZE[0]))
    case = case_of(answered(HALF), image, TRUTH)
    assert (case.width, case.height) == (32, 40)  # 10 to 20 and 12 pixels around, within the picture
    assert case.truth.vertices.min(axis=0).tolist() == [10, 10]
    assert case.mask.vertices.max(axis=0).tolist() == [20, 20]
    assert [(one.x, one.y) for one in case.clicks] == [(15.5, 20.5)]
    tall = np.zeros((1000, 30), bool)
    tall[:, 3:9] = True
    shrunk = case_of(answered(tall, tall), Image.new("RGB", (30, 1000)), tall)
    assert shrunk.height == 320


def test_the_csv_has_a_line_an_answer_and_runs_no_formula() -> None:
    rows = list(csv.DictReader(evaluation().csv().decode("utf-8-sig").splitlines()))
    assert len(rows) == 4
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["iou"], rows[0]["area_error_px"], rows[0]["label"]) == ("0.5", "-100", "'=cup")
    assert (rows[2]["hd95_px"], rows[2]["clicks_to_85"], rows[2]["clicks_to_90"]) == ("", "3", "")


def test_the_json_has_all_of_it() -> None:
    stored = json.loads(evaluation().json())
    assert (stored["format"], stored["version"]) == ("tabsam-evaluation", 1)
    assert (stored["models"], stored["objects"]) == (["nano", "other"], 3)
    first = stored["answers"][0]
    assert (first["model"], first["prompt"], first["iou"], first["hd95"]) == ("nano", "point", 0.5, 10.0)
    assert stored["summaries"][1]["clicked"]["noc"] == {"0.85": 3.0, "0.9": 3.0}
    assert stored["everything"][0]["ap75"] is None
    assert stored["failures"][0]["code"] == "not-an-image"
    assert str(evaluation().models["other"]) not in evaluation().json()  # a path says where somebody lives


def test_a_report_without_prompts_or_failures_is_a_report_too() -> None:
    bare = replace(evaluation(), answers=(), summaries=(), failures=(), said=(), cases=())
    assert "Everything" in report(bare)


def numbers(svg: str, tag: str, attribute: str) -> list[float]:
    return [float(one.attrib[attribute]) for one in ET.fromstring(svg).iter(tag) if attribute in one.attrib]


def test_curves_rise_as_their_values_do() -> None:
    svg = charts.curves([charts.Named("a & b", (0.25, 0.5, 1.0))], across="clicks", up="mean IoU")
    heights = numbers(svg, "circle", "cy")
    assert heights[0] - heights[1] == pytest.approx((heights[1] - heights[2]) / 2, abs=0.2)
    assert "a &amp; b, 3: 1.000" in svg
    ET.fromstring(charts.curves([charts.Named("one", (1.0,))], across="clicks", up="mean IoU"))


def test_bars_are_as_high_as_their_values_and_what_is_not_there_has_none() -> None:
    svg = charts.bars(["small", "large"], [charts.Named("x", (0.5, -1.0)), charts.Named("y", (1.0, 0.25))], ["1", "2"], up="IoU")
    full = max(numbers(svg, "rect", "height"))
    assert numbers(svg, "rect", "height") == pytest.approx([full / 2, full, full / 4], abs=0.1)


def test_a_histogram_is_of_shares() -> None:
    svg = charts.histogram([charts.Named("x", (0, 30, 10))], across="IoU", up="share")
    ET.fromstring(svg)
    assert "IoU 0.33 to 0.67: x 75%" in svg
    ticks = re.findall(r'class="tick"[^>]*>([^<]+)<', svg)
    assert (ticks[0], ticks[-1]) == ("0%", "80%")


def test_a_single_series_needs_no_legend() -> None:
    assert charts.legend(["nano"]) == ""
    assert charts.legend(["nano", "a<b"]).count("<li>") == 2
