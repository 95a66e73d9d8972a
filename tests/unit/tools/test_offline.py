"""What the service worker is told of the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools import offline

CHANGELOG = """# Changelog

## Unreleased

### Changed
- Clicks are *louder*, as
  `click` says.

### Added
- A horn, see [docs/horn.md](docs/horn.md) and [a].

## 0.1.0
- The page.
"""


def test_news_is_that_of_the_newest_version_a_line_for_each_change() -> None:
    assert offline.news(CHANGELOG) == ["Clicks are louder, as click says.", "A horn, see docs/horn.md and [a]."]
    assert offline.news("# Changelog\n") == []


def test_builds_for_gpus_and_models_are_kept_on_conditions() -> None:
    def when(path: str) -> str | None:
        return offline.entry(path, "m" if path.endswith(".onnx") else "d", {"m"}).get("when")

    assert when("vendor/onnxruntime/ort.jspi.min.mjs") == "jspi"
    assert when("vendor/onnxruntime/ort-wasm-simd-threaded.jspi.wasm") == "jspi"
    assert when("vendor/onnxruntime/ort.webgpu.min.mjs") == "asyncify"
    assert when("vendor/onnxruntime/ort-wasm-simd-threaded.asyncify.mjs") == "asyncify"
    assert when("vendor/onnxruntime/ort-wasm-simd-threaded.wasm") is None
    assert when("models/nano/encoder.onnx") == "model"


def small_site(folder: Path) -> Path:
    (folder / "models").mkdir(parents=True)
    (folder / "models/catalog.json").write_text('{"default": "none", "models": []}')
    (folder / "models/README.md").write_text("A card.")
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "docs").mkdir()
    (folder / "docs/index.html").write_text("Read, and not kept.")
    return folder


def listed(site: Path) -> dict[str, Any]:
    match = offline.PLACE.search((site / offline.ENTRY).read_text(encoding="utf-8"))
    assert match
    about: dict[str, Any] = json.loads(match[1])
    return about


def test_a_build_is_another_when_any_file_is(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    offline.add_service_worker(site)
    first = listed(site)
    assert set(first["files"]) == {"index.html", "models/catalog.json"}
    offline.add_service_worker(site)
    assert listed(site) == first
    (site / "index.html").write_text("<!doctype html>\n")
    offline.add_service_worker(site)
    assert listed(site)["build"] != first["build"]
