"""onnxruntime's session keeps the promise of the seam; tests/pyodide holds the browser's to the same."""

from __future__ import annotations

import asyncio

import pytest

from tabsam.model.native import NativeSession
from tabsam.model.runtime import Session
from tests.support.contract import CHECKS
from tests.support.identity_model import identity_model


@pytest.mark.parametrize("check", CHECKS)
def test_a_native_session(check: str) -> None:
    model = identity_model()

    async def open_session(keep: bool) -> Session:
        return NativeSession(model, keep_outputs=keep)

    asyncio.run(CHECKS[check](open_session))
