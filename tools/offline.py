"""The service worker's list of the site: which files there are, by their digests, and what is new in this version."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from tools.catalogue import FILES
from tools.files import ROOT, WEB, files_below, read_json, sha256
from tools.packages import version
from tools.terminal import BuildError

ENTRY = "service-worker.js"

#: The line of the service worker that the list takes the place of.
PLACE = re.compile(r"^const SITE = (\{.*\});$", re.MULTILINE)

#: What is not kept: the service worker, which the browser keeps, the documentation, and what is read about a model on its page.
NOT_KEPT = re.compile(r"service-worker(\.js|/.*)|docs/.*|models/.*\.(md|tsv)|build\.json")

#: When a file is kept that not everybody needs (web/service-worker/protocol.js). All else is kept at once; of onnxruntime's
#: builds that is the one without WebGPU, which every browser falls back to.
CONDITIONS = {
    "jspi": re.compile(r"vendor/onnxruntime/.*\bjspi\b.*"),
    "asyncify": re.compile(r"vendor/onnxruntime/(.*\basyncify\b.*|ort\.webgpu\..*)"),
}

#: A section of the changelog, and one line of it with what goes on below.
SECTION = re.compile(r"^## .*\n((?:(?!## ).*\n?)*)", re.MULTILINE)
LINE = re.compile(r"^- (.*(?:\n  .*)*)", re.MULTILINE)


def add_service_worker(site: Path) -> None:
    """Write the service worker of a site that is complete.

    Raises
    ------
    BuildError
        If there is no place for the list in it.
    """
    text = (WEB / ENTRY).read_text(encoding="utf-8")
    digests = {file.relative_to(site).as_posix(): sha256(file) for file in files_below(site) if file.name != ENTRY}
    models = digests_of_models(site)
    about = {
        "version": version(),
        "news": news((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")),
        "files": {path: entry(path, digest, models) for path, digest in digests.items() if not NOT_KEPT.fullmatch(path)},
    }
    build = hashlib.sha256(json.dumps([text, about, digests]).encode()).hexdigest()[:16]
    filled = f"const SITE = {json.dumps({'build': build, **about}, ensure_ascii=False)};"
    text, places = PLACE.subn(lambda _: filled, text)
    if places != 1:
        raise BuildError(f"web/{ENTRY} needs one line 'const SITE = {{...}};' for the list of the site's files.")
    (site / ENTRY).write_text(text, encoding="utf-8")


def entry(path: str, digest: str, models: set[str]) -> dict[str, str]:
    """Give what the service worker is told of a file."""
    conditions = [name for name, pattern in CONDITIONS.items() if pattern.fullmatch(path)]
    when = "model" if digest in models else conditions[0] if conditions else None
    return {"sha256": digest, **({"when": when} if when else {})}


def digests_of_models(site: Path) -> set[str]:
    """Give the SHA-256 of the files that the model storage keeps: those of models in the site."""
    catalog = read_json(site / "models/catalog.json")
    files = [model[part] for model in catalog["models"] for part in FILES if part in model]
    return {file["sha256"] for file in files if "sha256" in file}


def news(changelog: str) -> list[str]:
    """Read what is new in the newest version of a changelog, each change in one plain line."""
    newest = SECTION.search(changelog)
    return [plain(" ".join(line.split())) for line in LINE.findall(newest[1] if newest else "")]


def plain(markdown: str) -> str:
    """Take the marks out of a line: of a link its text stays."""
    return re.sub(r"[`*]|\[(?=[^]]*\]\()|\]\([^)]*\)", "", markdown)
