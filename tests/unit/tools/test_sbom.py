"""The bill of materials, and that what it describes is the same wherever it is built."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from build import ROOT
from tools.files import CACHE, NODE_MODULES, sha256
from tools.sbom import bill_of


def test_everything_of_others_is_in_the_bill(site: Path) -> None:
    bill = json.loads(bill_of(site))
    names = {component["name"] for component in bill["components"]}
    wheels = {path.name.split("-")[0] for path in (site / "vendor/pyodide").glob("*.whl")}
    editor = {path.stem for path in (site / "vendor/codemirror").glob("*.js")}
    assert wheels <= names
    assert {path.name for path in (site / "vendor").iterdir()} == {"codemirror", "hash-wasm", "onnxruntime", "pyodide"}
    assert {"hash-wasm", "onnxruntime-web", "pyodide", "lucide-static"} <= names
    assert len(editor) == sum(name.startswith(("@codemirror/", "@lezer/")) or name in EDITORS for name in names)
    for component in bill["components"]:
        (digest,) = component["hashes"]
        assert len(digest["content"]) == {"SHA-256": 64, "SHA-512": 128}[digest["alg"]]
        assert component["licenses"]
    assert len({component["bom-ref"] for component in bill["components"]}) == len(bill["components"])
    assert bill_of(site) == bill_of(site)


#: What CodeMirror depends on and is not of its makers' two scopes.
EDITORS = ("style-mod", "w3c-keyname", "crelt", "@marijn/find-cluster-break")


@pytest.mark.slow
def test_the_site_is_the_same_from_another_path(site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "some where else"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", ".cache", "node_modules", "dist", ".dist*", "artifacts", "__pycache__", ".*_cache"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    (copy / "web/node_modules").symlink_to(NODE_MODULES)
    (copy / ".cache").mkdir()
    for kept in ("pyodide", "backend", "samples"):  # what was downloaded; not what was built
        if (CACHE / kept).exists():
            (copy / ".cache" / kept).symlink_to(CACHE / kept)
    subprocess.run([sys.executable, "build.py", "build"], cwd=copy, check=True, capture_output=True)
    assert digests(copy / "dist") == digests(site)


def digests(folder: Path) -> dict[str, str]:
    """Give the files of a site; without the documentation, which may lie beside it and is no part of the build."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: sha256(path) for name, path in files.items() if not name.startswith("docs/")}
