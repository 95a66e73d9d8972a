"""What every :class:`tabsam.model.runtime.Session` must do, on CPython and in the page: the same checks, with a real graph.

The graph is `identity_model`'s: it gives back what it is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import cast

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.errors import ModelError
from tabsam.model.runtime import Handle, Session, Tensor
from tests.support.cases import EXTREMES, same_bits

#: Opens the graph; True keeps the outputs in the runtime, as handles.
Open = Callable[[bool], Awaitable[Session]]
Check = Callable[[Open], Coroutine[None, None, None]]

OUTPUTS = [f"{name}_out" for name in EXTREMES]


def feeds(values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Name values after the graph's inputs; an input that has none gets one element."""
    return {f"{name}_in": values.get(name, array.reshape(-1, 1)[:1]) for name, array in EXTREMES.items()}


async def echo(session: Session, values: Mapping[str, Tensor]) -> dict[str, AnyArray]:
    """Send values through the graph."""
    outputs = await session.run(feeds(values), OUTPUTS)
    return {name: cast(AnyArray, outputs[f"{name}_out"]) for name in values}


async def failure(run: Awaitable[object]) -> ModelError | None:
    """Return what a run fails with."""
    try:
        await run
    except ModelError as error:
        return error
    return None


async def says_what_it_takes_and_gives(open_session: Open) -> None:
    session = await open_session(False)
    assert set(session.outputs) == set(OUTPUTS)
    for name in EXTREMES:
        spec = session.inputs[f"{name}_in"]
        assert (spec.name, spec.dtype, spec.shape) == (f"{name}_in", name, (f"{name}_rows", f"{name}_columns"))


async def gives_every_dtype_back_to_the_last_bit(open_session: Open) -> None:
    session = await open_session(False)
    for name, array in (await echo(session, EXTREMES)).items():
        assert same_bits(array, EXTREMES[name]), (name, array)


async def takes_arrays_without_elements(open_session: Open) -> None:
    session = await open_session(False)
    empty = {name: array[:, :0] for name, array in EXTREMES.items()}
    for name, array in (await echo(session, empty)).items():
        assert same_bits(array, empty[name]), (name, array.shape)


async def takes_arrays_in_any_layout(open_session: Open) -> None:
    session = await open_session(False)
    views: dict[str, AnyArray] = {name: array.T[::-1] for name, array in EXTREMES.items()}
    for name, array in (await echo(session, views)).items():
        assert same_bits(array, views[name]), name


async def takes_many_zeros_and_knows_the_sign_of_one(open_session: Open) -> None:
    session = await open_session(False)
    for rows in (64, 64, 96, 64):  # the page makes zeros itself, and keeps what it has made
        zeros: dict[str, AnyArray] = {name: np.zeros((rows, 80), array.dtype) for name, array in EXTREMES.items()}
        for name, array in (await echo(session, zeros)).items():
            assert same_bits(array, zeros[name]), (name, rows)
        zeros["float32"][rows - 1, 79] = -0.0
        assert same_bits((await echo(session, zeros))["float32"], zeros["float32"]), rows


async def gives_arrays_that_are_the_callers(open_session: Open) -> None:
    session = await open_session(False)
    given = np.ones((2, 2), np.float32)
    first = (await echo(session, {"float32": given}))["float32"]
    first[:] = 7
    assert given.tolist() == [[1, 1], [1, 1]]
    assert (await echo(session, {"float32": given}))["float32"].tolist() == [[1, 1], [1, 1]]


async def gives_only_the_outputs_that_are_asked_for(open_session: Open) -> None:
    session = await open_session(False)
    assert list(await session.run(feeds({}), ["int32_out"])) == ["int32_out"]


async def keeps_outputs_as_handles_that_can_be_fed(open_session: Open) -> None:
    keeping, reading = await open_session(True), await open_session(False)
    kept = await keeping.run(feeds(EXTREMES), OUTPUTS)
    assert not any(isinstance(tensor, np.ndarray) for tensor in kept.values())
    values = {name: kept[f"{name}_out"] for name in EXTREMES}
    for _ in range(2):
        for name, array in (await echo(reading, values)).items():
            assert same_bits(array, EXTREMES[name]), (name, array)


async def reads_a_handle_and_leaves_it_to_be_fed(open_session: Open) -> None:
    keeping, reading = await open_session(True), await open_session(False)
    kept = await keeping.run(feeds(EXTREMES), OUTPUTS)
    for name, array in EXTREMES.items():
        tensor = cast(Handle, kept[f"{name}_out"])
        first = await tensor.read()
        assert same_bits(first, array), (name, first)
        first[:] = 0  # it is the caller's
        assert same_bits(await tensor.read(), array), name
        assert same_bits((await echo(reading, {name: tensor}))[name], array), name


async def holds_arrays_to_be_fed_many_times(open_session: Open) -> None:
    session = await open_session(False)
    given = {name: array.copy() for name, array in EXTREMES.items()}
    held = await session.hold(given)
    assert not any(isinstance(tensor, np.ndarray) for tensor in held.values())
    for array in given.values():
        array[:] = 0  # it is the caller's again
    for _ in range(2):
        for name, array in (await echo(session, held)).items():
            assert same_bits(array, EXTREMES[name]), (name, array)
    for name, tensor in held.items():
        assert same_bits(await cast(Handle, tensor).read(), EXTREMES[name]), name
        cast(Handle, tensor).release()
    assert await failure(echo(session, held)) is not None
    nothing = {"float32": np.zeros((64, 80), np.float32)}  # the page makes zeros itself
    assert same_bits((await echo(session, await session.hold(nothing)))["float32"], nothing["float32"])


async def refuses_a_released_handle(open_session: Open) -> None:
    keeping, reading = await open_session(True), await open_session(False)
    tensor = cast(Handle, (await keeping.run(feeds({}), ["uint8_out"]))["uint8_out"])
    tensor.release()
    assert await failure(echo(reading, {"uint8": tensor})) is not None
    assert await failure(tensor.read()) is not None


async def is_usable_after_a_failed_run(open_session: Open) -> None:
    session = await open_session(False)
    failed = await failure(echo(session, {"float32": np.zeros(3, np.float32)}))  # one axis, where the graph has two
    assert failed is not None
    assert failed.code == "model-run"
    assert failed.message
    assert (await echo(session, {"int32": np.array([[5]], np.int32)}))["int32"].tolist() == [[5]]


async def answers_each_of_several_calls_with_its_own(open_session: Open) -> None:
    session = await open_session(False)
    values = [np.full((1, 3), number, np.int64) for number in range(5)]
    answers = await asyncio.gather(*(echo(session, {"int64": value}) for value in values))
    assert [answer["int64"].tolist() for answer in answers] == [value.tolist() for value in values]


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        says_what_it_takes_and_gives,
        gives_every_dtype_back_to_the_last_bit,
        takes_arrays_without_elements,
        takes_arrays_in_any_layout,
        takes_many_zeros_and_knows_the_sign_of_one,
        gives_arrays_that_are_the_callers,
        gives_only_the_outputs_that_are_asked_for,
        keeps_outputs_as_handles_that_can_be_fed,
        reads_a_handle_and_leaves_it_to_be_fed,
        holds_arrays_to_be_fed_many_times,
        refuses_a_released_handle,
        is_usable_after_a_failed_run,
        answers_each_of_several_calls_with_its_own,
    )
}
