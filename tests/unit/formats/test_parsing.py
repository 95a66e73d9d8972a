"""Text and JSON from bytes, and what a file says, quoted."""

from __future__ import annotations

import pytest

from tabsam.formats.shared.imported import quoted
from tabsam.formats.shared.parsing import json_object, text_of
from tests.support.refused import refusal


def test_text_may_begin_with_a_byte_order_mark() -> None:
    assert text_of("\ufeffé".encode()) == "é"
    assert text_of("é".encode("utf-16")) == "é"


@pytest.mark.parametrize("data", [b"{", b"", b"\x00", b"[" * 100, b"{'a': 1}", b"1" * 5000])
def test_broken_json_is_refused(data: bytes) -> None:
    assert refusal(json_object, data, "a COCO file") == ("not-json", "This file is not sound JSON.")


@pytest.mark.parametrize("data", [b"\xff{}", b"\xfe\xff{"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert refusal(json_object, data, "a COCO file") == ("not-text", "This file is not text that can be read: it is not UTF-8.")


def test_what_a_file_says_is_quoted_shortly() -> None:
    assert quoted("a\n b") == "'a b'"
    assert len(quoted("x" * 1000)) == 62
