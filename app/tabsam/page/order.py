"""The order in which requests are answered: what is asked about an answer that is on its way comes before what is asked after it.

Clicks overtake each other, since the newest prompts win. To accept a mask, or to take a candidate, is about the answer to the
prompts as they were: a click that comes after it belongs to the next object, and must not get among them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tabsam.errors import CancelledError


class Order:
    """Lets requests through one after another, first come, first served."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._failures = 0

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Do something before anything that is asked later; when it fails, what waits for it is given up.

        Raises
        ------
        CancelledError
            When what this has waited for has failed.
        """
        failures = self._failures
        async with self._lock:
            self._check(failures)
            try:
                yield
            except BaseException:
                self.give_up()
                raise

    async def after(self) -> None:
        """Wait for what was asked before; raises CancelledError when that has failed."""
        failures = self._failures
        async with self._lock:
            self._check(failures)

    async def settled(self) -> None:
        """Wait for what was asked before, however that ends."""
        async with self._lock:
            pass

    def give_up(self) -> None:
        """Give up what waits: it was meant to follow something that has not been done."""
        self._failures += 1

    def _check(self, failures: int) -> None:
        if failures != self._failures:
            raise CancelledError("cancelled", "What this was to follow has not been done.")
