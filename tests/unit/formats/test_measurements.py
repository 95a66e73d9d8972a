"""Measurements as CSV, read again by Python's own reader."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from PIL import Image

from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.document.measuring import Scale, mean_colors, measured
from tabsam.formats.exported import Source
from tabsam.formats.measurements import COLUMNS, write_measurements
from tabsam.formats.registry import write
from tests.support.annotated import PLAIN, SIZE, three_kinds


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def named(name: str, category: str = "car") -> Annotations:
    return Annotations("a,b.png", SIZE, (Category(1, category, "#000000"),), (Instance(1, PLAIN, 1, name=name),))


def test_every_object_has_a_line_with_numbers_in_pixels_and_in_units() -> None:
    image = Image.new("RGB", (48, 36), (10, 20, 60))
    written = write("measurements", Source(three_kinds(), image, Scale(0.5, "µm")))
    rows = rows_of(written.data)
    assert (written.name, written.type) == ("street-measurements.csv", "text/csv")
    assert tuple(rows[0]) == COLUMNS
    assert [(row["object"], row["class"]) for row in rows] == [("1", "car"), ("3", "cat"), ("4", ""), ("7", "cat")]
    first = rows[0]
    assert (first["picture"], first["name"], first["pixels"]) == ("street.jpg", "the red one", "100")
    assert (first["area_px2"], first["perimeter_px"], first["unit"], first["area"], first["perimeter"]) == (
        "100",
        "40",
        "µm",
        "25",
        "20",
    )
    assert [first[f"mean_{band}"] for band in ("red", "green", "blue", "grey")] == ["10", "20", "60", "30"]


def test_what_is_not_known_is_empty() -> None:
    row = rows_of(write("measurements", Source(three_kinds())).data)[0]
    assert (row["unit"], row["area"], row["mean_red"]) == ("", "", "")


def test_commas_quotes_and_lines_come_back_as_they_were_and_lines_end_as_the_rfc_says() -> None:
    data = write_measurements(measured(named('the "big", red\none'), {}))
    assert rows_of(data)[0]["name"] == 'the "big", red one'
    assert rows_of(data)[0]["picture"] == "a,b.png"
    assert data.count(b"\r\n") == data.count(b"\n") == 2


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-2", "@x", "'=y"])
def test_a_text_is_no_formula(text: str) -> None:
    row = rows_of(write_measurements(measured(named(text, text), {})))[0]
    assert (row["name"], row["class"]) == (f"'{text}", f"'{text}")


@pytest.mark.parametrize("text", ["'tis", "a=b", "5", "Größe"])
def test_other_texts_are_as_they_were(text: str) -> None:
    assert rows_of(write_measurements(measured(named(text), {})))[0]["name"] == text


def test_negative_numbers_stay_numbers() -> None:
    moved = replace(PLAIN, vertices=PLAIN.vertices - 5)
    annotations = replace(named(""), instances=(Instance(1, moved),))
    row = rows_of(write_measurements(measured(annotations, mean_colors(annotations.instances, Image.new("RGB", (48, 36))))))[0]
    assert row["x_px"] == "-3"
