"""What a site is made of, for those who must know: a bill of materials in CycloneDX's JSON, the same bytes for the same site."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import editor
from tools.files import WEB, read_json, sha256
from tools.packages import project, version

Component = dict[str, Any]

#: Of the npm packages those whose files are in the site, whole or in part, beside the editor's.
PACKAGES = ("hash-wasm", "lucide-static", "onnxruntime-web", "pyodide")

#: Of a model in the catalogue.
PARTS = ("encoder", "decoder", "processorDecoder")


def bill_of(site: Path) -> str:
    """Describe a built site.

    Parameters
    ----------
    site : Path
        From `build`.

    Returns
    -------
    str
        CycloneDX 1.6 as JSON. Each component has the digest by which the build has checked it: of an npm package its tarball's,
        of a Python package and of a model the file's.
    """
    about = project()["project"]
    components = [*npm_packages(), *wheels(site), *models(site)]
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": about["name"],
                "name": about["name"],
                "version": version(),
                "licenses": [{"license": {"id": about["license"]}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": about["name"], "dependsOn": [component["bom-ref"] for component in components]}],
    }
    return json.dumps(bill, indent=2, ensure_ascii=False) + "\n"


def npm_packages() -> Iterator[Component]:
    """Give the packages from npm, with their tarballs' digests."""
    locked = read_json(WEB / "package-lock.json")["packages"]
    for name in sorted({*PACKAGES, *(name for name, _ in editor.all_packages())}):
        entry = locked[f"node_modules/{name}"]
        algorithm, _, digest = entry["integrity"].partition("-")
        yield {
            "type": "library",
            "bom-ref": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
            "name": name,
            "version": entry["version"],
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
            "licenses": [{"license": {"id": entry["license"]}}],
            "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
        }


def wheels(site: Path) -> Iterator[Component]:
    """Give the Python packages, as they are in the site; their code is compiled, so that the digest is this site's."""
    folder = site / "vendor/pyodide"
    for name, entry in sorted(read_json(folder / "pyodide-lock.json")["packages"].items()):
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{entry['version']}",
            "name": name,
            "version": entry["version"],
            "purl": f"pkg:pypi/{name}@{entry['version']}",
            "licenses": [licence_of(folder / entry["file_name"])],
            "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
        }


def licence_of(wheel: Path) -> dict[str, Any]:
    """Give what a wheel says of its licence: an SPDX expression, or in words."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        text = archive.read(metadata).decode()
    if expression := re.search(r"^License-Expression: (.+)$", text, re.MULTILINE):
        return {"expression": expression[1]}
    named = re.search(r"^License: (.+)$", text, re.MULTILINE)
    return {"license": {"name": named[1] if named else "unknown"}}


def models(site: Path) -> Iterator[Component]:
    """Give the models that are in the site."""
    for model in read_json(site / "models/catalog.json")["models"]:
        listed = [model[part]["url"] for part in PARTS if isinstance(model.get(part, {}).get("url"), str)]
        for file in (site / "models" / url for url in listed if (site / "models" / url).is_file()):
            yield {
                "type": "machine-learning-model",
                "bom-ref": f"{model['id']}/{file.name}",
                "name": f"{model['name']}: {file.name}",
                "licenses": [{"license": {"id": model["licence"]}}],
                "hashes": [{"alg": "SHA-256", "content": sha256(file)}],
            }
