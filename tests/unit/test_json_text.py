from __future__ import annotations

import json

import pytest

from tabsam.errors import FormatError
from tabsam.formats.tools.markup import xml_root
from tabsam.json_text import MOST_LEVELS, parsed


def code_of(text: str) -> str:
    with pytest.raises(FormatError) as caught:
        parsed(text)
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deep_is_refused_before_it_is_read(begin: str, end: str) -> None:
    assert code_of(begin * (MOST_LEVELS + 1) + "1" + end * (MOST_LEVELS + 1)) == "too-deep"
    assert code_of(begin * 1_000_000) == "too-deep"
    parsed(begin * MOST_LEVELS + "1" + end * MOST_LEVELS)


def test_brackets_in_texts_do_not_count_whichever_way_they_point() -> None:
    told = {"text": "[" * 5000 + '\\"' + "{" * 5000, "other\\": '"'}
    assert parsed(json.dumps(told)) == told
    assert code_of('["]]\\"]\\\\",' * 300) == "too-deep"


def test_a_text_that_does_not_end_is_no_json() -> None:
    assert code_of("[" * 10 + '"' + '\\"[' * 100_000) == "not-json"


def test_more_values_than_there_is_memory_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabsam.json_text.MOST_VALUES", 1000)
    assert code_of(json.dumps([1] * 1001)) == "too-many-values"
    assert len(parsed(json.dumps([1] * 999))) == 999


def test_half_a_character_becomes_the_sign_for_none() -> None:
    assert parsed('["\\ud800 a", "\\uD83D\\uDE00", "\\udc00"]') == ["\ufffd a", "\U0001f600", "\ufffd"]


def test_xml_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        xml_root(b"<a>" * 100_000, "a", "a file")
    assert caught.value.code == "too-deep"
    assert xml_root(b"<a>" * 150 + b"</a>" * 150, "a", "a file").tag == "a"
