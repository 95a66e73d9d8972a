"""The app worker's Python on CPython, with the small model: asked as the page asks it, and every answer as it is declared."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

import pytest
from PIL import Image

from tabsam import ModelError, Segmenter, TabsamError
from tabsam.arrays import AnyArray
from tabsam.model.native import NativeSession
from tabsam.model.runtime import Tensor, TensorSpec
from tabsam.page.app import App
from tabsam.page.protocol.messages import Failure, Progress
from tests.support.conforming import RESULTS, assert_conforms
from tests.support.pictures import two_discs
from tests.support.tiny_model import tiny_model


class Gate:
    """A real session that counts its runs, can be held up, can fail, and can be lost."""

    def __init__(self, session: NativeSession) -> None:
        self._session = session
        self.runs = 0
        self.open = asyncio.Event()
        self.open.set()
        self.lost = False
        self.fails = False

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._session.inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._session.outputs

    @property
    def resizes(self) -> bool:
        return False

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        self.runs += 1
        await self.open.wait()
        if self.lost:
            raise ModelError("engine-lost", "The engine that runs the model is gone.")
        if self.fails:
            raise ModelError("model-run", "The model failed on this input.")
        return await self._session.run(feeds, outputs)

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        return await self._session.hold(tensors)

    async def close(self) -> None:
        await self._session.close()


class Page:
    """An app with the small model, and what it told the page on the way."""

    def __init__(self) -> None:
        self.app = App()
        self.progress: list[dict[str, Any]] = []
        self.encoder, self.decoder = self.new_engine()

    def new_engine(self, *, single_mask: bool = False) -> tuple[Gate, Gate]:
        """Have another engine run the small model, with the single-mask token's mask or without."""
        model = tiny_model(single_mask=single_mask)
        encoder = Gate(NativeSession(model.encoder, keep_outputs=True))
        decoder = Gate(NativeSession(model.decoder))
        self.segmenter = Segmenter(encoder, decoder)
        self.app.attach(self.segmenter)
        return encoder, decoder

    async def ask(self, method: str, **params: Any) -> Any:
        result = await self.app.handle(method, params, self._hear)
        assert_conforms(result, RESULTS[method], method)
        return result

    def _hear(self, progress: Any) -> None:
        assert_conforms(progress, Progress, "progress")
        self.progress.append(progress)

    async def open(self, name: str = "discs.png", picture: Any = None, **params: Any) -> Any:
        return await self.ask("open", name=name, bytes=png(two_discs() if picture is None else picture), **params)

    async def open_file(self, name: str, data: bytes) -> Any:
        return await self.ask("open", name=name, bytes=data)


def png(picture: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def on_a_page(test: Callable[[Page], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def wrapped() -> None:
        async def body() -> None:
            await test(Page())

        asyncio.run(body())

    wrapped.__name__ = test.__name__
    return wrapped


async def code_of(call: Awaitable[Any]) -> str:
    with pytest.raises(TabsamError) as caught:
        await call
    assert caught.value.message
    assert_conforms(caught.value.as_dict(), Failure, "failure")
    return caught.value.code
