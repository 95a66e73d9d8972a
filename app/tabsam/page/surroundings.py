"""What scripts need of whatever runs Python; page/web.py has the browser's."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Protocol


class Surroundings(Protocol):
    """The page around Python.

    Attributes
    ----------
    host : str
        Of the site, with its port.
    micropip : module or None
        When a script may want it.
    """

    host: str
    micropip: ModuleType | None

    def interruptible(self, allowed: bool) -> None:
        """Let a KeyboardInterrupt come, or no longer."""

    def reach(self, hosts: Sequence[str]) -> None:
        """Let requests go to these hosts, beside the site's own."""

    async def ask_to_install(self, packages: list[str], hosts: list[str]) -> bool:
        """Ask the person whether packages may be fetched from elsewhere."""

    async def file_of(self, id: str) -> tuple[int, int]:
        """Have a listed picture's file handed over: its number, -1 where it cannot be had, and its size."""


class NoSurroundings:
    """CPython's: nothing interrupts, and there is nobody to ask."""

    def __init__(self) -> None:
        self.host = ""
        self.micropip: ModuleType | None = None

    def interruptible(self, allowed: bool) -> None:
        pass

    def reach(self, hosts: Sequence[str]) -> None:
        pass

    async def ask_to_install(self, packages: list[str], hosts: list[str]) -> bool:
        return False

    async def file_of(self, id: str) -> tuple[int, int]:
        return -1, 0
