"""Lists of prompts: both forms say the same, and what is wrong with one is said with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tabsam.batch.prompt_files import read_prompts
from tabsam.errors import FormatError

TABLE = """\
picture,object,x,y,label,x0,y0,x1,y1,class
a/cat.jpg,1,10,20,1,,,,,cat
a/cat.jpg,1,30,40,0,,,,,
a/cat.jpg,,,,,60,9,5,7,dog
empty.jpg,,,,,,,,,
"""
JSON = {
    "pictures": [
        {
            "picture": "a/cat.jpg",
            "objects": [
                {"points": [[10, 20], [30, 40]], "labels": [1, 0], "class": "cat"},
                {"box": [5, 7, 60, 9], "class": "dog"},
            ],
        },
        {"picture": "empty.jpg"},
    ]
}


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_table_and_json_say_the_same(tmp_path: Path) -> None:
    table = read_prompts(written(tmp_path / "prompts.csv", TABLE))
    assert table == read_prompts(written(tmp_path / "prompts.json", JSON))
    clicked, boxed = table["a/cat.jpg"]
    assert [(point.x, point.y, point.label) for point in clicked.selection.points] == [(10, 20, 1), (30, 40, 0)]
    assert boxed.selection.box == (5, 7, 60, 9)
    assert table["empty.jpg"] == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b\n", "prompts.csv, line 1: there is no column 'picture'"),
        ("picture,xx\n", "prompts.csv, line 1: there is no column 'xx'"),
        ("picture,x,y\na.jpg,1,2\nb.jpg,1\n", "prompts.csv, line 3: it has more or fewer fields than the first line."),
        ("picture,x,y\na.jpg,1,two\n", "prompts.csv, line 2: 'two' is no number."),
        ("picture,x,y,label\na.jpg,1,2,7\n", "prompts.csv, line 2: the label is '7', and not 1 (on) or 0 (off)."),
        ("picture,class\na.jpg,cat\n", "prompts.csv, picture 'a.jpg', object 1: there is no point and no box."),
        ({"pictures": 3}, "prompts.json: there is no list of pictures."),
        ([{"picture": "a.jpg", "objects": [{"points": [[1]]}]}], "picture 1, object 1: 'points' should be a list of [x, y]."),
        ([{"picture": "a.jpg", "objects": [{"box": [1, 2, 3, None]}]}], "picture 1, object 1: None is no number."),
        ([{"objects": []}], "prompts.json, picture 1: it should be an object with the picture's path as 'picture'."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(content: object, sentence: str, tmp_path: Path) -> None:
    path = written(tmp_path / ("prompts.csv" if isinstance(content, str) else "prompts.json"), content)
    with pytest.raises(FormatError) as caught:
        read_prompts(path)
    assert caught.value.code == "prompts-invalid"
    assert sentence in caught.value.message
