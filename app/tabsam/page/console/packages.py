"""Packages from elsewhere: a person is asked before one is fetched, and it is said which addresses it came from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from tabsam.errors import StateError

PYPI = ("pypi.org", "files.pythonhosted.org")
"""The index, and where it has its files."""

Ask = Callable[[list[str], list[str]], Awaitable[bool]]
"""Asks the person whether some packages may come from some hosts."""
Reach = Callable[[Sequence[str]], object]
"""Lets requests through to some hosts, until it is told of none."""


def guard(micropip: ModuleType, own_host: str, ask: Ask, reach: Reach) -> None:
    """Have micropip's ``install`` ask first. What was agreed to holds as long as the page lives.

    Parameters
    ----------
    own_host : str
        The page's own, with its port: what comes from there needs no word.
    """
    if hasattr(micropip.install, "asks"):
        return
    original = micropip.install
    agreed: set[tuple[str, ...]] = set()

    async def install(requirements: str | list[str], *args: Any, **options: Any) -> Any:
        names = [requirements] if isinstance(requirements, str) else [str(one) for one in requirements]
        hosts = foreign_hosts(names, options.get("index_urls"), own_host)
        wish = (*names, *hosts)
        if hosts and wish not in agreed:
            if not await ask(names, hosts):
                what = ", ".join(names)
                raise StateError("not-agreed", f"{what} was not installed: you did not agree.", "Nothing has left this page.")
            agreed.add(wish)
        reach(hosts)
        try:
            return await original(names, *args, **options)
        finally:
            reach(())

    install.asks = True  # type: ignore[attr-defined]  # so that it is wrapped once
    install.__doc__ = original.__doc__
    micropip.install = install  # type: ignore[attr-defined]


def foreign_hosts(names: Sequence[str], index_urls: object, own_host: str) -> list[str]:
    """Tell which hosts are needed for requirements: those of addresses, and the index's for all that is looked up by name."""
    hosts: list[str] = []
    for name in names:
        address = name.partition(" @ ")[2] or name
        scheme, host = urlsplit(address).scheme, urlsplit(address).netloc
        if scheme in ("http", "https"):
            hosts.append(host)
        elif scheme not in ("emfs", "file"):
            given = [index_urls] if isinstance(index_urls, str) else list(index_urls or ())  # type: ignore[call-overload]
            hosts += [urlsplit(str(one)).netloc for one in given] or PYPI
    return [host for host in dict.fromkeys(hosts) if host and host != own_host]
