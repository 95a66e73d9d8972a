"""A benchmark's run as data: told, compared, refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tabsam.errors import FormatError
from tabsam.evaluation.benchmark import checked, differing, drawn, head, markdown, page, rows, summed


def a_run(**changed: Any) -> dict[str, Any]:
    return {
        "format": "tabsam-bench",
        "version": 1,
        "model": "nano",
        "model_sha256": "ab",
        "provider": "CPU",
        "picture": {"width": 1024, "height": 768},
        "load_s": 0.5,
        "encode_ms": {"first": 300.0, "p50": 200.0, "p95": 250.0, "n": 10},
        "decode_ms": {"first": 30.0, "p50": 20.0, "p95": 25.0, "n": 30},
        "peak_memory_bytes": 400_000_000,
        "machine": {"system": "Linux", "processor": "<a> processor", "cores": 2},
        "versions": {"tabsam": "1.0"},
    } | changed


def test_the_first_run_is_told_apart() -> None:
    assert summed([90.0, 1.0, 2.0, 3.0]) == {"first": 90.0, "p50": 2.0, "p95": 2.9, "n": 3}
    assert summed([90.0]) == {"first": 90.0, "p50": 90.0, "p95": 90.0, "n": 0}


def test_a_run_alone_has_no_ratios() -> None:
    assert head() == ("", "this run")
    assert rows(a_run())[:2] == [("load", "500 ms"), ("encode, first", "300 ms")]
    assert rows(a_run())[-1] == ("peak memory", "400 MB")


def test_a_ratio_is_how_many_times_the_other_this_run_takes() -> None:
    table = {what: cells for what, *cells in rows(a_run(load_s=1), a_run())}
    assert table["load"] == ["1000 ms", "500 ms", "2.00"]
    assert table["decode, p95"] == ["25.0 ms", "25.0 ms", "1.00"]


def test_what_only_one_of_two_runs_knows_stands_alone() -> None:
    unknown = a_run(peak_memory_bytes=None)
    assert {what: cells for what, *cells in rows(unknown, a_run())}["peak memory"] == ["", "400 MB", ""]
    assert {what: cells for what, *cells in rows(a_run(), unknown)}["peak memory"] == ["400 MB", "", ""]
    assert rows(a_run(load_s=1), a_run(load_s=0))[0] == ("load", "1000 ms", "0.0 ms", "")


def test_what_was_not_the_same_is_said() -> None:
    assert differing(a_run(), a_run()) == []
    assert differing(a_run(), a_run(model_sha256="cd", provider="WebGPU")) == ["the model's files", "provider"]
    assert "Not the same in both: provider." in markdown(a_run(), a_run(provider="WebGPU"))
    assert "Not the same" not in markdown(a_run(), a_run())


def test_the_form_for_an_issue_is_a_table_of_markdown() -> None:
    lines = markdown(a_run(), a_run(load_s=1)).splitlines()
    assert lines[3:6] == [
        "|  | this run | the other | ratio |",
        "| --- | --- | --- | --- |",
        "| load | 500 ms | 1000 ms | 0.50 |",
    ]


def test_the_page_needs_nothing_else_and_takes_texts_as_texts() -> None:
    text = page(a_run(), a_run())
    assert "&lt;a&gt; processor" in text
    assert "<a>" not in text
    assert "src=" not in text.replace("img-src", "")
    assert text.count('<th scope="row">') == len(rows(a_run()))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        a_run(version=2),
        a_run(load_s=float("nan")),
        a_run(load_s=10**400),
        a_run(encode_ms={"first": 1, "p50": 1}),
        a_run(peak_memory_bytes="many"),
        a_run(versions=["1.0"]),
    ],
)
def test_what_is_no_run_is_refused(value: Any) -> None:
    with pytest.raises(FormatError) as caught:
        checked(value)
    assert caught.value.code == "no-benchmark"


def test_a_run_is_given_back_as_it_is() -> None:
    assert checked(a_run()) == a_run()


def test_the_same_picture_is_drawn_each_time() -> None:
    pixels = drawn()
    assert pixels.shape == (768, 1024, 3)
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, drawn())
    assert pixels[384, 512].tolist() == [220, 180, 40]
