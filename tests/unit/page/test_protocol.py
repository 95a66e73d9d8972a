"""The protocol: declared in Python, written for JavaScript, checked of every request, and true of every answer."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
import pytest

from build import ROOT
from tabsam import RequestError
from tabsam.document.overlaps import RULES
from tabsam.formats.candidate import KINDS
from tabsam.page.checking import checked
from tabsam.page.protocol import messages, methods, params, results
from tests.support.asking import Page, on_a_page, png
from tests.support.conforming import PARAMS, RESULTS, mismatches
from tests.support.pictures import red_disc
from tools.protocol import declared, with_protocol

JAVASCRIPT = (ROOT / "web/protocol.js").read_text(encoding="utf-8")
MESSAGES = [one for module in (messages, results, params) for one in declared(module)]
FIELDS = [(method, name) for method, given in PARAMS.items() for name in get_type_hints(given)]


# What JavaScript reads


def test_javascript_is_told_what_python_declares() -> None:
    assert with_protocol(JAVASCRIPT) == JAVASCRIPT, "write it: .venv/bin/python -m tools.protocol"


def properties_of(type: str) -> dict[str, str]:
    """Give a type's properties as web/protocol.js lists them: their types by their names, in brackets if they may be left out."""
    match = re.search(rf"@typedef {{object}} {type}\n(.*?)(?= \* @typedef| \*/)", JAVASCRIPT, re.DOTALL)
    assert match, f"web/protocol.js does not know {type}"
    return {name: type for type, name in re.findall(r"@property {(.*)} ([\w\[\]]+)", match[1])}


@pytest.mark.parametrize("message", [one for one in MESSAGES if one.__annotations__], ids=lambda one: one.__name__)
def test_every_message_has_the_same_fields_on_both_sides(message: Any) -> None:
    required = {name for name in properties_of(message.__name__) if name[0] != "["}
    optional = {name.strip("[]") for name in properties_of(message.__name__) if name[0] == "["}
    assert (required, optional) == (message.__required_keys__, message.__optional_keys__)


@pytest.mark.parametrize("group", methods.GROUPS, ids=lambda one: one.__name__)
def test_every_method_takes_and_gives_the_same_on_both_sides(group: Any) -> None:
    listed = properties_of(group.__name__)
    assert listed.keys() == group.__annotations__.keys()
    for name, types in listed.items():
        match = re.fullmatch(r"{ params: (\w+), result: (\w+)(\[\])?( \| null)? }", types)
        assert match, types
        assert match[1] == PARAMS[name].__name__
        result = RESULTS[name]
        named = [one for one in (result, *get_args(result)) if is_typeddict(one)]
        assert match[2] == (named[0].__name__ if named else "null")
        assert (bool(match[3]), bool(match[4])) == (get_origin(result) is list, type(None) in get_args(result))


def test_no_method_is_answered_on_both_sides() -> None:
    listed = re.search(r"export const METHODS = .*?\[(.*)\.\.\.PYTHON_METHODS", JAVASCRIPT, re.DOTALL)
    assert listed
    own = set(re.findall(r"'(\w+)'", listed[1]))
    assert {"start", "useModel"} <= own
    assert not own & PARAMS.keys()


def test_no_method_is_declared_twice() -> None:
    assert sum(len(group.__annotations__) for group in methods.GROUPS) == len(PARAMS)


def test_words_are_those_of_the_modules_that_know_them() -> None:
    assert get_args(messages.Overlaps) == RULES
    assert get_args(messages.ExportKind) == KINDS


# What Python is asked


