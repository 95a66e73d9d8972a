"""Random requests for the page's Python, made by what protocol/methods.py declares of each method."""

from __future__ import annotations

import contextlib
import copy
import random
import types
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from tabsam.errors import TabsamError
from tabsam.formats.project import read_project, write_project
from tabsam.page.protocol.methods import GROUPS
from tests.hostile.fuzzing.mutating import ODD
from tests.hostile.fuzzing.readers import Sample
from tests.support.asking import Page

Request = tuple[str, dict[str, Any]]

_NOT_ASKED = ("execute", "complete", "interrupt", "endScript", "restore")
"""What runs a person's own Python, which may do anything; and what is asked once, see journals.py."""

_LIKELY = (
    *("addPoint", "setBox", "accept", "open", "undo", "redo"),
    *("importFile", "paint", "selectObjects", "choose", "mergeObjects", "reshape"),
)
_NUMBERS = (0, 1, 2, 3, 5, 17, 40, 80, 120, 200, 240, 319.5, 320, 1000, -1, -0.5, 0.3, 1e7, 2**53, 1e308, -1e308, float("nan"))
_WHOLE = (0, 1, 1, 2, 3, -1, 7, 100, 2**53)
_TEXTS = ("", "a", "cat", "disc.png", "#ff0000", "../x", "street.json", "a.tabsam")
_LONGEST_LIST = 4
_LONG_SEARCHES = {"cropNLayers": (2, 5, 1), "pointsPerSide": (8, 512, 4)}
"""What is right, and takes longer than a case may: from, to, and what is asked instead."""


def requests(rng: random.Random, count: int, samples: list[Sample]) -> list[Request]:
    """Give a sequence of requests; most of them begin with a picture."""
    methods = {name: hint for group in GROUPS for name, hint in get_type_hints(group).items() if name not in _NOT_ASKED}
    asked: list[Request] = [("open", {})] if rng.random() < 0.9 else []
    for _ in range(count):
        method = rng.choice(_LIKELY) if rng.random() < 0.6 else rng.choice(sorted(methods))
        (params, _), _ = get_args(methods[method])
        given = _record(params, rng, samples)
        for option, (least, most, small) in _LONG_SEARCHES.items():
            if isinstance(value := given.get(option), int) and least <= value <= most:
                given[option] = small
        asked.append((method, given))
    return asked


async def ask(asked: list[Request]) -> None:
    """Ask for all of it, one after the other; raises what is no TabsamError, and where the work cannot be read again."""
    page = Page()
    written = b""

    def store(lines: bytes, whole: bool) -> None:
        nonlocal written
        written = lines if whole else written + lines

    page.app.keeping.store_with(store)
    await page.ask("restore", journal=b"")
    for method, params in asked:
        with contextlib.suppress(TabsamError):
            await (page.open() if method == "open" and not params else page.app.handle(method, params, _ignored))
    try:
        restored = await Page().ask("restore", journal=written)
        document = page.app.workspace.open_document
        if document is not None:
            read_project(write_project(document.annotations))
    except TabsamError as error:
        raise AssertionError("what was written cannot be read again") from error
    assert restored["sound"] == len(written), "not all of the journal can be read again"


def _ignored(progress: object) -> None:
    pass


def _record(declared: Any, rng: random.Random, samples: list[Sample]) -> dict[str, Any]:
    hints = get_type_hints(declared, include_extras=True)
    return {name: _value(hint, rng, samples) for name, hint in hints.items() if rng.random() < 0.97}


def _value(hint: Any, rng: random.Random, samples: list[Sample]) -> Any:
    if rng.random() < 0.02:
        return copy.deepcopy(rng.choice(ODD))
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Annotated, NotRequired):
        return _value(args[0], rng, samples)
    if origin in (Union, types.UnionType):
        return _value(rng.choice(args), rng, samples)
    if origin is Literal:
        return rng.choice(args)
    if is_typeddict(hint):
        return _record(hint, rng, samples)
    if origin is list:
        return [_value(args[0], rng, samples) for _ in range(rng.randrange(_LONGEST_LIST))]
    if origin is tuple:
        return [_value(one, rng, samples) for one in args]
    return _plain(hint, rng, samples)


def _plain(hint: Any, rng: random.Random, samples: list[Sample]) -> Any:
    if hint is bytes:
        return rng.choice(samples).data
    if hint is bool:
        return rng.random() < 0.5
    return rng.choice({float: _NUMBERS, int: _WHOLE, str: _TEXTS}.get(hint, (None,)))
