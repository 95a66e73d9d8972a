"""The console's editor in the site: modules that find each other by addresses, with their licences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import editor
from tools.terminal import BuildError

ANY = re.compile(r"^(?:import|export)\b[^'\"]*?['\"]([^'\"]+)['\"];", re.MULTILINE)


def test_every_import_is_the_address_of_a_module_that_is_there(tmp_path: Path) -> None:
    editor.add_editor(tmp_path)
    modules = sorted((tmp_path / "vendor/codemirror").iterdir())
    assert {"codemirror-view.js", "codemirror-state.js", "style-mod.js"} <= {module.name for module in modules}
    for module in modules:
        addresses = ANY.findall(module.read_text(encoding="utf-8"))
        assert all((module.parent / address).is_file() for address in addresses), module.name
        assert "Permission is hereby granted" in (tmp_path / "licenses" / f"{module.stem}.txt").read_text(encoding="utf-8")


def test_what_is_imported_but_nobody_depends_on_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"name": "@codemirror/state", "module": "dist/index.js", "dependencies": {}}
    monkeypatch.setattr(editor, "all_packages", lambda: iter([("@codemirror/view", {**about, "name": "@codemirror/view"})]))
    with pytest.raises(BuildError, match="which is not among what it depends on"):
        editor.add_editor(tmp_path)
