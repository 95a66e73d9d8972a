"""What a name that is being typed may become, by what there is: nothing is run for it but looking into modules and classes."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from collections.abc import Mapping
from types import ModuleType

_CHAIN = re.compile(r"(?:(?<=[^\w.\])])|^)((?:[A-Za-z_]\w*\.)*)([A-Za-z_]\w*)?$")
_MOST = 100


def completions(before: str, names: Mapping[str, object]) -> list[str]:
    """Give what may stand for the last name of some code, private ones last.

    Parameters
    ----------
    before : str
        The line up to the cursor.
    """
    chain = _CHAIN.search(before)
    if chain is None:
        return []
    owners: list[str] = chain[1].split(".")[:-1]
    beginning: str = chain[2] or ""
    if not owners:
        known = {*names, *dir(builtins), *keyword.kwlist}
    else:
        found = _inside(owners, names)
        known = set() if found is None else set(dir(found))
    if not owners and not beginning:
        return []
    fits = sorted((name for name in known if name.startswith(beginning)), key=lambda name: (name.startswith("_"), name))
    return [name for name in fits if beginning.startswith("_") or not name.startswith("_")][:_MOST]


def _inside(owners: list[str], names: Mapping[str, object]) -> object | None:
    """Follow names as far as that runs nobody's code: properties are not computed."""
    first, *others = owners
    if first not in names:
        return None
    value = names[first]
    for name in others:
        if isinstance(value, ModuleType):
            value = getattr(value, name, None)
            continue
        value = inspect.getattr_static(value, name, None)
        if value is None or isinstance(value, property):
            return None
    return value
