"""The console's editor, CodeMirror: its packages as they are on npm, with the names in their imports made addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.files import NODE_MODULES, copy, read_json
from tools.terminal import BuildError

#: What the page imports. What these depend on comes along.
PACKAGES = (
    *("@codemirror/state", "@codemirror/view", "@codemirror/language", "@codemirror/commands"),
    *("@codemirror/autocomplete", "@codemirror/lang-python", "@lezer/highlight"),
)

#: The name of a package in an import; a browser knows addresses only.
IMPORTED = re.compile(r"^((?:import|export)\b[^'\"]*?)(['\"])([^.'\"][^'\"]*)\2;", re.MULTILINE)


def add_editor(site: Path) -> None:
    """Put the editor's modules and their licences into the site.

    Raises
    ------
    BuildError
        If a module imports what is none of the packages.
    """
    folder = site / "vendor/codemirror"
    folder.mkdir(parents=True, exist_ok=True)
    packages = dict(all_packages())
    for name, about in packages.items():
        text = (NODE_MODULES / name / module_of(about)).read_text(encoding="utf-8")

        def address(match: re.Match[str]) -> str:
            if match[3] not in packages:
                raise BuildError(f"{name} imports {match[3]}, which is not among what it depends on.")  # noqa: B023
            return f"{match[1]}{match[2]}./{file_name(match[3])}.js{match[2]};"

        (folder / f"{file_name(name)}.js").write_text(IMPORTED.sub(address, text), encoding="utf-8")
        copy(NODE_MODULES / name / "LICENSE", site / "licenses" / f"{file_name(name)}.txt")


def all_packages() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the packages, and what they depend on, by name, each once with its package.json."""
    waiting, seen = [*PACKAGES], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        about: dict[str, Any] = read_json(NODE_MODULES / name / "package.json")
        waiting += about.get("dependencies", {})
        yield name, about


def module_of(about: dict[str, Any]) -> str:
    """Give the module that a package is, relative to it."""
    exports = about.get("exports", {})
    found = exports.get("import", exports.get(".")) if isinstance(exports, dict) else exports
    if isinstance(found, dict):
        found = found.get("import", found.get("default"))
    return str(found.get("default") if isinstance(found, dict) else found or about["module"])


def file_name(package: str) -> str:
    """Give a package's name as a file has it: codemirror-state for @codemirror/state."""
    return package.removeprefix("@").replace("/", "-")
