"""Put the site together: the page, the models, and what others wrote, in one folder that any web server can serve."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

from tools import catalogue
from tools.editor import add_editor
from tools.files import DIST, NODE_MODULES, ROOT, alone, copy, digest_of, read_json, swap, verify, write_json
from tools.offline import add_service_worker
from tools.packages import install_npm_packages, npm_version, version
from tools.page import add_page
from tools.pyodide import add_pyodide
from tools.samples import add_samples
from tools.terminal import BuildError, say

#: What a site is made from. A change in any of these makes it stale.
INPUTS = ("app", "licenses", "models", "tools", "web", "CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml")

#: Of each build of onnxruntime-web that the page may choose, its API and the WebAssembly that it loads.
ONNXRUNTIME_FILES = (
    *("ort.jspi.min.mjs", "ort-wasm-simd-threaded.jspi.mjs", "ort-wasm-simd-threaded.jspi.wasm"),
    *("ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"),
    *("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"),
)


def build(dist: Path = DIST) -> Path:
    """Build the site, unless it is there and nothing that it is made of has changed.

    Parameters
    ----------
    dist : Path
        Where to. What is there is replaced only when the new site is complete.

    Returns
    -------
    Path
        `dist`.

    Raises
    ------
    BuildError
        If something is missing, or is not what was expected.
    """
    with alone():
        inputs = digest_of(*(ROOT / name for name in INPUTS))
        if is_built(dist, inputs):
            return dist
        started = time.monotonic()
        install_npm_packages()
        dist.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=dist.parent, prefix=f".{dist.name}.") as temporary:
            site = Path(temporary) / dist.name
            site.mkdir()
            assemble(site, inputs)
            swap(site, dist)
    say(f"Built {dist.name}/ in {time.monotonic() - started:.1f} s")
    return dist


def is_built(dist: Path, inputs: str) -> bool:
    """Tell whether a site is complete, and of these inputs."""
    about = dist / "build.json"
    return about.is_file() and read_json(about)["inputs"] == inputs


def assemble(site: Path, inputs: str) -> None:
    """Put all parts into an empty folder; build.json comes last, and says that the rest is there."""
    add_page(site)
    add_models(site, ROOT / "models")
    add_onnxruntime(site)
    copy(NODE_MODULES / "hash-wasm/dist/index.esm.min.js", site / "vendor/hash-wasm/index.esm.min.js")
    add_samples(site)
    add_pyodide(site)
    add_licences(site)
    add_editor(site)
    add_service_worker(site)
    about = {
        "version": version(),
        "pyodide": npm_version("pyodide"),
        "onnxruntime": npm_version("onnxruntime-web"),
        "inputs": inputs,
    }
    write_json(site / "build.json", about)


def add_models(site: Path, folder: Path) -> None:
    """Copy the catalogue and the models that are in the folder; each must be the one that the catalogue describes."""
    catalog = read_json(folder / "catalog.json")
    if problems := catalogue.problems_of(catalog):
        raise BuildError(f"models/catalog.json is wrong. {' '.join(problems)} See docs/models.md.")
    for local in catalogue.local_files(catalog):
        file = folder / local.path
        if not file.is_file():
            raise BuildError(f"{file.name} is missing in models/. Get it back from version control.")
        verify(file, local.sha256, "Get it back from version control, or correct models/catalog.json.")
        if file.stat().st_size != local.bytes:
            raise BuildError(f"{file.name} has {file.stat().st_size} bytes. Correct 'bytes' in models/catalog.json.")
        copy(file, site / "models" / local.path)
        # Its card, and whose pictures it owes what it knows to: their licences ask that this goes where the model goes.
        for about in (*file.parent.glob("README.md"), *file.parent.glob("*-attribution.tsv")):
            copy(about, site / "models" / local.path.rpartition("/")[0] / about.name)
    copy(folder / "catalog.json", site / "models/catalog.json")


def add_onnxruntime(site: Path) -> None:
    """Put onnxruntime-web's builds into the site."""
    for name in ONNXRUNTIME_FILES:
        copy(NODE_MODULES / "onnxruntime-web/dist" / name, site / "vendor/onnxruntime" / name)


def add_licences(site: Path) -> None:
    """Collect the licences of what others wrote, each from the package that it came in, or from licenses/."""
    target = site / "licenses"
    shutil.copytree(ROOT / "licenses", target)
    copy(ROOT / "LICENSE", target / "tabsam.txt")
    copy(NODE_MODULES / "lucide-static/LICENSE", target / "lucide-static.txt")
    copy(NODE_MODULES / "hash-wasm/LICENSE", target / "hash-wasm.txt")
    for wheel in (site / "vendor/pyodide").glob("*.whl"):
        name = wheel.name.partition("-")[0]
        (target / f"{name}.txt").write_bytes(licence_in(wheel))


def licence_in(wheel: Path) -> bytes:
    """Read the licence that a wheel carries."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if re.fullmatch(r"[^/]+\.dist-info/(licenses/)?(LICENSE|COPYING)(\.\w+)?", member):
                return archive.read(member)
    raise BuildError(f"{wheel.name} carries no licence. Put its text into licenses/, and leave it out here.")
