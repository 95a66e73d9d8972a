"""Runs code that may await at its top level; gives the value it ends with, or tells what went wrong in the person's own lines."""

from __future__ import annotations

import ast
import asyncio
import inspect
import linecache
import traceback
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tabsam.errors import TabsamError

_FILE = "<script"


class Interrupts:
    """Lets what the person wrote be interrupted, and nothing else: the page's own Python must not break off half way.

    Parameters
    ----------
    allow : callable
        Told whether a KeyboardInterrupt may come from now on.
    """

    def __init__(self, allow: Callable[[bool], None]) -> None:
        self._allow = allow
        self.allowed = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """Let it be interrupted inside."""
        yield from self._while(True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nothing interrupt what is inside; what comes meanwhile comes right after it."""
        yield from self._while(False)

    def end(self) -> None:
        """Let nothing be interrupted any more, whatever an interruption has cut short."""
        self.allowed = False
        self._allow(False)

    def _while(self, allowed: bool) -> Iterator[None]:
        before = self.allowed
        self._set(allowed)
        try:
            yield
        finally:
            self._set(before)

    def _set(self, allowed: bool) -> None:
        if allowed != self.allowed:
            self.allowed = allowed
            self._allow(allowed)


class _Driven:
    """Awaits a coroutine, which can be interrupted while it runs and not while it waits."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], interrupts: Interrupts) -> None:
        self._coroutine = coroutine
        self._interrupts = interrupts

    def __await__(self) -> Generator[Any, Any, Any]:
        go_on: Callable[[], Any] = partial(self._coroutine.send, None)
        while True:
            try:
                with self._interrupts.on():
                    waits_for = go_on()
            except StopIteration as end:
                return end.value
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001  # of whatever it waited for, a cancellation too
                go_on = partial(self._coroutine.throw, error)
            else:
                go_on = partial(self._coroutine.send, None)


class StoppedError(Exception):
    """The person has stopped the script."""


async def driven(coroutine: Coroutine[Any, Any, Any], interrupts: Interrupts) -> Any:
    """Await what the person wrote; raises StoppedError when it is interrupted."""
    try:
        return await _Driven(coroutine, interrupts)
    except KeyboardInterrupt as error:  # as such it would end the event loop
        raise StoppedError from error.with_traceback(error.__traceback__)


@contextmanager
def own_tasks(interrupts: Interrupts) -> Iterator[None]:
    """Let tasks that the script begins be interrupted as well; what goes on after its end is given up."""
    loop, begun = asyncio.get_running_loop(), set[asyncio.Task[Any]]()
    create_task = loop.create_task

    def create(coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        if not interrupts.allowed:
            return create_task(coroutine, **options)
        task = create_task(driven(coroutine, interrupts), **options)
        begun.add(task)
        task.add_done_callback(begun.discard)
        return task

    # not by a task factory, which Pyodide 314's loop does not survive (it misses asyncio.tasks._set_task_name)
    vars(loop)["create_task"] = create
    try:
        yield
    finally:
        del vars(loop)["create_task"]
        for task in list(begun):
            task.cancel()


async def run(code: str, names: dict[str, Any], number: int, interrupts: Interrupts) -> object:
    """Run code, and give the value of the expression that it ends with; None where it does not.

    Parameters
    ----------
    names : dict
        What it knows, and what it leaves behind.
    number : int
        Which script it is: its lines are told apart from those of others.
    """
    file = f"{_FILE} {number}>"
    lines = code.splitlines(keepends=True)
    linecache.cache[file] = (len(code), None, lines, file)
    tree = ast.parse(code, file)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body[-1].value)
        del tree.body[-1]
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    body = compile(tree, file, "exec", flags, dont_inherit=True)
    end = None if last is None else compile(last, file, "eval", flags, dont_inherit=True)

    async def whole() -> object:
        for part in (body, end):
            value: Any = None if part is None else eval(part, names)  # a person's own code, in their own tab
            if part is not None and part.co_flags & inspect.CO_COROUTINE:
                value = await value
        return value

    return await driven(whole(), interrupts)


def told(error: BaseException) -> str:
    """Write what went wrong: the person's own lines, and the last sentence."""
    whole = traceback.TracebackException.from_exception(error)
    _trim(whole, set())
    text = "".join(whole.format())
    if isinstance(error, TabsamError):
        text = text.replace(f"{type(error).__module__}.{type(error).__name__}: ", "")
    return text.rstrip()


def _trim(told: traceback.TracebackException, seen: set[int]) -> None:
    if id(told) in seen:
        return
    seen.add(id(told))
    told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if frame.filename.startswith(_FILE)])
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _trim(other, seen)