def sample(hint: Any) -> Any:
    """Give a value of a type."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (NotRequired, Annotated):
        return sample(args[0])
    if origin is Literal:
        return args[-1]
    if origin in (list, tuple):
        return origin(sample(one) for one in args)
    if type(None) in args:
        return None
    if is_typeddict(hint):
        return {name: sample(one) for name, one in get_type_hints(hint, include_extras=True).items()}
    return {float: 1.5, int: 2, str: "x", bool: True, bytes: b"x"}[hint]


def sample_params(method: str) -> dict[str, Any]:
    return {name: sample(hint) for name, hint in get_type_hints(PARAMS[method], include_extras=True).items()}


@pytest.mark.parametrize("method", PARAMS)
def test_what_is_as_declared_comes_in_as_it_is(method: str) -> None:
    given = sample_params(method)
    assert checked(method, given | {"undeclared": 1}) == given


@pytest.mark.parametrize(("method", "name"), FIELDS)
def test_every_field_is_checked(method: str, name: str) -> None:
    for wrong in (object(), float("nan"), [object()], {}):
        with pytest.raises(RequestError) as caught:
            checked(method, sample_params(method) | {name: wrong})
        assert caught.value.code == "bad-request"
        assert re.match(rf"'{name}(\.\w+)?' must be ", caught.value.message)  # of plain data the first field that is wrong


@pytest.mark.parametrize(("method", "name"), FIELDS)
def test_only_what_may_be_left_out_is(method: str, name: str) -> None:
    given = sample_params(method)
    hint = get_type_hints(PARAMS[method], include_extras=True)[name]
    nullable = type(None) in get_args(get_args(hint)[0] if get_origin(hint) is NotRequired else hint)
    del given[name]
    if get_origin(hint) is NotRequired:
        assert checked(method, given) == given
        assert checked(method, given | {name: None}) == (given | {name: None} if nullable else given)
    elif nullable:
        assert checked(method, given) == given | {name: None}
    else:
        with pytest.raises(RequestError, match=f"'{name}' must be "):
            checked(method, given)


@pytest.mark.parametrize(
    ("method", "name", "value", "sentence"),
    [
        ("addPoint", "x", "1", "'x' must be a number, not '1'."),
        ("addPoint", "x", True, "'x' must be a number, not True."),
        ("addPoint", "label", 2, "'label' must be one of 0, 1, not 2."),
        ("addPoint", "label", True, "'label' must be one of 0, 1, not True."),
        ("removePoint", "id", 1.5, "'id' must be a whole number, not 1.5."),
        ("setBox", "box", [1, 2, 3], "'box' must be 4 numbers."),
        ("paint", "points", 3, "'points' must be a list."),
        ("open", "name", 3, "'name' must be text, not 3."),
        ("open", "bytes", "x", "'bytes' must be bytes."),
        ("feedBack", "on", 1, "'on' must be true or false, not 1."),
        ("accept", "overlaps", "maybe", "'overlaps' must be one of keep, new, old, not 'maybe'."),
    ],
)
def test_errors_name_the_field_and_what_came(method: str, name: str, value: object, sentence: str) -> None:
    with pytest.raises(RequestError) as caught:
        checked(method, sample_params(method) | {name: value})
    assert caught.value.message == sentence


# What Python answers: every answer in these tests is compared by Page.ask


async def ask_of_data_sets(page: Page, ask: Any) -> None:
    data = png(red_disc().astype(np.uint8))
    page.app.data_sets.read = lambda number, start, end: data[start:end]
    await ask("setFormats")
    one = {"id": "a", "name": "discs.png", "place": "", "size": len(data), "file": 0}
    how = {"zipped": True, "withPictures": False, "valShare": 0.2, "seed": 0}
    await ask("beginSetExport", format="tabsam", pictures=[one], **how)
    while not (await ask("goOnWithSetExport"))["done"]:
        pass
    await ask("readOtherProject", journal=b"")
    await ask("endSetExport")
    file = {"path": "new.png", "size": len(data), "file": 0}
    await ask("beginSetImport", files=[file], pictures=[one], answers=[{"reference": "x", "picture": ""}], format="")
    while not (await ask("goOnWithSetImport"))["outcome"]:
        pass
    await ask("endSetImport")


async def ask_everything(page: Page, asked: set[str]) -> None:
    """Ask every method, so that most fields of every message are there once."""

    async def ask(method: str, **given: Any) -> Any:
        asked.add(method)
        return await page.ask(method, **given)

    await ask("state")
    await ask("prepare", bytes=png(red_disc()))
    await ask("cancel")
    await ask("restore", journal=b"")
    assert await ask("thumbnail", side=8) is None
    await ask("open", name="discs.png", bytes=png(np.stack([red_disc().astype(np.uint8) * 255] * 3, axis=-1)), preview=True)
    await ask("thumbnail", side=8)
    assert await ask("hover", x=None, y=None) is None
    assert await ask("hover", x=80, y=120)
    await ask("addPoint", x=80, y=120, label=1)
    point = (await ask("addPoint", x=90, y=120, label=1))["points"][1]["id"]
    await ask("movePoint", id=point, x=85, y=120, gesture=1)
    await ask("labelPoint", id=point, label=0)
    await ask("removePoint", id=point)
    await ask("setBox", box=[40, 80, 120, 160])
    await ask("choose", candidate=1)
    await ask("setThreshold", threshold=0.5)
    await ask("feedBack", on=False)
    await ask("setEdges", edges=None)
    await ask("setTidy", share=None)
    for on in (True, False):
        await ask("singleMask", on=on)
    await ask("mask")
    await ask("contours", candidate=0, tolerance=1)
    for kind in KINDS:
        await ask("export", kind=kind)
    await ask("refine", rounds=2, iouPrediction=2, stabilityScore=2)
    await ask("loadMask", bytes=png(red_disc().astype(np.uint8)))
    await ask("removeMask")
    await ask("askWithShape")
    await ask("paint", points=[10, 10], radius=5, erase=False)
    category = (await ask("addClass", name="disc"))["category"]
    await ask("changeClass", id=category, color="#123456")
    await ask("useClass", id=category)
    id = (await ask("accept", overlaps="keep"))["active"]
    await ask("paint", points=[80, 120, 90, 120], radius=5, erase=False)
    await ask("moveVertex", id=id, index=0, x=70, y=90)
    await ask("insertVertex", id=id, after=0, x=71, y=91)
    await ask("removeVertex", id=id, index=1)
    await ask("previewShape", id=id, operation="grow", amount=2)
    await ask("reshape", id=id, operation="grow", amount=2)
    copy = (await ask("duplicateObject", id=id))["active"]
    await ask("moveObject", id=copy, place=0)
    await ask("changeObject", id=copy, name="copy", category=None, visible=False)
    await ask("selectObjects", ids=[id, copy])
    await ask("changeObjects", ids=[id, copy], visible=True)
    await ask("mergeObjects", ids=[id])
    await ask("subtractObjects", ids=[id])
    await ask("removeObjects", ids=[])
    await ask("selectObjects", ids=[id])
    await ask("removeObject", id=copy)
    await ask("removeClass", id=category)
    await ask_of_data_sets(page, ask)
    await ask("undo")
    await ask("redo")
    await ask("reopen", id=id)
    await ask("refineAsAsked", id=id)
    await ask("clear")
    found = await ask("findAll", pointsPerSide=4, predIouThresh=0, stabilityScoreThresh=0)
    numbers = [one["number"] for one in found["finds"]["list"]]
    await ask("takeFound", numbers=numbers[:1])
    await ask("rejectFound", numbers=numbers[1:2])
    await ask("filterFound", predIouThresh=0.1, stabilityScoreThresh=0.1)
    await ask("stopFinding")
    await ask("dropFound")
    one = {"name": "other.png", "bytes": png(np.stack([red_disc().astype(np.uint8) * 255] * 3, axis=-1))}
    other = await ask("findOn", **one, pointsPerSide=4, predIouThresh=0, stabilityScoreThresh=0)
    await ask("askAgainOn", **one, boxes=True)
    await ask("leaveOff")
    await ask("thumbnailOf", bytes=one["bytes"], page=0, side=8)
    await ask("carryOver", ids=[1], **{"from": other["key"], "as": "objects"})
    await ask("undo")
    await ask("formats")
    await ask("fidelity")
    await ask("setWorldFile", text="0.5 0 0 -0.5 400000.25 5599999.75")
    await ask("measure", all=False)
    await ask("setScale", perPixel=0.65, unit="µm")
    await ask("measure", all=True)
    await ask("exportMeasures", all=True)
    await ask("cutOut", id=id, full=False)
    coco = await ask("exportObjects", format="coco", hidden=True)
    await ask("measureAgainst", name="a.json", bytes=coco["bytes"], category=None)
    await ask("saveAgainst", **{"as": "html"})
    await ask("measureModel", name="nano", anew=True)
    await ask("saveModels", **{"as": "html"})
    await ask("benchmarkRound", anew=True)
    where = {"model": "nano", "provider": "WASM", "processor": "2 threads", "system": "Linux", "browser": "Chrome", "runtime": ""}
    memory = {"gpuBytes": None, "javascriptBytes": None}
    await ask("benchmark", **where, **memory, threads=2, isolated=True, cores=2)
    await ask("saveBenchmark", **{"as": "json"})
    await ask("lookAtMask", bytes=png(red_disc().astype(np.uint8)))
    await ask("importFile", name="a.json", bytes=coco["bytes"], **{"as": "prompts"})
    await ask("saveProject", picture=True)
    embedding = await ask("saveEmbedding", precision="float16")
    await ask("describeEmbedding", bytes=embedding["bytes"])
    await ask("noteSession", pictures=[{"id": "a", "name": "discs.png", "place": "", "size": 9}], at="a")
    await ask("execute", code="print(1); show(np.zeros((9, 9)))", pictures=[])
    await ask("complete", before="np.ze")
    await ask("noteSession", page={"id": "a", "page": 0}, part=None)
    await ask("works")
    await ask("summary")
    await ask("beginJournalAnew", elsewhere=False)
    page.new_engine()
    await ask("refresh")
    await ask("open", name="deep.png", bytes=png(red_disc().astype(np.uint16) * 300))
    await ask("develop", low=0.25, high=0.5)


@on_a_page
async def test_every_method_gives_what_it_is_declared_to(page: Page) -> None:
    asked: set[str] = set()
    await ask_everything(page, asked)
    assert asked == RESULTS.keys()
    fields = {name for one in page.progress for name in one}
    assert fields == messages.Progress.__annotations__.keys()
    stages = {one["stage"] for one in page.progress}
    assert stages == {*get_args(messages.Stage)} - {"python", "model", "provider", "export"}


POINT = {"id": 1, "x": 1, "y": 1, "label": 1, "refines": None}
FLAT = {"vertices": np.zeros((1, 2), np.float32), "offsets": np.zeros(1, np.uint32)}


@on_a_page
async def test_an_answer_that_is_not_as_declared_is_noticed(page: Page) -> None:
    view = await page.ask("state")
    wrong: dict[str, dict[str, Any]] = {
        "view.news is not declared": {"news": 1},
        "view.threshold is float64, not float": {"threshold": np.float64(1)},
        "view.canUndo is int, not bool": {"canUndo": 1},
        "view.encoded.bytes is missing": {"encoded": {"pictures": 1}},
        "view.points[0].label is 2, not of (0, 1)": {"points": [POINT | {"label": 2}]},
        "view.mask.vertices is no array of float32 with one axis": {"mask": FLAT},
        "view.box has 3 items, not 4": {"box": (1, 2, 3)},
        "view.timings is list, not Timings": {"timings": []},
    }
    for sentence, changes in wrong.items():
        (told,) = mismatches(view | changes, messages.View, "view")
        assert told.startswith(sentence)
